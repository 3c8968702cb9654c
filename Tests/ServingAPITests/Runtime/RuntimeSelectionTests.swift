import ServingAPI
import StructuredData
import Testing

@Suite("RuntimeRequest.select")
struct RuntimeSelectionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let format: String
        var version: String?
        var speaks: ProtocolVersion?
        let runtime: String
        let chosen: ProtocolVersion?
        var testDescription: String { "\(self.format) \(self.speaks?.rawValue ?? "-") -> \(self.runtime)" }
    }

    static let kserve = BundledRuntimes.all.filter { $0.name.hasPrefix("kserve-") }

    @Test(
        "the bundled runtimes are chosen as KServe chooses",
        arguments: [
            Row(format: "sklearn", speaks: .v1, runtime: "kserve-sklearnserver", chosen: .v1),
            Row(format: "sklearn", speaks: .v2, runtime: "kserve-mlserver", chosen: .v2),
            Row(format: "xgboost", speaks: .v1, runtime: "kserve-xgbserver", chosen: .v1),
            Row(format: "xgboost", speaks: .v2, runtime: "kserve-mlserver", chosen: .v2),
            Row(format: "lightgbm", speaks: .v1, runtime: "kserve-lgbserver", chosen: .v1),
            Row(format: "tensorflow", speaks: .v1, runtime: "kserve-tensorflow-serving", chosen: .v1),
            Row(format: "tensorflow", speaks: .v2, runtime: "kserve-tritonserver", chosen: .v2),
            Row(format: "pytorch", speaks: .v1, runtime: "kserve-torchserve", chosen: .v1),
            Row(format: "pytorch", speaks: .v2, runtime: "kserve-torchserve", chosen: .v2),
            Row(format: "onnx", speaks: .v2, runtime: "kserve-tritonserver", chosen: .v2),
            Row(format: "huggingface", speaks: .v1, runtime: "kserve-huggingfaceserver", chosen: .v1),
            Row(format: "vLLM", speaks: .v1, runtime: "kserve-vllmserver", chosen: .v1),
            Row(format: "triton", speaks: .v2, runtime: "kserve-tritonserver", chosen: .v2),
            Row(format: "mlflow", speaks: .v2, runtime: "kserve-mlserver", chosen: .v2),
            // Where nobody asks for a protocol, v1 goes first, and then any.
            Row(format: "sklearn", runtime: "kserve-sklearnserver", chosen: .v1),
            Row(format: "onnx", runtime: "kserve-tritonserver", chosen: .v2),
            Row(format: "mlflow", runtime: "kserve-mlserver", chosen: .v2),
            Row(format: "vLLM", runtime: "kserve-vllmserver", chosen: nil),
            Row(format: "sklearn", version: "0", runtime: "kserve-mlserver", chosen: .v2),
        ]
    )
    func bundled(row: Row) throws {
        let request = RuntimeRequest(
            namespace: "default",
            format: ModelSpec.Format(name: row.format, version: row.version),
            protocolVersion: row.speaks
        )
        let selection = try request.select(from: Self.kserve.shuffledByName)
        #expect(selection.runtime.name == row.runtime)
        #expect(selection.protocolVersion == row.chosen)
    }

    @Test("the bundled server is chosen for its format, whatever the protocol") func ownServer() throws {
        for version: ProtocolVersion? in [nil, .v1, .v2] {
            let request = Self.request("onnx", speaks: version)
            #expect(try request.select(from: BundledRuntimes.all).runtime.name == BundledRuntimes.serverName)
        }
    }

    static func request(
        _ format: String,
        version: String? = nil,
        runtime: String? = nil,
        speaks: ProtocolVersion? = nil,
        isMultiNode: Bool = false
    ) -> RuntimeRequest {
        RuntimeRequest(
            namespace: "team",
            format: ModelSpec.Format(name: format, version: version),
            runtime: runtime,
            protocolVersion: speaks,
            isMultiNode: isMultiNode
        )
    }

    static func runtime(
        _ name: String,
        namespace: String? = nil,
        formats: JSONValue = [["name": "a", "version": "1", "autoSelect": true]],
        protocols: JSONValue = ["v1"],
        created: String? = nil,
        more: JSONValue = [:]
    ) throws -> ServingRuntime {
        var metadata: JSONValue = ["name": .string(name)]
        if let namespace { metadata["namespace"] = .string(namespace) }
        if let created { metadata["creationTimestamp"] = .string(created) }
        let spec: JSONValue = [
            "supportedModelFormats": formats, "protocolVersions": protocols,
            "containers": [["name": "c", "image": "i"]],
        ]
        return try ServingRuntime(json: [
            "apiVersion": "serving.kserve.io/v1alpha1",
            "kind": namespace == nil ? "ClusterServingRuntime" : "ServingRuntime",
            "metadata": metadata, "spec": spec.merging(patch: more),
        ])
    }

    @Test("any runtime of the namespace beats every one of the cluster, and other namespaces do not count")
    func scope() throws {
        let high: JSONValue = [["name": "a", "autoSelect": true, "priority": 9]]
        let runtimes = [
            try Self.runtime("cluster", formats: high),
            try Self.runtime("elsewhere", namespace: "other", formats: high),
            try Self.runtime("mine", namespace: "team"),
        ]
        #expect(try Self.request("a").select(from: runtimes).runtime.name == "mine")
    }

    @Test("priority first, then protocol, then age, then name") func order() throws {
        let prioritized: JSONValue = [["name": "a", "autoSelect": true, "priority": 1]]
        var runtimes = [try Self.runtime("d", protocols: ["v2"], created: "2026-01-01T00:00:00Z")]
        func chosen() throws -> String { try Self.request("a").select(from: runtimes.shuffledByName).runtime.name }
        #expect(try chosen() == "d")
        runtimes.append(try Self.runtime("c", created: "2025-01-01T00:00:00Z"))
        #expect(try chosen() == "c")
        runtimes.append(try Self.runtime("z", created: "2026-01-01T00:00:00Z"))
        #expect(try chosen() == "z")
        runtimes.append(try Self.runtime("y", created: "2026-01-01T00:00:00Z"))
        #expect(try chosen() == "y")
        runtimes.append(try Self.runtime("x", formats: prioritized, created: "2020-01-01T00:00:00Z"))
        #expect(try chosen() == "x")
    }

    @Test("what is disabled, for many models, for other versions or not to be chosen is passed over")
    func passedOver() throws {
        let runtimes = [
            try Self.runtime("disabled", more: ["disabled": true]),
            try Self.runtime("many", more: ["multiModel": true]),
            try Self.runtime("byname", formats: [["name": "a", "version": "1"]]),
            try Self.runtime("nodes", more: ["workerSpec": ["tensorParallelSize": 2]]),
            try Self.runtime("later", formats: [["name": "a", "version": "2", "autoSelect": true]]),
            try Self.runtime("grpc", protocols: ["grpc-v2"]),
        ]
        #expect(try Self.request("a").select(from: [runtimes[4], runtimes[0]]).runtime.name == "later")
        #expect(try Self.request("a", speaks: .grpcV2).select(from: runtimes).runtime.name == "grpc")
        #expect(try Self.request("a", isMultiNode: true).select(from: runtimes).runtime.name == "nodes")
        let error = #expect(throws: RuntimeSelectionError.self) {
            try Self.request("a", version: "1", speaks: .v1).select(from: Array(runtimes.dropLast()))
        }
        #expect(error?.reason == .noSupportingRuntime)
        #expect(
            error?.message
                == "no runtime serves the format 'a:1' over the protocol v1; formats that are served: a:1, a:2"
        )
    }

    @Test("a runtime that lists no protocols speaks all, but comes last") func anyProtocol() throws {
        let runtimes = [try Self.runtime("any", protocols: []), try Self.runtime("grpc", protocols: ["grpc-v1"])]
        #expect(try Self.request("a", speaks: .v2).select(from: runtimes).runtime.name == "any")
        #expect(try Self.request("a", speaks: .grpcV1).select(from: runtimes).runtime.name == "grpc")
    }

    @Test(
        "a runtime that is named is taken, or the reason said",
        arguments: [
            ("disabled", "a", nil, .runtimeDisabled, "the runtime 'disabled' is disabled"),
            (
                "nowhere", "a", nil, .runtimeNotRecognized,
                "there is no runtime 'nowhere'; there are: byname, disabled"
            ),
            (
                "byname", "a", .v2, .noSupportingRuntime,
                "the runtime 'byname' does not speak v2; it speaks v1"
            ),
            (
                "byname", "b", nil, .noSupportingRuntime,
                "the runtime 'byname' does not serve the format 'b'; it serves a:1"
            ),
        ] as [(String, String, ProtocolVersion?, ModelStatus.Failure.Reason, String)]
    )
    func named(
        name: String,
        format: String,
        speaks: ProtocolVersion?,
        reason: ModelStatus.Failure.Reason,
        message: String
    ) throws {
        let runtimes = [
            try Self.runtime("disabled", more: ["disabled": true]),
            try Self.runtime("byname", namespace: "team", formats: [["name": "a", "version": "1"]]),
        ]
        #expect(try Self.request("a", runtime: "byname").select(from: runtimes).protocolVersion == .v1)
        let error = #expect(throws: RuntimeSelectionError.self) {
            try Self.request(format, runtime: name, speaks: speaks).select(from: runtimes)
        }
        #expect(error?.reason == reason)
        #expect(error?.message == message)
    }
}

extension [ServingRuntime] {
    /// In an order that has nothing to do with the one they came in.
    fileprivate var shuffledByName: [ServingRuntime] {
        self.sorted { $0.name.reversed().lexicographicallyPrecedes($1.name.reversed()) }
    }
}
