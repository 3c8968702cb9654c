/// Where the elements of a nested list go, one after another.
protocol ElementSink {
    /// Takes one element from the text.
    mutating func read(from scanner: inout JSONScanner) throws(JSONReadError)

    /// How many elements were taken.
    var count: Int { get }

    /// What was taken, as a tensor of this shape.
    consuming func tensor(shape: [Int]) -> Tensor
}

/// Numbers, straight into memory that the runtime can read.
struct NumberSink<Element: TensorElement>: ElementSink {
    private var memory: GrowingMemory
    private(set) var count = 0
    private let datatype: Datatype

    /// - Parameter expected: How many elements to make room for; more may come.
    init(_ datatype: Datatype, expecting expected: Int) {
        self.datatype = datatype
        self.memory = GrowingMemory(byteCapacity: max(expected, 8) * MemoryLayout<Element>.stride)
    }

    @inline(__always)
    mutating func read(from scanner: inout JSONScanner) throws(JSONReadError) {
        let element = try Element.read(from: &scanner)
        let offset = self.count &* MemoryLayout<Element>.stride
        if offset == self.memory.byteCapacity { self.memory.grow() }
        self.memory.start.storeBytes(of: element, toByteOffset: offset, as: Element.self)
        self.count &+= 1
    }

    consuming func tensor(shape: [Int]) -> Tensor {
        let byteCount = self.count * MemoryLayout<Element>.stride
        return Tensor(self.datatype, shape: shape, memory: TensorMemory(self.memory, byteCount: byteCount))
    }
}

/// Strings of text; in V1 also bytes as `{"b64": "..."}`.
struct StringSink: ElementSink {
    private var strings = StringTable()
    let acceptsBase64: Bool

    init(acceptsBase64: Bool) {
        self.acceptsBase64 = acceptsBase64
    }

    var count: Int { self.strings.count }

    mutating func read(from scanner: inout JSONScanner) throws(JSONReadError) {
        if self.acceptsBase64, scanner.current == UInt8(ascii: "{") {
            self.strings.append(try scanner.readBase64Object())
        } else {
            try scanner.readStringBytes { self.strings.append($0) }
        }
    }

    consuming func tensor(shape: [Int]) -> Tensor {
        Tensor(shape: shape, strings: self.strings)
    }
}

extension JSONScanner {
    /// Reads `{"b64": "aGVsbG8="}`, as TensorFlow Serving's clients send bytes.
    mutating func readBase64Object() throws(JSONReadError) -> [UInt8] {
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
