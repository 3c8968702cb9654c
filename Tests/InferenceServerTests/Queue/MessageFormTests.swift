import MessageTransport
import NIOCore
import Testing
import Timekeeping

@testable import InferenceServer

@Suite("What a message holds")
struct MessageFormTests {
    @Test(
        "the members of the body tell the protocol",
        arguments: [
            (#"{"instances": [[1]]}"#, ProtocolDetection.Version.v1),
            (#"{"inputs": [[1]]}"#, .v1), (#"{"inputs": {"x": [1]}}"#, .v1), (#"{"inputs": [{"b64": "eA=="}]}"#, .v1),
            (#"{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}]}"#, .v2),
            (#"{"id": "1", "parameters": {"instances": 1}, "inputs": [ {"data": [1], "datatype": "FP32"}]}"#, .v2),
            (#"{"signature_name": "s", "instances": [1]}"#, .v1),
            ("", .v1), ("{", .v1), ("[]", .v1), (#"{"inputs": [{"name": "#, .v1), (#"{"inputs": []}"#, .v1),
        ]
    )
    func detected(text: String, version: ProtocolDetection.Version) {
        #expect(withBytes(of: text) { ProtocolDetection.version(of: $0) } == version)
    }

    /// The bytes of JSON in front of binary tensors, or `nil` when the message with these headers is read as JSON.
    private static func jsonLength(_ headers: [MessageHeader]) throws -> Int? {
        var message = QueueMessage(
            position: MessagePosition(lane: MessageLane(number: 0, epoch: 0), number: 1),
            body: ByteBuffer(string: "{}"),
            source: "s",
            taken: .seconds(0)
        )
        message.headers = headers
        guard case .v2(let length) = try message.predictionRequest().form else { return nil }
        return length
    }

    @Test("a length of JSON in the headers makes it V2 in binary, whatever the spelling and the content type")
    func binary() throws {
        #expect(try Self.jsonLength([MessageHeader("Inference-Header-Content-Length", "17")]) == 17)
        #expect(try Self.jsonLength([MessageHeader("inference-header-content-length", .typed(.integer(0)))]) == 0)
        #expect(try Self.jsonLength([MessageHeader("content-type", "application/octet-stream")]) == nil)
        #expect(throws: InferenceError.self) {
            try Self.jsonLength([MessageHeader("inference-header-content-length", "many")])
        }
    }

    private static func interface(_ datatype: Datatype, _ shape: [Int]) -> ModelInterface {
        let input = TensorDescription(name: "x", datatype: datatype, shape: shape)
        return ModelInterface(platform: "fake", inputs: [input], outputs: [input])
    }

    private static func raw(_ bytes: [UInt8], _ interface: ModelInterface) throws -> InferenceRequest {
        try bytes.withUnsafeBufferPointer { try V2RequestReader(interface: interface).read($0, headerLength: 0) }
    }

    @Test("a body without JSON is the one input, its length telling the number of rows")
    func rawTensor() throws {
        let numbers: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
        let bytes = numbers.withUnsafeBytes { Array($0) }
        let request = try Self.raw(bytes, Self.interface(.float32, [-1, 4]))
        #expect(request.inputs[0].shape == [2, 4])
        #expect(request.inputs[0].elements(as: Float.self) == numbers)
        #expect(request.outputs == [WantedOutput(index: 0, isBinary: true)])
        #expect(try Self.raw(Array("abc".utf8), Self.interface(.bytes, [-1])).inputs[0].strings == ["abc"])
        #expect(try Self.raw(bytes, Self.interface(.float32, [2, 4])).inputs[0].shape == [2, 4])
    }

    @Test("a body without JSON that does not fit is refused")
    func rawMisfit() {
        let eight = [UInt8](repeating: 0, count: 8)
        #expect(throws: InferenceError.self) { try Self.raw(eight, Self.interface(.float32, [-1, 3])) }
        #expect(throws: InferenceError.self) { try Self.raw(eight, Self.interface(.float32, [3])) }
        #expect(throws: InferenceError.self) { try Self.raw(eight, Self.interface(.float32, [-1, -1])) }
        #expect(throws: InferenceError.self) { try Self.raw(eight, Self.interface(.bytes, [2])) }
        let two = ModelInterface(
            platform: "fake",
            inputs: ["a", "b"].map { TensorDescription(name: $0, datatype: .float32, shape: [-1]) },
            outputs: []
        )
        #expect(throws: InferenceError.self) { try Self.raw(eight, two) }
    }
}
