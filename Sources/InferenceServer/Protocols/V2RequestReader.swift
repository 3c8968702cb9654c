/// Reads the body of a V2 infer request.
struct V2RequestReader {
    let interface: ModelInterface

    /// - Parameters:
    ///   - body: The whole body.
    ///   - headerLength: Bytes of JSON in front of binary tensors, from `Inference-Header-Content-Length`; `nil` when
    ///     all of it is JSON, 0 when all of it is one tensor.
    func read(_ body: UnsafeBufferPointer<UInt8>, headerLength: Int? = nil) throws(InferenceError) -> InferenceRequest {
        let jsonLength = headerLength ?? body.count
        guard (0...body.count).contains(jsonLength) else {
            throw InferenceError(
                .invalidInput,
                "Inference-Header-Content-Length is \(jsonLength), and the body has \(body.count) bytes"
            )
        }
        guard jsonLength > 0 || body.isEmpty else { return try RawTensorReader(interface: self.interface).read(body) }
        var draft = V2RequestDraft(interface: self.interface)
        var scanner = JSONScanner(UnsafeBufferPointer(rebasing: body[..<jsonLength]))
        try draft.read(from: &scanner)
        var binary = BinaryTensorReader(UnsafeBufferPointer(rebasing: body[jsonLength...]))
        return try draft.finish(binary: &binary)
    }
}

/// What is known of a request while its JSON is being read.
private struct V2RequestDraft {
    let interface: ModelInterface
    var id: String?
    var answersInBinary = false
    var inputs: [V2Input] = []
    var outputs: [(name: String, isBinary: Bool?)] = []

    init(interface: ModelInterface) {
        self.interface = interface
    }

    mutating func read(from scanner: inout JSONScanner) throws(InferenceError) {
        scanner.skipSpace()
        try scanner.readObject("a JSON object", failure: InferenceError.notJSON) {
            (scanner, key) throws(InferenceError) in
            switch key {
            case "id": self.id = try scanner.text(of: "id")
            case "parameters": try self.readParameters(from: &scanner)
            case "inputs":
                try scanner.readList("a list of inputs", failure: InferenceError.notJSON) {
                    (scanner) throws(InferenceError) in
                    self.inputs.append(try V2Input.read(from: &scanner, index: self.inputs.count))
                }
            case "outputs":
                try scanner.readList("a list of outputs", failure: InferenceError.notJSON) {
                    (scanner) throws(InferenceError) in try self.readOutput(from: &scanner)
                }
            default: try scanner.skip()
            }
        }
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw .notJSON(scanner.unexpected("the end of the request")) }
    }

    private mutating func readParameters(from scanner: inout JSONScanner) throws(InferenceError) {
        try scanner.readObject("an object of parameters", failure: InferenceError.notJSON) {
            (scanner, key) throws(InferenceError) in
            guard key == "binary_data_output" else { return try scanner.skip() }
            self.answersInBinary = try scanner.truth(of: key)
        }
    }

    private mutating func readOutput(from scanner: inout JSONScanner) throws(InferenceError) {
        var name: String?
        var isBinary: Bool?
        try scanner.readObject("an output", failure: InferenceError.notJSON) {
            (scanner, key) throws(InferenceError) in
            switch key {
            case "name": name = try scanner.text(of: "the name of an output")
            case "parameters":
                try scanner.readObject("an object of parameters", failure: InferenceError.notJSON) {
                    (scanner, key) throws(InferenceError) in
                    try V2Input.refuseUnsupported(key)
                    guard key == "binary_data" else { return try scanner.skip() }
                    isBinary = try scanner.truth(of: key)
                }
            default: try scanner.skip()
            }
        }
        guard let name else { throw InferenceError(.invalidInput, "outputs[\(self.outputs.count)] has no name") }
        self.outputs.append((name, isBinary))
    }

    func finish(binary: inout BinaryTensorReader) throws(InferenceError) -> InferenceRequest {
        var tensors = [Tensor?](repeating: nil, count: self.interface.inputs.count)
        for input in self.inputs {
            let index = try self.interface.inputIndex(of: input.name)
            guard tensors[index] == nil else {
                throw InferenceError(.invalidInput, "input '\(input.name)' is given twice")
            }
            let tensor = try input.tensor(binary: &binary)
            try self.interface.inputs[index].check(tensor)
            tensors[index] = tensor
        }
        guard binary.isAtEnd else {
            throw InferenceError(.invalidInput, "the body has \(binary.remaining) bytes behind its last tensor")
        }
        return InferenceRequest(
            id: self.id,
            inputs: try self.interface.complete(tensors),
            outputs: try self.wantedOutputs()
        )
    }

    private func wantedOutputs() throws(InferenceError) -> [WantedOutput] {
        guard !self.outputs.isEmpty else {
            return self.interface.outputs.indices.map { WantedOutput(index: $0, isBinary: self.answersInBinary) }
        }
        var wanted: [WantedOutput] = []
        for output in self.outputs {
            let index = try self.interface.outputIndex(of: output.name)
            guard !wanted.contains(where: { $0.index == index }) else {
                throw InferenceError(.invalidInput, "output '\(output.name)' is asked for twice")
            }
            wanted.append(WantedOutput(index: index, isBinary: output.isBinary ?? self.answersInBinary))
        }
        return wanted
    }
}
