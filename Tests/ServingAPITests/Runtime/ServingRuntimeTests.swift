import ServingAPI
import StructuredData
import Testing

@Suite("ServingRuntime")
struct ServingRuntimeTests {
    static let text = """
        {"apiVersion":"serving.kserve.io/v1alpha1","kind":"ServingRuntime","metadata":{"name":"r","namespace":"team"},\
        "spec":{"supportedModelFormats":[{"name":"onnx","version":"1","autoSelect":true,"priority":2},{"name":"x"}],\
        "multiModel":true,"disabled":true,"protocolVersions":["v1","grpc-v2"],\
        "workerSpec":{"pipelineParallelSize":2,"containers":[{"name":"w","image":"i"}]},"labels":{"a":"b"},\
        "annotations":{"c":"d"},"containers":[{"name":"kserve-container","image":"i","args":["{{.Name}}"]}],\
        "nodeSelector":{"gpu":"yes"},"grpcEndpoint":"port:8001","builtInAdapter":{"serverType":"triton"}}}
        """

    @Test("a runtime reads and writes the same object") func roundTrip() throws {
        let runtime = try ServingRuntime(json: JSONParser.parse(Self.text))
        #expect(runtime.json.jsonText() == Self.text)
        #expect(!runtime.isClusterScoped)
        #expect(runtime.spec.supportedModelFormats[0].isAutoSelected)
    }

    @Test("the bundled runtimes read and write the same and break no rule") func bundled() throws {
        for runtime in BundledRuntimes.all {
            #expect(try ServingRuntime(json: runtime.json) == runtime)
            #expect(ServingRuntime.problems(of: runtime.json, others: BundledRuntimes.all).isEmpty)
        }
    }

    static func edited(_ path: [String], _ value: JSONValue?) throws -> JSONValue {
        func edit(_ json: JSONValue, _ path: ArraySlice<String>) -> JSONValue {
            guard let first = path.first else { return json }
            var json = json
            json[first] = path.count == 1 ? value : edit(json[first] ?? [:], path.dropFirst())
            return json
        }
        return edit(try JSONParser.parse(Self.text), path[...])
    }

    @Test(
        "what is wrong with a runtime",
        arguments: [
            (["kind"], "Runtime", "kind: is 'Runtime', but must be one of 'ServingRuntime', 'ClusterServingRuntime'"),
            (["spec", "containers"], [], "spec.containers: needs at least one container"),
            (
                ["spec", "supportedModelFormat"], [],
                "spec.supportedModelFormat: unknown field; did you mean 'supportedModelFormats'?"
            ),
            (
                ["spec", "protocolVersions"], ["v3"],
                "spec.protocolVersions[0]: is 'v3', but must be one of 'v1', 'v2', 'grpc-v1', 'grpc-v2'; "
                    + "did you mean 'v1'?"
            ),
            (
                ["spec", "supportedModelFormats"], [["name": "a", "priority": 0]],
                "spec.supportedModelFormats[0].priority: is 0, but must be at least 1"
            ),
            (
                ["spec", "supportedModelFormats"],
                [
                    ["name": "a", "priority": 1, "autoSelect": true], ["name": "a", "priority": 3],
                    ["name": "a", "version": "2", "priority": 2, "autoSelect": true],
                ],
                "spec.supportedModelFormats[2].priority: is 2, but another entry for 'a' has 1; make them equal"
            ),
            (
                ["spec", "workerSpec", "tensorParallelSize"], 0,
                "spec.workerSpec.tensorParallelSize: is 0, but must be at least 1"
            ),
            (["spec", "workerSpec"], nil, "spec.workerSpec: must not be removed from a runtime"),
        ] as [([String], JSONValue?, String)]
    )
    func wrong(path: [String], value: JSONValue?, problem: String) throws {
        let old = try JSONParser.parse(Self.text)
        let problems = ServingRuntime.problems(of: try Self.edited(path, value), replacing: old)
        #expect(problems.map(\.description) == [problem])
    }

    @Test("two runtimes between which no model could choose collide") func collision() throws {
        var other = try ServingRuntime(json: Self.edited(["spec", "disabled"], nil))
        other.metadata.name = "other"
        var json = other.json
        json["metadata"]?["name"] = "r"
        let problem =
            "spec.supportedModelFormats[0].priority: is 2, which the ServingRuntime 'other' has for 'onnx:1' too; "
            + "choose another"
        #expect(ServingRuntime.problems(of: json, others: [other]).map(\.description) == [problem])

        func problems(_ change: (inout ServingRuntime) -> Void) -> [Problem] {
            var changed = other
            change(&changed)
            return ServingRuntime.problems(of: json, others: [changed])
        }
        #expect(problems { $0.spec.isDisabled = true }.isEmpty)
        #expect(problems { $0.spec.isMultiModel = false }.isEmpty)
        #expect(problems { $0.spec.protocolVersions = [.v2] }.isEmpty)
        #expect(problems { $0.spec.protocolVersions = [] }.isEmpty)
        #expect(problems { $0.spec.supportedModelFormats[0].priority = 3 }.isEmpty)
        #expect(problems { $0.spec.supportedModelFormats[0].version = nil }.isEmpty)
        #expect(problems { $0.spec.supportedModelFormats[0].isAutoSelected = false }.isEmpty)
        #expect(problems { $0.metadata.namespace = "elsewhere" }.isEmpty)
        #expect(problems { $0.isClusterScoped = true }.isEmpty)
        #expect(problems { $0.metadata.name = "r" }.isEmpty)
    }
}
