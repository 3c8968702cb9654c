import KubernetesClient
import ServingAPI
import StructuredData
import Testing

@testable import Controllers

/// Services as published guides print them: what this version makes of each, and why it refuses what it refuses.
@Suite("ServicePlanner, services from guides")
struct PublishedManifestsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let predictor: String
        var annotations: [String: String] = [:]
        /// Paths of what stands in the way; empty when the service is deployed.
        let refusedFor: [String]

        var testDescription: String { self.name }
    }

    static let rows = [
        Row(
            name: "sklearn from S3",
            predictor: #"{"model": {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://models/churn/v3/"}}"#,
            refusedFor: ["spec.predictor.model.modelFormat.name", "spec.predictor.model.storageUri"]
        ),
        Row(
            name: "TorchServe on a GPU from a claim",
            predictor: #"""
                {"model": {"modelFormat": {"name": "pytorch"}, "storageUri": "pvc://model-storage/llama-7b",
                  "runtime": "kserve-torchserve", "resources": {"limits": {"nvidia.com/gpu": 1, "memory": "32Gi"}}},
                 "minReplicas": 1, "maxReplicas": 4, "scaleTarget": 10, "scaleMetric": "concurrency"}
                """#,
            refusedFor: ["spec.predictor.model.modelFormat.name", "spec.predictor.model.storageUri"]
        ),
        Row(
            name: "onnx in the mode ModelMesh",
            predictor: #"{"model": {"modelFormat": {"name": "onnx"}, "storageUri": "s3://models/model-a"}}"#,
            annotations: ["serving.kserve.io/deploymentMode": "ModelMesh"],
            refusedFor: ["spec.predictor.model.storageUri"]
        ),
        Row(
            name: "vLLM without a name or a port",
            predictor: #"""
                {"containers": [{"image": "vllm/vllm-openai:latest", "args": ["--model", "meta-llama/Llama-3.1-8B"],
                  "resources": {"limits": {"nvidia.com/gpu": "1"}}}]}
                """#,
            refusedFor: ["spec.predictor.containers[0].image"]
        ),
        Row(
            name: "the legacy form of a local onnx model",
            predictor: #"{"onnx": {"storageUri": "file:///srv/models/iris"}}"#,
            refusedFor: []
        ),
        Row(
            name: "a container with a command",
            predictor: #"{"containers": [{"image": "registry/server:1", "command": ["serve-it"]}]}"#,
            refusedFor: []
        ),
    ]

    @Test("what cannot run is refused with every reason, and nothing is deployed", arguments: Self.rows)
    func outcome(row: Row) throws {
        let service = Fixture.service(try Fixture.parse(row.predictor), annotations: row.annotations)
        let plan = Fixture.plan(Fixture.observation(service))
        let isRefused = !row.refusedFor.isEmpty
        #expect(plan.children.isEmpty == isRefused)
        #expect((plan.condition(.ready)?.hasPrefix("False") ?? false) == isRefused)
        #expect((plan.status.modelStatus?.transition == .invalidSpec) == isRefused)
        let message = plan.status.conditions[.ready]?.message ?? ""
        for path in row.refusedFor { #expect(message.contains("\(path): "), "\(message)") }
        let failure = plan.status.modelStatus?.lastFailure?.message ?? ""
        for path in row.refusedFor { #expect(failure.contains("\(path): "), "\(failure)") }
    }

    @Test("a vLLM image that is given a command gets its own port")
    func port() throws {
        let predictor: JSONValue = [
            "containers": [["image": "vllm/vllm-openai:latest", "command": ["vllm", "serve"]]]
        ]
        let plan = Fixture.plan(Fixture.observation(Fixture.service(predictor)))
        #expect(try plan.child(.revision).spec["port"] == 8000)
    }

    @Test("an extra that is ignored is named, and the service serves")
    func ignoredExtra() throws {
        let service = Fixture.service(Fixture.onnx(["logger": ["mode": "all"], "nodeSelector": ["gpu": "yes"]]))
        let plan = Fixture.plan(Fixture.observation(service))
        #expect(plan.children.count == 3)
        let condition = try #require(plan.status.conditions[.unsupportedFeatures])
        #expect(condition.status == .yes)
        #expect(condition.message?.contains("spec.predictor.logger: ") == true)
        #expect(condition.message?.contains("spec.predictor.nodeSelector: ") == true)
    }

    @Test("a runtime that is not there, or serves something else, is named with what there is")
    func runtimes() {
        func failure(_ model: JSONValue) -> ModelStatus.Failure? {
            Fixture.plan(Fixture.observation(Fixture.service(["model": model]))).status.modelStatus?.lastFailure
        }
        let missing = failure(["modelFormat": ["name": "onnx"], "storageUri": "/m", "runtime": "my-runtime"])
        #expect(missing?.reason == .runtimeNotRecognized)
        #expect(missing?.message.contains("pilotlight-onnx") == true)
        let unknown = failure(["modelFormat": ["name": "prolog"], "storageUri": "/m"])
        #expect(unknown?.reason == .noSupportingRuntime)
        #expect(unknown?.message.contains("onnx") == true)
    }
}
