/// Reads nested lists of one element type, as tensors are written in JSON, and learns their shape.
///
/// Every list of one depth must have the same length: what is ragged is no tensor.
final class NestedListReader {
    private let elements: ElementBuffer
    /// The length of the lists at each depth, as the first of each had it.
    private var lengths: [Int?] = []
    /// How many lists each element lies in, as the first element did.
    private var rank: Int?

    /// - Parameters:
    ///   - expected: How many elements to make room for.
    ///   - acceptsBase64: Whether bytes may be written as `{"b64": "..."}`.
    init(_ datatype: Datatype, expecting expected: Int, acceptsBase64: Bool) {
        self.elements = ElementBuffer(datatype, expecting: expected, acceptsBase64: acceptsBase64)
    }

    /// How many elements were taken.
    var elementCount: Int { self.elements.count }

    /// The lengths below `depth`, as far as they are known.
    func shape(below depth: Int) -> [Int] {
        self.lengths.dropFirst(depth).prefix((self.rank ?? .max) - depth).map { $0 ?? 0 }
    }

    /// What was taken, as a tensor of this shape; the reader is used up.
    func takeTensor(shape: [Int]) -> Tensor { self.elements.takeTensor(shape: shape) }

    /// Takes a list, or an element where lists of this depth no longer occur.
    ///
    /// - Parameter depth: How many lists the value lies in.
    func readValue(from scanner: inout JSONScanner, depth: Int) throws(JSONReadError) {
        if scanner.current == UInt8(ascii: "[") {
            try self.readList(from: &scanner, depth: depth)
        } else {
            try self.expectElements(at: depth, scanner)
            try self.elements.takeElement(from: &scanner)
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
        if scanner.current == UInt8(ascii: "[") {
            count = try self.readLists(from: &scanner, depth: depth)
        } else if !scanner.take(UInt8(ascii: "]")) {
            try self.expectElements(at: depth + 1, scanner)
            count = try self.elements.takeElements(from: &scanner)
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

    private func expectElements(at depth: Int, _ scanner: JSONScanner) throws(JSONReadError) {
        // An empty list at this depth, or below it, has said that there are no elements here.
        let isFirst = self.rank == nil && self.lengths.count <= depth
        guard isFirst || self.rank == depth else {
            throw scanner.error("an element stands where a list was expected; the lists are ragged")
        }
        self.rank = depth
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
