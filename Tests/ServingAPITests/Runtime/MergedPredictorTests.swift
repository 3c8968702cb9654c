import ServingAPI
import StructuredData
import Testing

@Suite("Runtime and service together")
struct MergedPredictorTests {
    static let runtimeText = """
        {"apiVersion":"serving.kserve.io/v1alpha1","kind":"ClusterServingRuntime","metadata":{"name":"r"},"spec":{
          "labels":{"l":"runtime","only":"runtime"},"annotations":{"prometheus.kserve.io/port":"8080"},
          "nodeSelector":{"disk":"ssd"},"volumes":[{"name":"shm","emptyDir":{"medium":"Memory"}}],
          "containers":[{"name":"sidecar","image":"s"},
            {"name":"kserve-container","image":"registry:5000/server:1.0","command":["run"],
             "args":["--name={{.Name}}","--ns={{ .Namespace }}","--class={{.Labels.modelClass}}"],
             "env":[{"name":"A","value":"1"},{"name":"B","valueFrom":{"fieldRef":{"fieldPath":"x"}}}],
             "resources":{"requests":{"cpu":"1","memory":"2Gi"},"limits":{"cpu":"1","memory":"2Gi"}},
             "readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":5}}]}}
        """

    static func service(
        _ predictor: JSONValue,
        labels: [String: String] = ["modelClass": "tree"]
    ) throws
        -> InferenceService
    {
        try InferenceService(json: [
            "apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
            "metadata": ["name": "iris", "namespace": "team", "labels": JSONValue(labels)],
            "spec": ["predictor": predictor],
        ])
    }

    static func merged(_ predictor: JSONValue) throws -> MergedPredictor {
        try ServingRuntime(json: JSONParser.parse(Self.runtimeText)).merged(with: Self.service(predictor))
    }

    @Test("the runtime's container comes first, with its placeholders filled") func placeholders() throws {
        let merged = try Self.merged(["model": ["modelFormat": ["name": "a"]]])
        #expect(merged.containers.map(\.name) == ["kserve-container", "sidecar"])
        #expect(merged.server.args == ["--name=iris", "--ns=team", "--class=tree"])
        #expect(merged.server.command == ["run"])
    }

    @Test("what the service says is laid over it") func overrides() throws {
        let merged = try Self.merged([
            "model": [
                "modelFormat": ["name": "a"], "runtimeVersion": "2.0", "args": ["--more"], "command": ["other"],
                "env": [["name": "B", "value": "2"], ["name": "C", "value": "3"]],
                "resources": ["requests": ["cpu": "100m"], "limits": ["nvidia.com/gpu": 1]],
                "readinessProbe": ["periodSeconds": 1],
            ],
            "nodeSelector": ["gpu": "yes"], "volumes": [["name": "more", "emptyDir": [:]]],
            "containers": [["name": "extra", "image": "e"], ["name": "transformer-container", "image": "t"]],
            "labels": ["l": "component"],
        ])
        let server = merged.server
        #expect(server.image == "registry:5000/server:2.0")
        #expect(server.args.last == "--more")
        #expect(server.args.count == 4)
        #expect(server.command == ["other"])
        #expect(server.env.map(\.name) == ["A", "B", "C"])
        #expect(server.env[1].value == "2")
        #expect(server.env[1].valueFrom == nil)
        #expect(server.requests == ["cpu": Quantity("100m"), "memory": Quantity("2Gi")])
        #expect(server.limits.keys.sorted() == ["cpu", "memory", "nvidia.com/gpu"])
        let probe: JSONValue = ["httpGet": ["path": "/ready", "port": 8080], "periodSeconds": 1]
        #expect(server.json["readinessProbe"] == probe)
        #expect(merged.containers.map(\.name) == ["kserve-container", "transformer-container", "sidecar", "extra"])
        #expect(merged.podFields["nodeSelector"] == ["disk": "ssd", "gpu": "yes"])
        #expect(merged.podFields["volumes"]?.arrayValue?.count == 2)
        #expect(merged.labels == ["l": "component", "only": "runtime", "modelClass": "tree"])
        #expect(merged.annotations["prometheus.kserve.io/port"] == "8080")
    }

    @Test(
        "a tag is replaced, a digest is not",
        arguments: [
            ("server", "server:2"), ("server:1", "server:2"), ("host:5000/server", "host:5000/server:2"),
            ("server@sha256:abc", "server@sha256:abc"),
        ]
    )
    func tags(image: String, replaced: String) throws {
        var json = try JSONParser.parse(Self.runtimeText)
        json["spec"]?["containers"] = [["name": "kserve-container", "image": .string(image)]]
        let service = try Self.service(["model": ["modelFormat": ["name": "a"], "runtimeVersion": "2"]])
        #expect(try ServingRuntime(json: json).merged(with: service).server.image == replaced)
    }

    @Test("a placeholder that stands for nothing is an error") func missing() throws {
        let runtime = try ServingRuntime(json: JSONParser.parse(Self.runtimeText))
        let service = try Self.service(["model": ["modelFormat": ["name": "a"]]], labels: [:])
        let found = #expect(throws: ProblemList.self) { try runtime.merged(with: service) }
        #expect(
            found?.description
                == "spec.containers[0].args[2]: holds '{{.Labels.modelClass}}', but the service has no such name, "
                + "label or annotation"
        )
    }

    @Test(
        "placeholders of all forms",
        arguments: [
            ("{{.Name}}-{{.Name}}", "iris-iris"), (#"{{ index .Labels "a.b/c" }}"#, "d"), ("{{.Labels.e}}", "f"),
            ("{{.Annotations.g}}", "h"), ("{{unclosed", "{{unclosed"), ("}}", "}}"), ("$(PORT)", "$(PORT)"),
            ("{{.Bogus}}", nil), ("{{index .Labels a}}", nil), ("{{}}", nil), ("{{.Labels.none}}", nil),
            (#"{{index .Names "e"}}"#, nil),
        ] as [(String, String?)]
    )
    func placeholder(text: String, filled: String?) throws {
        var json = try JSONParser.parse(Self.runtimeText)
        json["spec"]?["containers"] = [["name": "c", "args": [.string(text)]]]
        var service = try Self.service(["model": ["modelFormat": ["name": "a"]]], labels: ["a.b/c": "d", "e": "f"])
        service.metadata.annotations = ["g": "h"]
        let merged = try? ServingRuntime(json: json).merged(with: service)
        #expect(merged?.server.args == filled.map { [$0] })
        #expect(merged == nil || merged?.server.name == "kserve-container")
    }

    /// A runtime of KServe's own kind with one container and no arguments.
    static func server(_ type: String, image: String = "i") throws -> ServingRuntime {
        try ServingRuntime(json: [
            "apiVersion": "serving.kserve.io/v1alpha1", "kind": "ClusterServingRuntime",
            "metadata": ["name": "mine", "annotations": ["serving.kserve.io/server-type": .string(type)]],
            "spec": ["containers": [["name": "kserve-container", "image": .string(image)]]],
        ])
    }

    struct ServerRow: Sendable {
        let type: String
        let model: JSONValue
        let environment: [String: String]
        let label: String?
        var arguments: [String] = []
    }

    @Test(
        "servers are told what they need in their own words",
        arguments: [
            ServerRow(
                type: "mlserver",
                model: ["modelFormat": ["name": "xgboost"], "storageUri": "/m"],
                environment: ["MLSERVER_MODEL_NAME": "iris", "MLSERVER_MODEL_URI": "/mnt/models"],
                label: "mlserver_xgboost.XGBoostModel"
            ),
            ServerRow(
                type: "mlserver",
                model: ["modelFormat": ["name": "other"], "env": [["name": "MLSERVER_MODEL_NAME", "value": "mine"]]],
                environment: ["MLSERVER_MODEL_NAME": "mine", "MLSERVER_LOAD_MODELS_AT_STARTUP": "false"],
                label: nil
            ),
            ServerRow(
                type: "torchserve",
                model: ["modelFormat": ["name": "pytorch"]],
                environment: ["PROTOCOL_VERSION": "v1"],
                label: "kserve"
            ),
            ServerRow(
                type: "torchserve",
                model: ["modelFormat": ["name": "pytorch"], "protocolVersion": "grpc-v2"],
                environment: ["PROTOCOL_VERSION": "grpc-v2"],
                label: "kservev2"
            ),
            ServerRow(
                type: "tritonserver",
                model: ["modelFormat": ["name": "onnx"]],
                environment: [:],
                label: nil,
                arguments: ["--model-control-mode=explicit"]
            ),
            ServerRow(
                type: "tritonserver",
                model: ["modelFormat": ["name": "onnx"], "storageUri": "/m"],
                environment: [:],
                label: nil
            ),
        ]
    )
    func serverDefaults(row: ServerRow) throws {
        let service = try Self.service(["model": row.model], labels: [:])
        let merged = try Self.server(row.type).merged(with: service)
        let environment = Dictionary(uniqueKeysWithValues: merged.server.env.map { ($0.name, $0.value ?? "") })
        #expect(environment == row.environment)
        #expect(merged.server.args == row.arguments)
        #expect(merged.labels["modelClass"] ?? merged.labels["serviceEnvelope"] == row.label)
        let bundled = try Self.server(row.type, image: "pilotlight/server").merged(with: service)
        #expect(bundled.labels.isEmpty)
    }

    @Test("containers of the author's own need no runtime") func custom() throws {
        let service = try Self.service([
            "containers": [["image": "vllm/vllm-openai:latest", "args": ["--model", "m"]]]
        ])
        .defaulted()
        let custom = try #require(service.customPredictor)
        #expect(custom.server.name == "kserve-container")
        #expect(custom.server.servingPort == 8000)
        #expect(try Self.service(["model": ["modelFormat": ["name": "a"]]]).customPredictor == nil)
    }

    @Test(
        "the port to serve on",
        arguments: [
            (["image": "a"], 8080), (["image": "vllm/vllm-openai"], 8000),
            (["image": "ghcr.io/vllm/vllm-openai@sha256:0"], 8000),
            (["image": "vllm/vllm-openai", "ports": [["containerPort": 9000], ["containerPort": 1]]], 9000),
            ([:], 8080),
        ] as [(JSONObject, Int)]
    )
    func ports(container: JSONObject, port: Int) {
        #expect(Container(json: container).servingPort == port)
    }
}
