/// Takes the elements of a list from JSON, one after another, to where the runtime reads them.
///
/// One buffer serves every datatype: the loops over elements are compiled for each type by itself, and which of them
/// runs is decided once a list. A generic buffer would decide at every element.
final class ElementBuffer {
    let datatype: Datatype
    /// Whether bytes may be written as `{"b64": "..."}`.
    private let acceptsBase64: Bool
    /// How many elements were taken.
    private(set) var count = 0
    private let memory: GrowingMemory
    private var strings = StringTable()

    /// - Parameter expected: How many elements to make room for; more may come.
    init(_ datatype: Datatype, expecting expected: Int, acceptsBase64: Bool) {
        self.datatype = datatype
        self.acceptsBase64 = acceptsBase64
        self.memory = GrowingMemory(byteCapacity: max(expected, 8) * (datatype.byteWidth ?? 0) + 8)
    }

    /// What was taken, as a tensor of this shape; the buffer is used up.
    func takeTensor(shape: [Int]) -> Tensor {
        guard let width = self.datatype.byteWidth else { return Tensor(shape: shape, strings: self.strings) }
        let memory = TensorMemory(self.memory, byteCount: self.count * width)
        return Tensor(self.datatype, shape: shape, memory: memory)
    }

    /// Takes one element that stands in no list of its own.
    func takeElement(from scanner: inout JSONScanner) throws(JSONReadError) {
        try self.take(.one, from: &scanner)
    }

    /// Takes the elements of a list up to its closing bracket, the opening one being taken already.
    ///
    /// - Returns: How many there were, at least one.
    func takeElements(from scanner: inout JSONScanner) throws(JSONReadError) -> Int {
        let before = self.count
        try self.take(.untilBracket, from: &scanner)
        return self.count - before
    }

    // MARK: The loops

    private enum Extent { case one, untilBracket }

    private func take(_ extent: Extent, from scanner: inout JSONScanner) throws(JSONReadError) {
        switch self.datatype {
        case .bool: try self.take(Truth.self, extent, from: &scanner)
        case .uint8: try self.take(UInt8.self, extent, from: &scanner)
        case .uint16: try self.take(UInt16.self, extent, from: &scanner)
        case .uint32: try self.take(UInt32.self, extent, from: &scanner)
        case .uint64: try self.take(UInt64.self, extent, from: &scanner)
        case .int8: try self.take(Int8.self, extent, from: &scanner)
        case .int16: try self.take(Int16.self, extent, from: &scanner)
        case .int32: try self.take(Int32.self, extent, from: &scanner)
        case .int64: try self.take(Int64.self, extent, from: &scanner)
        case .float16: try self.take(HalfPrecision.self, extent, from: &scanner)
        case .bfloat16: try self.take(BrainFloat.self, extent, from: &scanner)
        case .float32: try self.take(Float.self, extent, from: &scanner)
        case .float64: try self.take(Double.self, extent, from: &scanner)
        case .bytes: try self.takeStrings(extent, from: &scanner)
        }
    }

    @inline(__always)
    private func take<Element: TensorElement>(
        _ type: Element.Type,
        _ extent: Extent,
        from scanner: inout JSONScanner
    ) throws(JSONReadError) {
        let width = MemoryLayout<Element>.stride
        var offset = self.count &* width
        var start = self.memory.start
        var capacity = self.memory.byteCapacity
        while true {
            let element = try Element.read(from: &scanner)
            if offset &+ width > capacity {
                self.memory.grow()
                start = self.memory.start
                capacity = self.memory.byteCapacity
            }
            start.storeBytes(of: element, toByteOffset: offset, as: Element.self)
            offset &+= width
            guard extent == .untilBracket, try scanner.takeSeparator() else {
                self.count = offset / width
                return
            }
        }
    }

    private func takeStrings(_ extent: Extent, from scanner: inout JSONScanner) throws(JSONReadError) {
        while true {
            if self.acceptsBase64, scanner.current == UInt8(ascii: "{") {
                self.strings.append(try scanner.readBase64Object())
            } else {
                try scanner.readStringBytes { self.strings.append($0) }
            }
            self.count += 1
            guard extent == .untilBracket, try scanner.takeSeparator() else { return }
        }
    }
}

extension JSONScanner {
    /// Takes a comma and the space around it, or the bracket that ends a list.
    ///
    /// - Returns: Whether it was a comma.
    @inline(__always)
    fileprivate mutating func takeSeparator() throws(JSONReadError) -> Bool {
        self.skipSpace()
        if self.take(UInt8(ascii: ",")) {
            self.skipSpace()
            return true
        }
        try self.expect(UInt8(ascii: "]"), "',' or ']'")
        return false
    }

    /// Reads `{"b64": "aGVsbG8="}`, as TensorFlow Serving's clients send bytes.
    fileprivate mutating func readBase64Object() throws(JSONReadError) -> [UInt8] {
        let start = self.position
        var decoded: [UInt8]?
        try self.readObject("an object", failure: \.self) { (scanner, key) throws(JSONReadError) in
            guard key == "b64" else { throw scanner.error("a value of bytes is a string or {\"b64\": \"...\"}") }
            try scanner.readStringBytes { decoded = Base64.decode($0) }
            guard decoded != nil else { throw scanner.error("the text behind \"b64\" is not base64") }
        }
        guard let decoded else { throw self.error("a value of bytes is a string or {\"b64\": \"...\"}", at: start) }
        return decoded
    }
}
