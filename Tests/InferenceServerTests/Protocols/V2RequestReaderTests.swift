import Testing

@testable import InferenceServer

@Suite("V2 requests")
struct V2RequestReaderTests {
    static let iris = ModelInterface(
        platform: "test",
        inputs: [TensorDescription(name: "x", datatype: .float32, shape: [-1, 2])],
        outputs: [
            TensorDescription(name: "label", datatype: .int64, shape: [-1]),
            TensorDescription(name: "scores", datatype: .float32, shape: [-1, 3]),
        ]
    )
    static let pair = ModelInterface(
        platform: "test",
        inputs: [
            TensorDescription(name: "a", datatype: .bytes, shape: [-1]),
            TensorDescription(name: "b", datatype: .int32, shape: [-1]),
        ],
        outputs: [TensorDescription(name: "y", datatype: .int32, shape: [-1])]
    )

    static func read(
        _ text: String,
        binary: [UInt8]? = nil,
        _ interface: ModelInterface = Self.iris
    ) throws -> InferenceRequest {
        let body = Array(text.utf8) + (binary ?? [])
        return try body.withUnsafeBufferPointer {
            try V2RequestReader(interface: interface).read($0, headerLength: binary == nil ? nil : text.utf8.count)
        }
    }

    static func input(_ data: String, shape: String = "[2, 2]", datatype: String = "FP32") -> String {
        #"{"inputs": [{"name": "x", "shape": \#(shape), "datatype": "\#(datatype)", "data": \#(data)}]}"#
    }

    // MARK: What is accepted

    @Test(
        "data may be flat or nested, and come in any order",
        arguments: [
            input("[1, 2, 3, 4]"), input("[[1, 2], [3, 4]]"), input("[[[1], [2]], [[3], [4]]]"),
            #"{"inputs": [{"data": [1, 2, 3, 4], "datatype": "FP32", "shape": [2, 2], "name": "x"}]}"#,
            #"{"inputs": [{"data": [[1, 2], [3, 4]], "name": "x", "shape": [2, 2], "datatype": "FP32"}], "id": "i"}"#,
            #"{"later": {"a": [1, {"b": null}]}, "inputs": [{"name": "x", "datatype": "FP32", "data": [1,2,3,4],"#
                + #""parameters": {"unknown": [true]}, "shape": [2, 2], "more": "things"}]}"#,
        ]
    )
    func orders(text: String) throws {
        let request = try Self.read(text)
        #expect(request.inputs[0].elements() == [1, 2, 3, 4] as [Float])
        #expect(request.inputs[0].shape == [2, 2])
        #expect(request.outputs == [WantedOutput(index: 0), WantedOutput(index: 1)])
    }

    @Test("inputs are put into the model's order, whatever the request's")
    func modelOrder() throws {
        let request = try Self.read(
            #"{"inputs": [{"name": "b", "shape": [1], "datatype": "INT32", "data": [7]},"#
                + #"{"name": "a", "shape": [1], "datatype": "BYTES", "data": ["t"]}]}"#,
            Self.pair
        )
        #expect(request.inputs[0].strings == ["t"])
        #expect(request.inputs[1].elements() == [7] as [Int32])
    }

    @Test("an id is kept, and outputs are chosen in the order asked for")
    func idAndOutputs() throws {
        let text = Self.input("[1, 2, 3, 4]").dropLast()
        let request = try Self.read(text + #", "id": "7", "outputs": [{"name": "scores"}, {"name": "label"}]}"#)
        #expect(request.id == "7")
        #expect(request.outputs == [WantedOutput(index: 1), WantedOutput(index: 0)])
        #expect(try Self.read(text + #", "outputs": []}"#).outputs.count == 2)
    }

    @Test("binary answers are asked for one by one or for all, and the narrower wish wins")
    func binaryOutputs() throws {
        let text = Self.input("[1, 2, 3, 4]").dropLast()
        let all = try Self.read(text + #", "parameters": {"binary_data_output": true}}"#)
        #expect(all.outputs == [WantedOutput(index: 0, isBinary: true), WantedOutput(index: 1, isBinary: true)])
        let one = try Self.read(
            text + #", "outputs": [{"name": "label", "parameters": {"binary_data": false}}, {"name": "scores"}],"#
                + #" "parameters": {"binary_data_output": true}}"#
        )
        #expect(one.outputs == [WantedOutput(index: 0), WantedOutput(index: 1, isBinary: true)])
    }

    @Test("binary tensors follow the JSON in the order of its inputs")
    func binaryInputs() throws {
        let text =
            #"{"inputs": [{"name": "b", "shape": [2], "datatype": "INT32", "parameters": {"binary_data_size": 8}},"#
            + #"{"name": "a", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": 10}}]}"#
        let bytes: [UInt8] = [1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] + [2, 0, 0, 0] + Array("hi".utf8) + [0, 0, 0, 0]
        let request = try Self.read(text, binary: bytes, Self.pair)
        #expect(request.inputs[0].strings == ["hi", ""])
        #expect(request.inputs[1].elements() == [1, -1] as [Int32])
    }

    @Test("a binary truth value that is neither 0 nor 1 is true")
    func binaryTruths() throws {
        let interface = ModelInterface(
            platform: "test",
            inputs: [TensorDescription(name: "x", datatype: .bool, shape: [3])],
            outputs: []
        )
        let text =
            #"{"inputs": [{"name": "x", "shape": [3], "datatype": "BOOL", "parameters": {"binary_data_size": 3}}]}"#
        #expect(try Self.read(text, binary: [0, 1, 200], interface).inputs[0].elements() == [0, 1, 1] as [UInt8])
    }

    // MARK: What is refused

    struct Refusal: CustomTestStringConvertible {
        let name: String
        let text: String
        let message: String
        var code = InferenceError.Code.invalidInput
        var testDescription: String { self.name }

        init(_ name: String, _ text: String, _ message: String, _ code: InferenceError.Code = .invalidInput) {
            self.name = name
            self.text = text
            self.message = message
            self.code = code
        }
    }

    @Test("a wrong request is refused in words that name what is wrong", arguments: refusals)
    func refused(refusal: Refusal) {
        let error = inferenceError { _ = try Self.read(refusal.text) }
        #expect(error?.message == refusal.message)
        #expect(error?.code == refusal.code)
    }

    static let refusals = [
        Refusal(
            "empty body",
            "",
            "the request body cannot be read: the text ends where a JSON object was expected (byte 0)"
        ),
        Refusal(
            "a list",
            "[]",
            "the request body cannot be read: '[' was found where a JSON object was expected (byte 0)"
        ),
        Refusal(
            "text behind the object",
            "{} x",
            "the request body cannot be read: 'x' was found where the end of the request was expected (byte 3)"
        ),
        Refusal("no inputs", "{}", "input 'x' is missing"),
        Refusal("inputs empty", #"{"inputs": []}"#, "input 'x' is missing"),
        Refusal(
            "an unknown input",
            #"{"inputs": [{"name": "z", "shape": [1], "datatype": "FP32", "data": [1]}]}"#,
            "the model has no input 'z'; its input is 'x'"
        ),
        Refusal(
            "an input twice",
            #"{"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]},"#
                + #"{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}]}"#,
            "input 'x' is given twice"
        ),
        Refusal("no name", #"{"inputs": [{"shape": [1]}]}"#, "inputs[0] has no name"),
        Refusal("no datatype", #"{"inputs": [{"name": "x", "shape": [1]}]}"#, "input 'x' has no datatype"),
        Refusal("no shape", #"{"inputs": [{"name": "x", "datatype": "FP32"}]}"#, "input 'x' has no shape"),
        Refusal(
            "no data",
            #"{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2]}]}"#,
            "input 'x' has no data"
        ),
        Refusal(
            "too few elements",
            input("[1, 2, 3]"),
            "input 'x' has 3 elements of data, and its shape [2, 2] needs 4"
        ),
        Refusal(
            "another type than the model's",
            input("[1, 2, 3, 4]", datatype: "FP64"),
            "input 'x' is FP64, and the model takes FP32"
        ),
        Refusal(
            "another shape than the model's",
            input("[1, 2, 3, 4]", shape: "[4, 1]"),
            "input 'x' has shape [4, 1], and the model takes [-1, 2], where -1 is any length"
        ),
        Refusal(
            "a negative length",
            input("[1, 2]", shape: "[-1, 2]"),
            "input 'x' has the impossible shape [-1, 2]"
        ),
        Refusal(
            "a shape whose size cannot be counted",
            input("[1, 2]", shape: "[4611686018427387904, 4]"),
            "input 'x' has the impossible shape [4611686018427387904, 4]"
        ),
        Refusal(
            "an unknown datatype",
            input("[1]", datatype: "FLOAT"),
            "input 'x' has the unknown datatype 'FLOAT'; known are BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, "
                + "INT32, INT64, FP16, BF16, FP32, FP64, BYTES"
        ),
        Refusal(
            "half precision in JSON",
            input("[1, 2]", datatype: "FP16"),
            "input 'x': FP16 has no JSON form, send it as binary data"
        ),
        Refusal(
            "text among numbers",
            input(#"[1, "2"]"#),
            #"the data of input 'x': '"' was found where a number was expected (byte 75)"#
        ),
        Refusal(
            "a bare value as data",
            input("7"),
            "the data of input 'x': '7' was found where a list of data was expected (byte 71)"
        ),
        Refusal(
            "ragged data",
            input("[[1, 2], [3]]"),
            "the data of input 'x': a list has 1 elements where the one before has 2 (byte 80)"
        ),
        Refusal(
            "an unknown output",
            input("[1, 2, 3, 4]").dropLast() + #", "outputs": [{"name": "z"}]}"#,
            "the model has no output 'z'; its outputs are 'label', 'scores'"
        ),
        Refusal(
            "an output twice",
            input("[1, 2, 3, 4]").dropLast() + #", "outputs": [{"name": "label"}, {"name": "label"}]}"#,
            "output 'label' is asked for twice"
        ),
        Refusal(
            "an output without a name",
            input("[1, 2, 3, 4]").dropLast() + #", "outputs": [{}]}"#,
            "outputs[0] has no name"
        ),
        Refusal(
            "shared memory",
            #"{"inputs": [{"name": "x", "parameters": {"shared_memory_region": "r"}}]}"#,
            "tensors in shared memory are not supported",
            .notImplemented
        ),
        Refusal(
            "classification",
            input("[1, 2, 3, 4]").dropLast()
                + #", "outputs": [{"name": "label", "parameters": {"classification": 3}}]}"#,
            "the classification extension is not supported",
            .notImplemented
        ),
        Refusal(
            "data twice",
            #"{"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2], "data": [1, 2]}]}"#,
            "input 'x' has data twice"
        ),
        Refusal(
            "nesting without end",
            #"{"a": "# + String(repeating: "[", count: 1000),
            "the request body cannot be read: lists and objects are nested deeper than 64 (byte 71)"
        ),
        Refusal(
            "an id that is no text",
            #"{"id": 7}"#,
            "the request body cannot be read: '7' was found where a string as id was expected (byte 7)"
        ),
    ]

    @Test(
        "binary data that does not fit its description is refused",
        arguments: [
            (8, 7, "input 'x' says that it has 8 bytes, and 7 are left in the body"),
            (8, 9, "the body has 1 bytes behind its last tensor"),
            (4, 4, "input 'x' has 4 bytes, and 2 elements of FP32 take 8"),
        ]
    )
    func binaryMisfits(size: Int, present: Int, message: String) {
        let text =
            #"{"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32","#
            + #""parameters": {"binary_data_size": \#(size)}}]}"#
        let error = inferenceError { _ = try Self.read(text, binary: Array(repeating: 0, count: present)) }
        #expect(error?.message == message)
    }

    @Test("a header length beyond the body is refused")
    func headerLengthTooLarge() {
        let error = inferenceError {
            _ = try withBytes(of: "{}") { try V2RequestReader(interface: Self.iris).read($0, headerLength: 3) }
        }
        #expect(error?.message == "Inference-Header-Content-Length is 3, and the body has 2 bytes")
    }

    @Test(
        "strings that end within themselves are refused",
        arguments: [
            ([1, 0, 0] as [UInt8], "input 'a' ends within the length of a string"),
            ([5, 0, 0, 0, 65], "string 0 of input 'a' has 5 bytes, and 1 are left"),
            ([1, 0, 0, 0, 65, 1, 0, 0, 0, 66], "input 'a' has 2 strings, and its shape needs 1"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 65], "string 0 of input 'a' has 4294967295 bytes, and 1 are left"),
        ]
    )
    func brokenStrings(bytes: [UInt8], message: String) {
        let text =
            #"{"inputs": [{"name": "a", "shape": [1], "datatype": "BYTES","#
            + #""parameters": {"binary_data_size": \#(bytes.count)}}]}"#
        #expect(inferenceError { _ = try Self.read(text, binary: bytes, Self.pair) }?.message == message)
    }

    @Test("a shape that only claims to be large makes no room for it")
    func hostileShape() {
        let error = inferenceError { _ = try Self.read(Self.input("[1]", shape: "[1000000000000, 2]")) }
        #expect(error?.message.hasPrefix("input 'x' has 1 elements of data") == true)
    }
}
