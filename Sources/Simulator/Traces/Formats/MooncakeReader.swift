import StructuredData

/// Reads Mooncake's JSON lines: milliseconds, tokens, and the blocks of 512 tokens that the prompt consists of.
struct MooncakeReader {
    static let tokensPerBlock = 512
    /// Stamps fall on a grid of so many milliseconds, which makes bursts that there never were.
    static let gridMilliseconds = 3000.0

    private let file: String
    /// The spread of the requests of one stamp over the grid; off: all arrive at once.
    private let isSpread: Bool
    private var seenBlocks: Set<Int> = []
    private var requests: [TraceRequest] = []
    private var problems = TraceProblems()

    init(file: String, isSpread: Bool) {
        self.file = file
        self.isSpread = isSpread
    }

    mutating func read(_ lines: LineReader) throws(TraceError) -> RequestCollection {
        while true {
            let next = try lines.next { self.readRow($0, line: lines.line) }
            if next == .tooLong {
                self.skip(lines.line, nil, nil, "the line is longer than \(LineReader.longestLine) bytes")
            }
            guard next != .end else { break }
        }
        if self.isSpread { self.spread() }
        return RequestCollection(
            services: [TraceService(name: "mooncake")],
            requests: self.requests,
            problems: self.problems
        )
    }

    private mutating func readRow(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
        guard !bytes.isEmpty else { return }
        let row: JSONValue
        do {
            row = try JSONParser.parse(bytes, maximumDepth: 8)
        } catch {
            return self.skip(line, error.column, nil, error.message)
        }
        guard let stamp = row["timestamp"]?.doubleValue, (0...9e12).contains(stamp) else {
            return self.skip(line, nil, "timestamp", "is missing or no time in milliseconds")
        }
        var tokens: [Int32] = []
        for field in ["input_length", "output_length"] {
            guard let count = row[field]?.doubleValue, (0...1e9).contains(count) else {
                return self.skip(line, nil, field, "is missing or no number of tokens")
            }
            tokens.append(Int32(count))
        }
        var request = TraceRequest(arrival: Int64((stamp * 1e6).rounded()))
        (request.inputTokens, request.outputTokens) = (tokens[0], tokens[1])
        if let blocks = row["hash_ids"]?.arrayValue {
            let identifiers = blocks.compactMap(\.intValue)
            guard identifiers.count == blocks.count else {
                return self.skip(line, nil, "hash_ids", "holds something that is no whole number")
            }
            let shared = identifiers.prefix { self.seenBlocks.contains($0) }.count
            self.seenBlocks.formUnion(identifiers)
            request.sharedTokens = min(request.inputTokens, Int32(shared * Self.tokensPerBlock))
        }
        self.requests.append(request)
    }

    /// Spreads the requests of one stamp evenly over the time until the next.
    private mutating func spread() {
        guard self.requests.count > 1 else { return }
        var first = 0
        var moved = 0
        while first < self.requests.count {
            var end = first
            while end < self.requests.count, self.requests[end].arrival == self.requests[first].arrival { end += 1 }
            var slot = Self.gridMilliseconds * 1e6
            if end < self.requests.count {
                slot = min(slot, max(0, Double(self.requests[end].arrival - self.requests[first].arrival)))
            }
            for index in first..<end {
                self.requests[index].arrival += Int64(slot * Double(index - first) / Double(end - first))
            }
            moved += end - first - 1
            first = end
        }
        self.problems.note("moved within the 3 s of their stamp", rows: moved)
    }

    private mutating func skip(_ line: Int, _ column: Int?, _ field: String?, _ reason: String) {
        self.problems.skip(TraceProblem(file: self.file, line: line, column: column, field: field, reason: reason))
    }
}
