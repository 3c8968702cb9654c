/// Reads nested lists of one element type, as tensors are written in JSON, and learns their shape.
///
/// Every list of one depth must have the same length: what is ragged is no tensor.
protocol NestedListReading: AnyObject {
    /// Takes a list, or an element where lists of this depth no longer occur.
    ///
    /// - Parameter depth: How many lists the value lies in.
    func readValue(from scanner: inout JSONScanner, depth: Int) throws(JSONReadError)

    /// How many elements were taken.
    var elementCount: Int { get }

    /// The lengths below `depth`, as far as they are known.
    func shape(below depth: Int) -> [Int]

    /// What was taken, as a tensor of this shape; the reader is empty afterwards.
    func takeTensor(shape: [Int]) -> Tensor
}

enum NestedListReader {
    /// - Parameters:
    ///   - expected: How many elements to make room for.
    ///   - acceptsBase64: Whether bytes may be written as `{"b64": "..."}`.
    static func make(_ datatype: Datatype, expecting expected: Int, acceptsBase64: Bool) -> any NestedListReading {
        switch datatype {
        case .bool: Self.numbers(Truth.self, datatype, expected)
        case .uint8: Self.numbers(UInt8.self, datatype, expected)
        case .uint16: Self.numbers(UInt16.self, datatype, expected)
        case .uint32: Self.numbers(UInt32.self, datatype, expected)
        case .uint64: Self.numbers(UInt64.self, datatype, expected)
        case .int8: Self.numbers(Int8.self, datatype, expected)
        case .int16: Self.numbers(Int16.self, datatype, expected)
        case .int32: Self.numbers(Int32.self, datatype, expected)
        case .int64: Self.numbers(Int64.self, datatype, expected)
        case .float16: Self.numbers(HalfPrecision.self, datatype, expected)
        case .bfloat16: Self.numbers(BrainFloat.self, datatype, expected)
        case .float32: Self.numbers(Float.self, datatype, expected)
        case .float64: Self.numbers(Double.self, datatype, expected)
        case .bytes: SinkingListReader(StringSink(acceptsBase64: acceptsBase64))
        }
    }

    private static func numbers<Element: TensorElement>(
        _ type: Element.Type,
        _ datatype: Datatype,
        _ expected: Int
    ) -> any NestedListReading {
        SinkingListReader(NumberSink<Element>(datatype, expecting: expected))
    }
}

/// The reader of one element type.
private final class SinkingListReader<Sink: ElementSink>: NestedListReading {
    private var sink: Sink
    /// The length of the lists at each depth, as the first of each had it.
    private var lengths: [Int?] = []
    /// How many lists each element lies in, as the first element did.
    private var rank: Int?

    init(_ sink: Sink) {
        self.sink = sink
    }

    var elementCount: Int { self.sink.count }

    func shape(below depth: Int) -> [Int] {
        self.lengths.dropFirst(depth).prefix((self.rank ?? .max) - depth).map { $0 ?? 0 }
    }

    func takeTensor(shape: [Int]) -> Tensor { self.sink.tensor(shape: shape) }

    func readValue(from scanner: inout JSONScanner, depth: Int) throws(JSONReadError) {
        if scanner.current == UInt8(ascii: "[") {
            try self.readList(from: &scanner, depth: depth)
        } else {
            try self.expectElements(at: depth, scanner)
            try self.sink.read(from: &scanner)
        }
    }

    private func readList(from scanner: inout JSONScanner, depth: Int) throws(JSONReadError) {
        let start = scanner.position
        guard depth < JSONScanner.maximumDepth else {
            throw scanner.error("lists are nested deeper than \(JSONScanner.maximumDepth)")
        }
        guard self.rank.map({ depth < $0 }) ?? true else {
            throw scanner.error("a list stands where an element was expected; the lists are ragged")
        }
        scanner.advance()
        scanner.skipSpace()
        var count = 0
        if !scanner.take(UInt8(ascii: "]")) {
            count =
                scanner.current == UInt8(ascii: "[")
                ? try self.readLists(from: &scanner, depth: depth)
                : try self.readElements(from: &scanner, depth: depth)
        }
        try self.noteLength(count, at: depth, scanner, start: start)
    }

    private func readLists(from scanner: inout JSONScanner, depth: Int) throws(JSONReadError) -> Int {
        var count = 0
        while true {
            guard scanner.current == UInt8(ascii: "[") else { throw scanner.unexpected("a list, as before") }
            try self.readList(from: &scanner, depth: depth + 1)
            count += 1
            scanner.skipSpace()
            if scanner.take(UInt8(ascii: "]")) { return count }
            try scanner.expect(UInt8(ascii: ","), "',' or ']'")
            scanner.skipSpace()
        }
    }

    /// The inner loop: nearly all of a large request is read here.
    private func readElements(from scanner: inout JSONScanner, depth: Int) throws(JSONReadError) -> Int {
        try self.expectElements(at: depth + 1, scanner)
        var count = 0
        while true {
            try self.sink.read(from: &scanner)
            count &+= 1
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: ",")) else {
                try scanner.expect(UInt8(ascii: "]"), "',' or ']'")
                return count
            }
            scanner.skipSpace()
        }
    }

    private func expectElements(at depth: Int, _ scanner: JSONScanner) throws(JSONReadError) {
        if let rank {
            guard rank == depth else {
                throw scanner.error("an element stands where a list was expected; the lists are ragged")
            }
        } else {
            // An empty list has already been seen at this depth or below: then there are no elements here.
            guard self.lengths.count <= depth else {
                throw scanner.error("an element stands where a list was expected; the lists are ragged")
            }
            self.rank = depth
        }
    }

    private func noteLength(
        _ count: Int,
        at depth: Int,
        _ scanner: JSONScanner,
        start: Int
    ) throws(JSONReadError) {
        while self.lengths.count <= depth { self.lengths.append(nil) }
        guard let first = self.lengths[depth] else {
            self.lengths[depth] = count
            return
        }
        guard first == count else {
            throw scanner.error("a list has \(count) elements where the one before has \(first)", at: start)
        }
    }
}
