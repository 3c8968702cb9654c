import NIOCore
import StructuredData
import Testing

@testable import InferenceServer

@Suite("Answers")
struct ResponseWriterTests {
    static let interface = ModelInterface(
        platform: "test",
        inputs: [],
        outputs: [
            TensorDescription(name: "label", datatype: .int64, shape: [-1]),
            TensorDescription(name: "scores", datatype: .float32, shape: [-1, 2]),
            TensorDescription(name: "text", datatype: .bytes, shape: [-1]),
            TensorDescription(name: "half", datatype: .float16, shape: [-1]),
            TensorDescription(name: "one", datatype: .float32, shape: []),
        ]
    )
    let label = Tensor.of(.int64, [2], [1, -2] as [Int64])
    let scores = Tensor.of(.float32, [2, 2], [0.1, 0.9, 1, 0] as [Float])
    let text = Tensor.of([2], strings: ["a\"\\\n\u{1}é", ""])
    let half = Tensor.of(.float16, [2], [1.5, 2] as [Float16])
    let one = Tensor.of(.float32, [], [7] as [Float])

    static func v1(_ tensors: [Tensor], _ outputs: [Int]) throws -> String {
        let wanted = outputs.map { WantedOutput(index: $0) }
        return String(buffer: try V1ResponseWriter(interface: Self.interface).write(tensors, wanted: wanted).bytes)
    }

    static func v2(_ tensors: [Tensor], _ wanted: [WantedOutput]) throws -> AnswerBody {
        try V2ResponseWriter(modelName: "m\"", modelVersion: "3", interface: Self.interface)
            .write(tensors, wanted: wanted, id: "i")
    }

    @Test("one output becomes the list of predictions")
    func single() throws {
        #expect(try Self.v1([self.label], [0]) == #"{"predictions":[1,-2]}"#)
        #expect(try Self.v1([self.scores], [1]) == #"{"predictions":[[0.1,0.9],[1.0,0.0]]}"#)
        #expect(try Self.v1([self.half], [3]) == #"{"predictions":[1.5,2.0]}"#)
        #expect(try Self.v1([self.one], [4]) == #"{"predictions":7.0}"#)
    }

    @Test("several outputs become one object a row")
    func rows() throws {
        let expected =
            #"{"predictions":[{"label":1,"scores":[0.1,0.9],"text":"a\"\\\n\u0001é"},"#
            + #"{"label":-2,"scores":[1.0,0.0],"text":""}]}"#
        #expect(try Self.v1([self.label, self.scores, self.text], [0, 1, 2]) == expected)
    }

    @Test("outputs without common rows cannot be zipped")
    func unequalRows() {
        let error = inferenceError { _ = try Self.v1([self.label, self.one], [0, 4]) }
        #expect(error?.message.contains("no rows in common") == true)
    }

    @Test("empty tensors keep their brackets")
    func empty() throws {
        #expect(try Self.v1([Tensor.of(.int64, [0], [] as [Int64])], [0]) == #"{"predictions":[]}"#)
        #expect(try Self.v1([Tensor.of(.float32, [2, 0], [] as [Float])], [1]) == #"{"predictions":[[],[]]}"#)
        #expect(try Self.v1([Tensor.of(.float32, [0, 2], [] as [Float])], [1]) == #"{"predictions":[]}"#)
    }

    @Test("a long run of numbers is written without a gap at the seams")
    func longRun() throws {
        let numbers = (0..<5000).map { Int64($0 * 1_000_003) }
        let text = try Self.v1([Tensor.of(.int64, [5000], numbers)], [0])
        #expect(text == #"{"predictions":[\#(numbers.map(String.init).joined(separator: ","))]}"#)
    }

    @Test("a V2 answer names the model and lists its outputs flat")
    func v2() throws {
        let body = try Self.v2([self.scores], [WantedOutput(index: 1)])
        #expect(body.jsonLength == nil)
        let expected =
            #"{"model_name":"m\"","model_version":"3","id":"i","outputs":[{"name":"scores","shape":[2,2],"#
            + #""datatype":"FP32","data":[0.1,0.9,1.0,0.0]}]}"#
        #expect(String(buffer: body.bytes) == expected)
    }

    @Test("binary outputs lie behind the JSON, which tells their sizes")
    func binary() throws {
        let wanted = [
            WantedOutput(index: 3, isBinary: true), WantedOutput(index: 0), WantedOutput(index: 2, isBinary: true),
        ]
        let body = try Self.v2([self.half, self.label, self.text], wanted)
        let length = try #require(body.jsonLength)
        let bytes = Array(body.bytes.readableBytesView)
        let json = try JSONParser.parse(bytes[..<length])
        #expect(json["outputs"]?[0]?["parameters"]?["binary_data_size"] == 4)
        #expect(json["outputs"]?[0]?["data"] == nil)
        #expect(json["outputs"]?[1]?["data"] == [1, -2])
        let text = Array("a\"\\\n\u{1}é".utf8)
        #expect(json["outputs"]?[2]?["parameters"]?["binary_data_size"] == .int(Int64(4 + text.count + 4)))
        #expect(Array(bytes[length...]) == [0x00, 0x3E, 0x00, 0x40, UInt8(text.count), 0, 0, 0] + text + [0, 0, 0, 0])
    }

    @Test("half precision needs binary form")
    func halfInJSON() {
        let error = inferenceError { _ = try Self.v2([self.half], [WantedOutput(index: 3)]) }
        #expect(error?.message == "output 'half' is FP16, which has no JSON form; ask for binary data")
    }

    @Test("bytes that are no text need binary form")
    func bytesInJSON() {
        var table = StringTable()
        table.append([0xFF, 0xFE])
        let tensor = Tensor(shape: [1], strings: table)
        let error = inferenceError { _ = try Self.v2([tensor], [WantedOutput(index: 2)]) }
        #expect(error?.message.contains("output 'text' holds bytes that are no text") == true)
        #expect(error?.code == .failed)
    }

    @Test("a random id is a UUID of version 4")
    func randomID() {
        let id = RequestID.random()
        let parts = id.split(separator: "-").map(\.count)
        #expect(parts == [8, 4, 4, 4, 12])
        #expect(Array(id)[14] == "4")
        #expect("89ab".contains(Array(id)[19]))
        #expect(id != RequestID.random())
    }
}
