import StructuredData
import Testing

@testable import InferenceServer

/// What the quickstart's models must answer, computed by scikit-learn.
struct Golden {
    let model: String
    let v1: JSONValue
    let v2: JSONValue
    let labels: [Int]
    let probabilities: [[Double]]

    init(_ model: String) throws {
        let json = try JSONParser.parse(try Fixtures.text("Tests/InferenceServerTests/Golden/\(model).json"))
        self.model = model
        self.v1 = try #require(json["v1"])
        self.v2 = try #require(json["v2"])
        self.labels = try #require(json["labels"]?.arrayValue).compactMap(\.intValue)
        self.probabilities = try #require(json["probabilities"]?.arrayValue).map { row in
            (row.arrayValue ?? []).compactMap(\.doubleValue)
        }
    }
}

@Suite(
    "Predictions with ONNX Runtime, over a socket",
    .enabled(if: Runtime.isInstalled, "scripts/install-onnxruntime fetches the library"),
    .timeLimit(.minutes(1))
)
struct PredictionProtocolTests {
    static let iris = Fixtures.quickstartModel("iris")

    static func json(_ reply: HTTPReply) throws -> JSONValue { try JSONParser.parse(reply.body) }

    @Test("the quickstart's models answer as scikit-learn does, in both protocols", arguments: ["iris", "digits"])
    func golden(model: String) async throws {
        let golden = try Golden(model)
        try await withModel(Fixtures.quickstartModel(model), name: model) { server in
            let v1 = try await server.exchange(
                HTTPClient.post("/v1/models/\(model):predict", golden.v1.jsonText())
            )
            #expect(v1.status == 200)
            #expect(try Self.json(v1) == ["predictions": .array(golden.labels.map { JSONValue($0) })])

            let v2 = try await server.exchange(
                HTTPClient.post("/v2/models/\(model)/infer", golden.v2.jsonText())
            )
            let answer = try Self.json(v2)
            #expect(answer["model_name"] == .string(model))
            #expect(answer["model_version"] == "1")
            #expect(answer["id"] == "golden")
            let label = try #require(answer["outputs"]?[0])
            #expect(label["name"] == "label")
            #expect(label["datatype"] == "INT64")
            #expect(label["shape"] == [JSONValue(golden.labels.count)])
            #expect(label["data"]?.arrayValue?.compactMap(\.intValue) == golden.labels)
            let probabilities = try #require(answer["outputs"]?[1]?["data"]?.arrayValue).compactMap(\.doubleValue)
            let expected = golden.probabilities.flatMap(\.self)
            #expect(probabilities.count == expected.count)
            #expect(zip(probabilities, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test("the rows of KServe's first tutorial are both of class 1")
    func tutorial() async throws {
        try await withModel(Self.iris, name: "sklearn-iris") { server in
            let body = #"{"instances": [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}"#
            let reply = try await server.exchange(HTTPClient.post("/v1/models/sklearn-iris:predict", body))
            #expect(reply.text == #"{"predictions":[1,1]}"#)
        }
    }

    @Test("V1 answers with the output that was chosen, or with several by name")
    func chosenOutputs() async throws {
        let request = HTTPClient.post("/v1/models/m:predict", #"{"instances": [[6.8, 2.8, 4.8, 1.4]]}"#)
        try await withModel(Self.iris, outputs: ["probabilities"]) { server in
            let predictions = try Self.json(try await server.exchange(request))["predictions"]
            #expect(predictions?[0]?.arrayValue?.count == 3)
        }
        try await withModel(Self.iris, outputs: ["label", "probabilities"]) { server in
            let predictions = try Self.json(try await server.exchange(request))["predictions"]
            #expect(predictions?[0]?["label"] == 1)
            #expect(predictions?[0]?["probabilities"]?.arrayValue?.count == 3)
        }
        await #expect(throws: ModelLoadError.self) {
            try await withModel(Self.iris, outputs: ["nothing"]) { _ in }
        }
    }

    @Test("every datatype goes in and out in binary form", arguments: Datatype.allCases)
    func binary(datatype: Datatype) async throws {
        let tensor = OnnxRuntimeModelTests.sample(datatype)
        let raw = Self.wireBytes(of: tensor)
        let header =
            #"{"inputs": [{"name": "x", "shape": [3, 2], "datatype": "\#(datatype.rawValue)","#
            + #""parameters": {"binary_data_size": \#(raw.count)}}], "parameters": {"binary_data_output": true}}"#
        let fields = "inference-header-content-length: \(header.utf8.count)\r\n"
        let head =
            "POST /v2/models/m/infer HTTP/1.1\r\nhost: m\r\n\(fields)"
            + "content-length: \(header.utf8.count + raw.count)\r\n\r\n"
        let request = Array((head + header).utf8) + raw
        try await withModel(Fixtures.model("identity-\(datatype.rawValue.lowercased())")) { server in
            let reply = try await HTTPClient.connected(to: server.address) { client in
                try await client.send(request)
                return try await client.reply()
            }
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.fields["content-type"] == "application/octet-stream")
            let length = try #require(reply.fields["inference-header-content-length"].flatMap { Int($0) })
            let json = try JSONParser.parse(reply.body[..<length])
            let output = try #require(json["outputs"]?[0])
            #expect(output["datatype"] == .string(datatype.rawValue))
            #expect(output["shape"] == [3, 2])
            #expect(output["parameters"]?["binary_data_size"] == JSONValue(raw.count))
            #expect(Array(reply.body[length...]) == raw)
        }
    }

    private static func wireBytes(of tensor: Tensor) -> [UInt8] {
        guard tensor.datatype == .bytes else { return tensor.elements(as: UInt8.self) }
        return tensor.strings.flatMap { string in
            let bytes = Array(string.utf8)
            return withUnsafeBytes(of: UInt32(bytes.count).littleEndian, Array.init) + bytes
        }
    }

    @Test(
        "every datatype that JSON can carry goes in and out as JSON",
        arguments: [
            (.bool, "[true,false]"), (.uint8, "[0,255]"), (.uint16, "[0,65535]"), (.uint32, "[0,4294967295]"),
            (.uint64, "[0,18446744073709551615]"), (.int8, "[-128,127]"), (.int16, "[-32768,32767]"),
            (.int32, "[-2147483648,2147483647]"), (.int64, "[-9223372036854775808,9223372036854775807]"),
            (.float32, "[0.1,-3.4028235e+38]"), (.float64, "[0.1,-1.7976931348623157e+308]"),
            (.bytes, #"["","a\"ü"]"#),
        ] as [(Datatype, String)]
    )
    func json(datatype: Datatype, data: String) async throws {
        let body =
            #"{"inputs": [{"name": "x", "shape": [1, 2], "datatype": "\#(datatype.rawValue)", "data": \#(data)}]}"#
        try await withModel(Fixtures.model("identity-\(datatype.rawValue.lowercased())")) { server in
            let reply = try await server.exchange(HTTPClient.post("/v2/models/m/infer", body))
            #expect(reply.text.hasSuffix(#""datatype":"\#(datatype.rawValue)","data":\#(data)}]}"#), "\(reply.text)")
        }
    }

    @Test("V1 rounds plain numbers to half precision", arguments: ["fp16", "bf16"])
    func halfPrecision(datatype: String) async throws {
        try await withModel(Fixtures.model("identity-\(datatype)")) { server in
            let body = #"{"instances": [[1.5, -2]]}"#
            let reply = try await server.exchange(HTTPClient.post("/v1/models/m:predict", body))
            #expect(reply.text == #"{"predictions":[[1.5,-2.0]]}"#)
        }
    }

    @Test("nested lists keep their shape through a model of rank three")
    func cube() async throws {
        try await withModel(Fixtures.model("identity-cube")) { server in
            let body = #"{"instances": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}"#
            let reply = try await server.exchange(HTTPClient.post("/v1/models/m:predict", body))
            #expect(reply.text == #"{"predictions":[[[1.0,2.0],[3.0,4.0]],[[5.0,6.0],[7.0,8.0]]]}"#)
        }
    }

    @Test("a request without an id gets one")
    func generatedID() async throws {
        try await withModel(Fixtures.model("identity-fp32")) { server in
            let body = #"{"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}]}"#
            let reply = try await server.exchange(HTTPClient.post("/v2/models/m/infer", body))
            #expect(try Self.json(reply)["id"]?.stringValue?.count == 36)
        }
    }

    @Test("a large tensor goes through in one piece")
    func large() async throws {
        let rows = (0..<20_000).map { "[\($0),\(Float($0) / 7)]" }.joined(separator: ",")
        try await withModel(Fixtures.model("identity-fp64")) { server in
            let reply = try await server.exchange(
                HTTPClient.post("/v1/models/m:predict", #"{"instances": [\#(rows)]}"#)
            )
            let answer = try Self.json(reply)["predictions"]?.arrayValue
            #expect(answer?.count == 20_000)
            #expect(answer?[19_999][1]?.doubleValue == Double("\(Float(19_999) / 7)"))
        }
    }

    @Test("what the model refuses is the server's failure, and the server goes on")
    func failure() async throws {
        try await withModel(Fixtures.model("fails-at-run-time")) { server in
            let bad = try await server.exchange(HTTPClient.post("/v1/models/m:predict", #"{"instances": [1, 2]}"#))
            #expect(bad.status == 500)
            #expect(bad.text.contains("inference failed"))
            let good = HTTPClient.post("/v1/models/m:predict", #"{"instances": [1, 2, 3, 4, 5, 6]}"#)
            #expect(try await server.exchange(good).status == 200)
            let metrics = try await server.exchange(HTTPClient.get("/metrics")).text
            #expect(metrics.contains(#"nv_inference_request_failure{model="m",reason="BACKEND",version="1"} 1"#))
        }
    }
}
