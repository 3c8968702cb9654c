import ServingAPI
import StructuredData
import Testing

@Suite("Rules of admission for updates, workers and canaries")
struct UpdateAndCanaryRulesTests {
    static let mode = "serving.kserve.io/deploymentMode"

    static func service(mode: String?, recorded: String?) throws -> JSONValue {
        var json = Fixture.plain
        if let mode { json["metadata"]?["annotations"] = [Self.mode: .string(mode)] }
        if let recorded { json["status"] = ["deploymentMode": .string(recorded)] }
        return json
    }

    @Test(
        "the mode does not change, however it is spelled",
        arguments: [
            ("Standard", "Standard", true), ("RawDeployment", "Standard", true), ("Serverless", "Knative", true),
            ("Serverless", "Standard", false), ("ModelMesh", "Knative", false), (nil, "Standard", true),
            ("Serverless", nil, true),
        ] as [(String?, String?, Bool)]
    )
    func mode(written: String?, recorded: String?, isRight: Bool) throws {
        let old = try Self.service(mode: nil, recorded: recorded)
        let problems = InferenceService.problems(of: try Self.service(mode: written, recorded: nil), replacing: old)
        #expect(problems.map(\.path) == (isRight ? [] : ["metadata.annotations[\"\(Self.mode)\"]"]))
    }

    @Test("a predictor gets another name only with another model") func predictorName() throws {
        var new = Fixture.plain
        new["spec"]?["predictor"]?["name"] = "next"
        #expect(InferenceService.problems(of: new, replacing: Fixture.plain).map(\.path) == ["spec.predictor.name"])
        new["spec"]?["predictor"]?["model"]?["storageUri"] = "/models/next"
        #expect(InferenceService.problems(of: new, replacing: Fixture.plain).isEmpty)
    }

    static let workers = #"""
        {"model":{"modelFormat":{"name":"huggingface"},"storageUri":"pvc://c/m"},
         "workerSpec":{"pipelineParallelSize":2,"containers":[{"name":"w","image":"i",
           "resources":{"limits":{"nvidia.com/gpu":1,"nvidia.com/mig-1g.5gb":1,"cpu":1}}}]}}
        """#

    static func workerProblems(
        _ change: (inout JSONValue) -> Void = { _ in },
        annotations: [String: String] = [:]
    ) throws -> [String] {
        let scaler = ["serving.kserve.io/autoscalerClass": "none"]
        var json = try Fixture.service(Self.workers, annotations: scaler.merging(annotations) { $1 })
        var predictor = json["spec"]?["predictor"] ?? [:]
        change(&predictor)
        json["spec"]?["predictor"] = predictor
        return InferenceService.problems(of: json).map(\.description)
    }

    @Test("a model on several nodes") func workerRules() throws {
        let worker = "spec.predictor.workerSpec"
        #expect(try Self.workerProblems().isEmpty)
        #expect(
            try Self.workerProblems { $0["workerSpec"]?["tensorParallelSize"] = 0 }
                == ["\(worker).tensorParallelSize: is 0, but must be at least 1"]
        )
        #expect(
            try Self.workerProblems {
                $0["workerSpec"]?["containers"] = [["name": "a", "image": "i"], ["name": "b", "image": "i"]]
            } == ["\(worker).containers: has 2 entries, but must have one at most"]
        )
        #expect(
            try Self.workerProblems { $0["model"]?["env"] = [["name": "TENSOR_PARALLEL_SIZE", "value": "2"]] }
                == [
                    "spec.predictor.model.env[0].name: is 'TENSOR_PARALLEL_SIZE', which must not be set; use "
                        + "'workerSpec.tensorParallelSize'"
                ]
        )
        #expect(
            try Self.workerProblems { $0["model"]?["storageUri"] = "s3://b/m" }
                == [
                    "spec.predictor.model.storageUri: must begin with pvc:// or oci:// when there is a 'workerSpec': "
                        + "all nodes read one copy"
                ]
        )
        #expect(
            try Self.workerProblems(annotations: ["serving.kserve.io/autoscalerClass": "hpa"]) == [
                "metadata.annotations[\"serving.kserve.io/autoscalerClass\"]: must be 'none' when there is a "
                    + "'workerSpec', which does not scale"
            ]
        )
        let own: JSONValue = ["limits": ["acme.com/npu": 1]]
        let change: (inout JSONValue) -> Void = { $0["model"]?["resources"] = own }
        #expect(
            try Self.workerProblems(change) == [
                "spec.predictor.model.resources.limits[\"acme.com/npu\"]: is no accelerator that is known; name it in "
                    + "the annotation 'serving.kserve.io/gpu-resource-types'"
            ]
        )
        let types = ["serving.kserve.io/gpu-resource-types": #"["acme.com/npu"]"#]
        #expect(try Self.workerProblems(change, annotations: types).isEmpty)
        #expect(
            try Self.workerProblems {
                $0["workerSpec"]?["containers"] = [
                    ["name": "w", "image": "i", "env": [["name": "PYTHONPATH", "value": "/x"]]]
                ]
            }.count == 1
        )
    }

    static func canaryProblems(_ canaries: String, _ predictor: String? = nil) throws -> [String] {
        let stable = predictor ?? #"{"name":"stable","model":{"modelFormat":{"name":"onnx"}},"minReplicas":2}"#
        let json = try Fixture.service(stable, more: #"{"canary":[\#(canaries)]}"#)
        return InferenceService.problems(of: json).map(\.description)
    }

    static func canary(_ fields: String, percent: Int = 10) -> String {
        #"{"predictor":{"model":{"modelFormat":{"name":"onnx"}},\#(fields)},"trafficPercent":\#(percent)}"#
    }

    @Test("canaries") func canaryRules() throws {
        let first = "spec.canary[0].predictor"
        #expect(try Self.canaryProblems(Self.canary(#""name":"a","minReplicas":2"#)).isEmpty)
        #expect(
            try Self.canaryProblems(Self.canary(#""timeout":1"#)) == ["\(first).name: is required for a canary"]
        )
        #expect(
            try Self.canaryProblems(Self.canary(#""name":"stable""#))
                == ["\(first).name: is 'stable', which another predictor is called already"]
        )
        let twice = [Self.canary(#""name":"a""#), Self.canary(#""name":"a""#)].joined(separator: ",")
        #expect(
            try Self.canaryProblems(twice)
                == ["spec.canary[1].predictor.name: is 'a', which another predictor is called already"]
        )
        let much = [Self.canary(#""name":"a""#, percent: 60), Self.canary(#""name":"b""#, percent: 50)]
        #expect(
            try Self.canaryProblems(much.joined(separator: ","))
                == ["spec.canary: percentages add up to 110, but must be 100 at most"]
        )
        #expect(
            try Self.canaryProblems(Self.canary(#""name":"a""#, percent: 101))
                == ["spec.canary[0].trafficPercent: is 101, but must be from 0 to 100"]
        )
        #expect(
            try Self.canaryProblems(Self.canary(#""name":"a","minReplicas":3"#))
                == ["\(first).minReplicas: is 3, but must be at most 2, as the stable predictor has it"]
        )
        #expect(
            try Self.canaryProblems(Self.canary(#""name":"a""#), #"{"containers":[{"image":"i"}]}"#)
                == ["spec.canary: needs a predictor with a 'model'"]
        )
        for field in [#""maxReplicas":1"#, #""scaleTarget":1"#, #""scaleMetric":"rps""#, #""autoScaling":{}"#] {
            let problems = try Self.canaryProblems(Self.canary(#""name":"a",\#(field)"#))
            #expect(problems.count == 1)
            #expect(
                problems.first?.hasSuffix("must not be set for a canary: it scales as the stable predictor does")
                    == true
            )
        }
    }
}
