import ServingAPI
import StructuredData
import Testing

@Suite("Unsupported features")
struct UnsupportedFeatureTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let predictor: String
        var annotations: [String: String] = [:]
        var more = "{}"
        /// Path and whether it is blocking.
        let features: [(path: String, isBlocking: Bool)]
        var testDescription: String { self.features.map(\.path).joined(separator: ", ") + " in " + self.predictor }
    }

    static let model = #""model":{"modelFormat":{"name":"onnx"},"storageUri":"/m"}"#

    /// What works now.
    static let supportedPredictors: [String] = [
        "{\(model)}", #"{"onnx":{"storageUri":"file:///m"}}"#,
        "{\(model),\"minReplicas\":0,\"maxReplicas\":9,\"scaleTarget\":5,\"scaleMetric\":\"rps\"}",
        "{\(model),\"containerConcurrency\":2,\"timeout\":5,\"targetConcurrency\":3,\"labels\":{\"a\":\"b\"}}",
        #"{"model":{"modelFormat":{"name":"onnx","version":"1"},"storageUri":"/m","args":["-x"]}}"#,
        #"{"model":{"modelFormat":{"name":"onnx"},"storageUri":"/m","protocolVersion":"v1"}}"#,
        #"{"model":{"modelFormat":{"name":"onnx"},"storageUri":"/m","runtime":"kserve-tritonserver"}}"#,
        #"{"containers":[{"command":["serve"],"args":["--port","$(PORT)"],"env":[{"name":"A","value":"b"}]}]}"#,
        #"{"containers":[{"image":"pilotlight/server:1","args":["serve"]}],"terminationGracePeriodSeconds":5}"#,
        "{\(model),\"initContainers\":[{\"name\":\"i\",\"command\":[\"true\"]}],\"deploymentStrategy\":{}}",
    ]

    @Test("what works is not reported", arguments: supportedPredictors) func supported(predictor: String) throws {
        let annotations = [
            "autoscaling.knative.dev/window": "60s", "autoscaling.knative.dev/minScale": "1",
            "autoscaling.knative.dev/class": "kpa.autoscaling.knative.dev", "serving.kserve.io/stop": "true",
            "pilotlight.dev/policy": "knative", "serving.kserve.io/deploymentMode": "Serverless", "mine": "yes",
            "serving.kserve.io/autoscalerClass": "none",
        ]
        let service = try InferenceService.admit(Fixture.service(predictor, annotations: annotations))
        let reported = service.unsupportedFeatures().filter { !$0.path.contains("autoscaling.knative.dev/minScale") }
        #expect(reported.map(\.description) == [])
    }

    static let rows: [Row] = [
        Row(predictor: #"{"model":{"modelFormat":{"name":"sklearn"}}}"#, features: [("model.modelFormat.name", true)]),
        Row(predictor: #"{"sklearn":{}}"#, features: [("sklearn", true)]),
        Row(
            predictor: #"{"model":{"modelFormat":{"name":"onnx"},"protocolVersion":"grpc-v2"}}"#,
            features: [("model.protocolVersion", false)]
        ),
        Row(
            predictor: #"{"model":{"modelFormat":{"name":"onnx"},"image":"x","runtimeVersion":"2"}}"#,
            features: [("model.image", true), ("model.runtimeVersion", false)]
        ),
        Row(
            predictor: #"{"model":{"modelFormat":{"name":"onnx"},"storage":{"path":"p"}}}"#,
            features: [("model.storage", true)]
        ),
        Row(
            predictor: #"{"model":{"modelFormat":{"name":"onnx"},"storageUri":"/m","confidential":{"enabled":true}}}"#,
            features: [("model.confidential", true)]
        ),
        Row(
            predictor:
                #"{"model":{"modelFormat":{"name":"onnx"},"resources":{"limits":{"cpu":"1","nvidia.com/gpu":1}}}}"#,
            features: [("model.resources.limits", false)]
        ),
        Row(predictor: #"{"onnx":{},"storageUris":[{"uri":"/a"}]}"#, features: [("storageUris", true)]),
        Row(predictor: #"{"onnx":{},"storageContainerName":"a"}"#, features: [("storageContainerName", false)]),
        Row(predictor: #"{"containers":[{"image":"vllm/vllm-openai"}]}"#, features: [("containers[0].image", true)]),
        Row(
            predictor: #"{"containers":[{"image":"a","command":["b"]}]}"#,
            features: [("containers[0].image", false)]
        ),
        Row(
            predictor:
                #"{"containers":[{"command":["b"],"volumeMounts":[],"env":[{"name":"STORAGE_URI","value":"/m"}]}]}"#,
            features: [("containers[0].volumeMounts", false), ("containers[0].env[0]", false)]
        ),
        Row(
            predictor: #"{"containers":[{"command":["b"],"resources":{"limits":{"cpu":"1","memory":"4Gi"}}}]}"#,
            features: [("containers[0].resources.limits", false)]
        ),
        Row(
            predictor: "{\(model),\"nodeSelector\":{},\"volumes\":[],\"automountServiceAccountToken\":false}",
            features: [("nodeSelector", false), ("volumes", false)]
        ),
        Row(
            predictor: "{\(model),\"scaleMetric\":\"cpu\",\"scaleMetricType\":\"Utilization\"}",
            features: [("scaleMetric", false)]
        ),
        Row(predictor: "{\(model),\"scaleMetricType\":\"Utilization\"}", features: [("scaleMetricType", false)]),
        Row(
            predictor:
                "{\(model),\"autoScaling\":{\"metrics\":[{\"type\":\"Resource\",\"resource\":{}}],\"behavior\":{}}}",
            features: [("autoScaling.metrics[0]", false), ("autoScaling.behavior", false)]
        ),
        Row(
            predictor: #"{\#(model),"autoScaling":{"metrics":[\#(Self.prometheus)],"behavior":{}}}"#,
            features: []
        ),
        Row(
            predictor: #"{\#(model),"queue":{"rabbitmq":{"uri":"amqp://b","queue":"q","resultQueue":"r"}}}"#,
            features: []
        ),
        Row(
            predictor: "{\(model),\"canaryTrafficPercent\":5,\"logger\":{},\"batcher\":{}}",
            features: [("canaryTrafficPercent", false), ("logger", false)]
        ),
        Row(
            predictor: #"{"containers":[{"name":"c","command":["x"]}],"batcher":{}}"#,
            features: [("batcher", false)]
        ),
    ]

    static let prometheus = #"""
        {"type":"External","external":{"metric":{"backend":"prometheus","query":"up","serverAddress":"http://p"},
         "target":{"type":"Value","value":"5"}}}
        """#

    @Test("what does not work is reported where it stands", arguments: rows) func predictors(row: Row) throws {
        let service = try InferenceService.admit(Fixture.service(row.predictor))
        // The legacy key is what its author wrote.
        let written = try InferenceService(json: Fixture.service(row.predictor))
        let features = row.predictor.contains("sklearn\":{}") ? written : service
        let found = features.unsupportedFeatures()
        #expect(found.map(\.path) == row.features.map { "spec.predictor.\($0.path)" })
        #expect(found.map(\.isBlocking) == row.features.map(\.isBlocking))
        #expect(found.allSatisfy { !$0.sentence.isEmpty })
    }

    @Test("models elsewhere cannot be fetched", arguments: ["s3", "gs", "hf", "http", "https", "pvc", "oci", "hdfs"])
    func storage(scheme: String) throws {
        let json = try Fixture.service(#"{"onnx":{"storageUri":"\#(scheme)://a/b"}}"#)
        let features = try InferenceService.admit(json).unsupportedFeatures()
        #expect(features.map(\.path) == ["spec.predictor.model.storageUri"])
        #expect(features.first?.sentence.contains("'\(scheme)://'") == true)
        #expect(features.first?.isBlocking == true)
    }

    @Test("other components are reported") func components() throws {
        let more = #"""
            {"transformer":{"containers":[{"image":"t"}]},"explainer":{"containers":[{"image":"e"}]},
             "canary":[{"predictor":{"name":"c","model":{"modelFormat":{"name":"onnx"}}},"trafficPercent":1}]}
            """#
        let service = try InferenceService(json: Fixture.service("{\(Self.model)}", more: more))
        #expect(service.unsupportedFeatures().map(\.path) == ["spec.transformer", "spec.explainer", "spec.canary"])
        let workers = #"{\#(Self.model),"workerSpec":{}}"#
        let spread = try InferenceService(json: Fixture.service(workers))
        #expect(spread.unsupportedFeatures().map(\.path) == ["spec.predictor.workerSpec"])
        #expect(spread.unsupportedFeatures().first?.isBlocking == true)
    }

    @Test(
        "annotations that do nothing are reported",
        arguments: [
            ("autoscaling.knative.dev/class", "hpa.autoscaling.knative.dev", "is not used"),
            ("autoscaling.knative.dev/metric", "cpu", "cannot be scaled on yet"),
            ("autoscaling.knative.dev/minScal", "1", "did you mean 'min-scale'?"),
            ("autoscaling.knative.dev/minScale", "1", "'spec.predictor.minReplicas' is 2 and wins"),
            ("autoscaling.knative.dev/max-scale", "1", "'spec.predictor.maxReplicas' is 3 and wins"),
            ("autoscaling.knative.dev/target", "1", "'spec.predictor.scaleTarget' is 4 and wins"),
            ("pilotlight.dev/polcy", "knative", "did you mean 'policy'?"),
            ("serving.knative.dev/rollout-duration", "60s", "not moved gradually"),
            ("serving.kserve.io/autoscalerClass", "keda", "Pilotlight scales"),
            ("serving.kserve.io/deploymentMode", "ModelMesh", "one server for many models"),
            ("serving.kserve.io/disable-auto-update", "true", "has no effect yet"),
        ]
    )
    func annotations(name: String, value: String, part: String) throws {
        let predictor = "{\(Self.model),\"minReplicas\":2,\"maxReplicas\":3,\"scaleTarget\":4}"
        let service = try InferenceService(json: Fixture.service(predictor, annotations: [name: value]))
        let features = service.unsupportedFeatures()
        #expect(features.map(\.path) == ["metadata.annotations[\"\(name)\"]"])
        #expect(features.first?.sentence.contains(part) == true, "\(features)")
    }

    @Test("an annotation that agrees with its field is none that is overridden") func agreeing() throws {
        let annotations = ["autoscaling.knative.dev/min-scale": "2", "autoscaling.knative.dev/target": "4.0"]
        let predictor = "{\(Self.model),\"minReplicas\":2,\"scaleTarget\":4}"
        let service = try InferenceService(json: Fixture.service(predictor, annotations: annotations))
        #expect(service.unsupportedFeatures().isEmpty)
    }

    @Test("a runtime with a command can serve what the bundled server cannot") func ownRuntime() throws {
        let service = try InferenceService(
            json: Fixture.service(#"{"model":{"modelFormat":{"name":"sklearn"},"runtime":"mine","storageUri":"/m"}}"#)
        )
        func runtime(_ server: Container) -> ServingRuntime {
            ServingRuntime(
                isClusterScoped: true,
                metadata: ObjectMetadata(json: ["name": "mine"]),
                spec: ServingRuntimeSpec(supportedModelFormats: [], pod: PodFields(containers: [server]))
            )
        }
        let commanded = runtime(Container(name: "a", image: "i", command: ["python"]))
        #expect(service.unsupportedFeatures(runtime: commanded).isEmpty)
        let image = service.unsupportedFeatures(runtime: runtime(Container(name: "a", image: "i")))
        #expect(image.map(\.path) == ["spec.predictor.model.runtime"])
        #expect(image.first?.isBlocking == true)
        let bundled = service.unsupportedFeatures(runtime: runtime(Container(name: "a", image: "pilotlight/server")))
        #expect(bundled.map(\.path) == ["spec.predictor.model.modelFormat.name"])
    }

    @Test("the condition is true, and what stops the service comes first") func condition() throws {
        #expect(Condition.unsupported([]) == nil)
        let ignored = UnsupportedFeature(path: "a", sentence: "has no effect")
        let blocking = UnsupportedFeature(path: "b", sentence: "cannot run", isBlocking: true)
        let condition = try #require(Condition.unsupported([ignored, blocking]))
        #expect(condition.status == .yes)
        #expect(condition.reason == "ServiceCannotRun")
        #expect(condition.message == "b: cannot run; a: has no effect")
        #expect(Condition.unsupported([ignored])?.reason == "SomeFieldsHaveNoEffect")
    }
}
