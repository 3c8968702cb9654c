import Testing

@testable import InferenceServer

@Suite("V1 requests")
struct V1RequestReaderTests {
    static let single = interface([TensorDescription(name: "x", datatype: .float32, shape: [-1, 2])])
    static let texts = interface([TensorDescription(name: "t", datatype: .bytes, shape: [-1])])
    static let scalars = interface([TensorDescription(name: "x", datatype: .float32, shape: [-1])])
    static let single0 = interface([TensorDescription(name: "x", datatype: .float32, shape: [])])
    static let two = interface([
        TensorDescription(name: "price", datatype: .float32, shape: [-1, 2]),
        TensorDescription(name: "count", datatype: .int64, shape: [-1]),
    ])

    static func interface(_ inputs: [TensorDescription]) -> ModelInterface {
        ModelInterface(
            platform: "test",
            inputs: inputs,
            outputs: [TensorDescription(name: "y", datatype: .float32, shape: [-1])]
        )
    }

    static func read(_ text: String, _ interface: ModelInterface = Self.single) throws -> InferenceRequest {
        try withBytes(of: text) {
            try V1RequestReader(interface: interface, outputs: [WantedOutput(index: 0)]).read($0)
        }
    }

    @Test(
        "rows may be lists or objects, and whole tensors stand under inputs",
        arguments: [
            #"{"instances": [[1, 2], [3, 4]]}"#,
            #"{"signature_name": "serving_default", "instances": [[1.0, 2.0], [3e0, 40e-1]], "more": {"a": []}}"#,
            #"{"instances": [{"x": [1, 2]}, {"x": [3, 4]}]}"#,
            #"{"inputs": [[1, 2], [3, 4]]}"#,
            #"{"inputs": {"x": [[1, 2], [3, 4]]}}"#,
            "\n {\t\"instances\":\r\n[[1,2],[3,4]]} \n",
        ]
    )
    func forms(text: String) throws {
        let request = try Self.read(text)
        #expect(request.inputs[0].shape == [2, 2])
        #expect(request.inputs[0].elements() == [1, 2, 3, 4] as [Float])
        #expect(request.id == nil)
    }

    @Test(
        "a model with several inputs takes them by name, by row or whole",
        arguments: [
            #"{"instances": [{"price": [1, 2], "count": 3}, {"count": 4, "price": [5, 6]}]}"#,
            #"{"inputs": {"count": [3, 4], "price": [[1, 2], [5, 6]]}}"#,
        ]
    )
    func severalInputs(text: String) throws {
        let request = try Self.read(text, Self.two)
        #expect(request.inputs[0].elements() == [1, 2, 5, 6] as [Float])
        #expect(request.inputs[0].shape == [2, 2])
        #expect(request.inputs[1].elements() == [3, 4] as [Int64])
        #expect(request.inputs[1].shape == [2])
    }

    @Test("a list of values is a batch of values")
    func scalarRows() throws {
        let request = try Self.read(#"{"instances": [1, 2, 3]}"#, Self.scalars)
        #expect(request.inputs[0].shape == [3])
    }

    @Test("a model without a batch takes a bare value")
    func bareValue() throws {
        let request = try Self.read(#"{"inputs": 7}"#, Self.single0)
        #expect(request.inputs[0].shape == [])
        #expect(request.inputs[0].elements() == [7] as [Float])
    }

    @Test("an empty batch has the rows' dimensions that the model fixes")
    func emptyBatch() throws {
        #expect(try Self.read(#"{"instances": []}"#).inputs[0].shape == [0, 2])
    }

    @Test(
        "texts are read as they are, and bytes as base64",
        arguments: [
            #"{"instances": ["a", "hi"]}"#, #"{"instances": [{"b64": "YQ=="}, {"b64": "aGk"}]}"#,
            #"{"instances": [{"t": "a"}, {"t": {"b64": "aGk="}}]}"#, #"{"inputs": {"t": ["a", "hi"]}}"#,
        ]
    )
    func texts(text: String) throws {
        #expect(try Self.read(text, Self.texts).inputs[0].strings == ["a", "hi"])
    }

    @Test(
        "a wrong request is refused in words that name what is wrong",
        arguments: [
            ("", "the request body cannot be read: the text ends where a JSON object was expected (byte 0)"),
            ("{}", #"the request has no 'instances'; it must be like {"instances": [[6.8, 2.8, 4.8, 1.4]]}"#),
            (
                #"{"instances": [], "inputs": []}"#,
                "the request must have 'instances' or 'inputs', and only one of them"
            ),
            (
                #"{"instances": 5}"#,
                "the request body cannot be read: '5' was found where a list of instances was expected (byte 14)"
            ),
            (
                #"{"instances": [[1, 2, 3]]}"#,
                "input 'x' has shape [1, 3], and the model takes [-1, 2], where -1 is any length"
            ),
            (
                #"{"instances": [[1, 2], [3]]}"#,
                "input 'x' cannot be read from 'instances': a list has 1 elements where the one before has 2 (byte 23)"
            ),
            (
                #"{"instances": [["a", "b"]]}"#,
                #"input 'x' cannot be read from 'instances': '"' was found where a number was expected (byte 16)"#
            ),
            (#"{"instances": [{"y": [1, 2]}]}"#, "the model has no input 'y'; its input is 'x'"),
            (#"{"instances": [{"x": [1, 2]}, {}]}"#, "instances[1] lacks the input 'x'"),
            (#"{"instances": [{"x": [1, 2], "x": [1, 2]}]}"#, "instances[0] has the input 'x' twice"),
            (
                #"{"instances": [{"x": [1, 2]}, [3, 4]]}"#,
                "the request body cannot be read: '[' was found where an object that names the inputs was expected "
                    + "(byte 30)"
            ),
            (
                #"{"instances": [[1, 2]]} {}"#,
                "the request body cannot be read: '{' was found where the end of the request was expected (byte 24)"
            ),
        ]
    )
    func refused(text: String, message: String) {
        let error = inferenceError { _ = try Self.read(text) }
        #expect(error?.message == message)
        #expect(error?.code == .invalidInput)
    }

    @Test("a model with several inputs says that it wants them named")
    func namesWanted() {
        let error = inferenceError { _ = try Self.read(#"{"instances": [[1, 2]]}"#, Self.two) }
        #expect(error?.message == "the model has 2 inputs, so 'instances' must name them: 'price', 'count'")
        let missing = inferenceError { _ = try Self.read(#"{"inputs": {"count": [1]}}"#, Self.two) }
        #expect(missing?.message == "input 'price' is missing")
    }
}
