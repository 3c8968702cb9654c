/// One input of a V2 request, as it was written.
struct V2Input {
    let name: String
    let datatype: Datatype
    let shape: [Int]
    private let data: Data

    private enum Data {
        case read(NestedListReader)
        case binary(byteCount: Int)
    }

    static func read(from scanner: inout JSONScanner, index: Int) throws(InferenceError) -> V2Input {
        var draft = Draft(index: index)
        try scanner.readObject("an input", failure: InferenceError.notJSON) { (scanner, key) throws(InferenceError) in
            try draft.readMember(key, from: &scanner)
        }
        return try draft.finish(scanner)
    }

    /// The tensor; its elements come from behind the JSON where they are not in it.
    func tensor(binary: inout BinaryTensorReader) throws(InferenceError) -> Tensor {
        let count = try Self.elementCount(of: self.shape, name: self.name)
        switch self.data {
        case .read(let reader):
            guard reader.elementCount == count else {
                throw InferenceError(
                    .invalidInput,
                    "input '\(self.name)' has \(reader.elementCount) elements of data, and its shape \(self.shape) "
                        + "needs \(count)"
                )
            }
            return reader.takeTensor(shape: self.shape)
        case .binary(let byteCount):
            return try binary.tensor(
                name: self.name,
                datatype: self.datatype,
                shape: self.shape,
                elementCount: count,
                byteCount: byteCount
            )
        }
    }

    private static func elementCount(of shape: [Int], name: String) throws(InferenceError) -> Int {
        guard let count = Tensor.checkedElementCount(of: shape) else {
            throw InferenceError(.invalidInput, "input '\(name)' has the impossible shape \(shape)")
        }
        return count
    }

    /// Extensions of the protocol that would change the answer must not be passed over in silence.
    static func refuseUnsupported(_ parameter: String) throws(InferenceError) {
        switch parameter {
        case "shared_memory_region", "shared_memory_byte_size", "shared_memory_offset":
            throw InferenceError(.notImplemented, "tensors in shared memory are not supported")
        case "classification":
            throw InferenceError(.notImplemented, "the classification extension is not supported")
        default: break
        }
    }

    // MARK: While it is being read

    private struct Draft {
        let index: Int
        var name: String?
        var datatype: Datatype?
        var shape: [Int]?
        var binaryByteCount: Int?
        var reader: (NestedListReader)?
        /// Where data begins that came before its type was known.
        var unreadData: Int?

        /// The input in the words of an error message.
        var title: String { self.name.map { "input '\($0)'" } ?? "inputs[\(self.index)]" }

        mutating func readMember(_ key: String, from scanner: inout JSONScanner) throws(InferenceError) {
            switch key {
            case "name": self.name = try scanner.text(of: "the name of \(self.title)")
            case "datatype": try self.readDatatype(from: &scanner)
            case "shape": try self.readShape(from: &scanner)
            case "parameters": try self.readParameters(from: &scanner)
            case "data":
                if self.datatype == nil {
                    self.unreadData = scanner.position
                    try scanner.skip()
                } else {
                    try self.readData(from: &scanner)
                }
            default: try scanner.skip()
            }
        }

        mutating func finish(_ scanner: JSONScanner) throws(InferenceError) -> V2Input {
            guard let name else { throw InferenceError(.invalidInput, "\(self.title) has no name") }
            guard let datatype else { throw InferenceError(.invalidInput, "\(self.title) has no datatype") }
            guard let shape else { throw InferenceError(.invalidInput, "\(self.title) has no shape") }
            if let unreadData {
                var again = scanner.moved(to: unreadData)
                try self.readData(from: &again)
            }
            switch (self.reader, self.binaryByteCount) {
            case (let reader?, nil):
                return V2Input(name: name, datatype: datatype, shape: shape, data: .read(reader))
            case (nil, let byteCount?):
                return V2Input(name: name, datatype: datatype, shape: shape, data: .binary(byteCount: byteCount))
            case (nil, nil):
                throw InferenceError(.invalidInput, "\(self.title) has no data")
            case (_?, _?):
                throw InferenceError(.invalidInput, "\(self.title) has data as well as binary_data_size")
            }
        }

        private mutating func readDatatype(from scanner: inout JSONScanner) throws(InferenceError) {
            let text = try scanner.text(of: "the datatype of \(self.title)")
            guard let datatype = Datatype(rawValue: text) else {
                let known = Datatype.allCases.map(\.rawValue).joined(separator: ", ")
                throw InferenceError(
                    .invalidInput,
                    "\(self.title) has the unknown datatype '\(text.prefix(32))'; known are \(known)"
                )
            }
            self.datatype = datatype
        }

        private mutating func readShape(from scanner: inout JSONScanner) throws(InferenceError) {
            var shape: [Int] = []
            do throws(JSONReadError) {
                try scanner.readList("a list of lengths", failure: \.self) { (scanner) throws(JSONReadError) in
                    guard shape.count < JSONScanner.maximumDepth else {
                        throw scanner.error("a shape has at most \(JSONScanner.maximumDepth) dimensions")
                    }
                    shape.append(Int(try Int64.read(from: &scanner)))
                }
            } catch {
                throw InferenceError(.invalidInput, "the shape of \(self.title): \(error.located)")
            }
            self.shape = shape
        }

        private mutating func readParameters(from scanner: inout JSONScanner) throws(InferenceError) {
            let title = self.title
            try scanner.readObject("an object of parameters", failure: InferenceError.notJSON) {
                (scanner, key) throws(InferenceError) in
                try V2Input.refuseUnsupported(key)
                guard key == "binary_data_size" else { return try scanner.skip() }
                do throws(JSONReadError) {
                    self.binaryByteCount = Int(try UInt32.read(from: &scanner))
                } catch {
                    throw InferenceError(.invalidInput, "binary_data_size of \(title): \(error.located)")
                }
            }
        }

        private mutating func readData(from scanner: inout JSONScanner) throws(InferenceError) {
            guard let datatype, self.reader == nil else {
                throw InferenceError(.invalidInput, "\(self.title) has data twice")
            }
            guard !datatype.isBinaryOnly else {
                throw InferenceError(
                    .invalidInput,
                    "\(self.title): \(datatype.rawValue) has no JSON form, send it as binary data"
                )
            }
            // A shape costs its sender nothing, so room is made only for what the text can hold: an element takes two
            // bytes at least.
            let expected = self.shape.flatMap(Tensor.checkedElementCount) ?? 16
            let reader = NestedListReader(
                datatype,
                expecting: min(expected, scanner.remaining / 2),
                acceptsBase64: false
            )
            do throws(JSONReadError) {
                guard scanner.current == UInt8(ascii: "[") else { throw scanner.unexpected("a list of data") }
                try reader.readValue(from: &scanner, depth: 0)
            } catch {
                throw InferenceError(.invalidInput, "the data of \(self.title): \(error.located)")
            }
            self.reader = reader
        }
    }
}
