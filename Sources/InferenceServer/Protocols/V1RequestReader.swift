/// Reads the body of a V1 predict request: rows as `instances`, or whole tensors as `inputs`.
///
/// V1 says nothing of types: numbers are read as what the model takes.
struct V1RequestReader {
    let interface: ModelInterface
    /// What `predictions` shall hold.
    let outputs: [WantedOutput]

    func read(_ body: UnsafeBufferPointer<UInt8>) throws(InferenceError) -> InferenceRequest {
        var scanner = JSONScanner(body)
        var columns: V1Columns?
        scanner.skipSpace()
        try scanner.readObject("a JSON object", failure: InferenceError.notJSON) {
            (scanner, key) throws(InferenceError) in
            guard key == "instances" || key == "inputs" else { return try scanner.skip() }
            guard columns == nil else {
                throw InferenceError(
                    .invalidInput,
                    "the request must have 'instances' or 'inputs', and only one of them"
                )
            }
            var read = V1Columns(interface: self.interface, key: key, bodyLength: body.count)
            if key == "instances" {
                try read.readInstances(from: &scanner)
            } else {
                try read.readInputs(from: &scanner)
            }
            columns = read
        }
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw .notJSON(scanner.unexpected("the end of the request")) }
        guard let columns else {
            throw InferenceError(
                .invalidInput,
                "the request has no 'instances'; it must be like {\"instances\": [[6.8, 2.8, 4.8, 1.4]]}"
            )
        }
        return InferenceRequest(inputs: try columns.tensors(), outputs: self.outputs)
    }
}

/// The model's inputs while the rows of a request are being read.
private struct V1Columns {
    let interface: ModelInterface
    /// `instances` or `inputs`, for messages.
    let key: String
    private let readers: [NestedListReader]
    private var isPresent: [Bool]
    private var rowCount: Int?

    init(interface: ModelInterface, key: String, bodyLength: Int) {
        self.interface = interface
        self.key = key
        self.readers = interface.inputs.map { input in
            // A guess that is right for numbers of three digits or so; the memory grows when there are more.
            NestedListReader(input.datatype, expecting: min(bodyLength / 4, 4096), acceptsBase64: true)
        }
        self.isPresent = Array(repeating: false, count: interface.inputs.count)
    }

    // MARK: Rows

    mutating func readInstances(from scanner: inout JSONScanner) throws(InferenceError) {
        guard scanner.current == UInt8(ascii: "[") else {
            throw .notJSON(scanner.unexpected("a list of instances"))
        }
        var ahead = scanner
        ahead.advance()
        ahead.skipSpace()
        if self.isNamed(ahead) {
            try self.readNamedRows(from: &scanner)
        } else {
            try self.readSingle(from: &scanner)
        }
    }

    /// Whether an object names inputs; `{"b64": "..."}` is a value instead, unless an input has that name.
    private func isNamed(_ scanner: JSONScanner) -> Bool {
        guard scanner.current == UInt8(ascii: "{") else { return false }
        guard self.interface.inputs.count == 1, self.interface.inputs[0].datatype == .bytes else { return true }
        var ahead = scanner
        ahead.advance()
        ahead.skipSpace()
        guard ahead.current == UInt8(ascii: "\""), let key = try? ahead.readString() else { return true }
        return key != "b64" || self.interface.inputs[0].name == "b64"
    }

    private mutating func readNamedRows(from scanner: inout JSONScanner) throws(InferenceError) {
        var rows = 0
        try scanner.readList("a list of instances", failure: InferenceError.notJSON) {
            (scanner) throws(InferenceError) in
            var seen = Array(repeating: false, count: self.readers.count)
            try scanner.readObject("an object that names the inputs", failure: InferenceError.notJSON) {
                (scanner, name) throws(InferenceError) in
                let index = try self.interface.inputIndex(of: name)
                guard !seen[index] else {
                    throw InferenceError(.invalidInput, "instances[\(rows)] has the input '\(name)' twice")
                }
                seen[index] = true
                try self.read(index, from: &scanner, depth: 1)
            }
            if let missing = seen.firstIndex(of: false) {
                let name = self.interface.inputs[missing].name
                throw InferenceError(.invalidInput, "instances[\(rows)] lacks the input '\(name)'")
            }
            rows += 1
        }
        self.rowCount = rows
        self.isPresent = Array(repeating: true, count: self.readers.count)
    }

    // MARK: Whole tensors

    mutating func readInputs(from scanner: inout JSONScanner) throws(InferenceError) {
        guard self.isNamed(scanner) else { return try self.readSingle(from: &scanner) }
        try scanner.readObject("an object that names the inputs", failure: InferenceError.notJSON) {
            (scanner, name) throws(InferenceError) in
            let index = try self.interface.inputIndex(of: name)
            guard !self.isPresent[index] else {
                throw InferenceError(.invalidInput, "'inputs' has the input '\(name)' twice")
            }
            self.isPresent[index] = true
            try self.read(index, from: &scanner, depth: 0)
        }
    }

    private mutating func readSingle(from scanner: inout JSONScanner) throws(InferenceError) {
        guard self.readers.count == 1 else {
            let names = self.interface.inputs.map { "'\($0.name)'" }.joined(separator: ", ")
            throw InferenceError(
                .invalidInput,
                "the model has \(self.readers.count) inputs, so '\(self.key)' must name them: \(names)"
            )
        }
        self.isPresent[0] = true
        try self.read(0, from: &scanner, depth: 0)
    }

    private func read(_ index: Int, from scanner: inout JSONScanner, depth: Int) throws(InferenceError) {
        do {
            try self.readers[index].readValue(from: &scanner, depth: depth)
        } catch {
            throw InferenceError(
                .invalidInput,
                "input '\(self.interface.inputs[index].name)' cannot be read from '\(self.key)': \(error.located)"
            )
        }
    }

    // MARK: The result

    func tensors() throws(InferenceError) -> [Tensor] {
        var tensors: [Tensor?] = []
        for (index, input) in self.interface.inputs.enumerated() {
            guard self.isPresent[index] else {
                tensors.append(nil)
                continue
            }
            let reader = self.readers[index]
            let shape = self.rowCount.map { [$0] + reader.shape(below: 1) } ?? reader.shape(below: 0)
            let fitted = Self.fit(shape, to: input.shape)
            let tensor = reader.takeTensor(shape: fitted)
            try input.check(tensor)
            tensors.append(tensor)
        }
        return try self.interface.complete(tensors)
    }

    /// An empty list says nothing of the dimensions below it, so those that the model fixes are filled in.
    private static func fit(_ shape: [Int], to model: [Int]) -> [Int] {
        guard shape.contains(0), shape.count < model.count else { return shape }
        return shape + model[shape.count...].map { max(0, $0) }
    }
}
