import SimulationKit

/// Reads tables with one row a request.
struct RequestTableReader {
    private let columns: RequestColumns
    private let file: String
    private var header: [String] = []
    private var time = 0
    private var duration: Int?
    private var inputTokens: Int?
    private var outputTokens: Int?
    private var isCold: Int?
    private var service: [Int] = []
    private var row = CSVRow()
    private var services = ServiceTable()
    private var requests: [TraceRequest] = []
    private var problems = TraceProblems()

    init(columns: RequestColumns, file: String) {
        self.columns = columns
        self.file = file
    }

    mutating func read(_ lines: LineReader) throws(TraceError) -> RequestCollection {
        var isHeaderRead = false
        while true {
            var failure: TraceError?
            let next = try lines.next { bytes in
                if isHeaderRead {
                    self.readRow(bytes, line: lines.line)
                } else {
                    isHeaderRead = true
                    failure = self.readHeader(bytes)
                }
            }
            if let failure { throw failure }
            switch next {
            case .end: return self.finish()
            case .tooLong: self.skip(lines.line, nil, "the line is longer than \(LineReader.longestLine) bytes")
            case .line: continue
            }
        }
    }

    private mutating func readHeader(_ bytes: UnsafeBufferPointer<UInt8>) -> TraceError? {
        self.row.split(bytes)
        self.header = self.row.fields.map { ByteText(rebasing: bytes[$0]).trimmed.string }
        let lower = self.header.map { $0.lowercased() }
        func find(_ name: String?) -> Int? { name.flatMap { lower.firstIndex(of: $0.lowercased()) } }
        guard let time = find(self.columns.time) else {
            return TraceError(path: self.file, detail: "has no column '\(self.columns.time)'")
        }
        self.time = time
        self.duration = find(self.columns.duration)
        self.inputTokens = find(self.columns.inputTokens)
        self.outputTokens = find(self.columns.outputTokens)
        self.isCold = find(self.columns.isCold)
        self.service = self.columns.service.compactMap { find($0) }
        guard !self.columns.isTimeTheEnd || self.duration != nil else {
            return TraceError(path: self.file, detail: "has no column '\(self.columns.duration ?? "")'")
        }
        return nil
    }

    private mutating func readRow(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
        guard !bytes.isEmpty else { return }
        self.row.split(bytes)
        guard self.row.isWellFormed else {
            return self.skip(line, nil, "a quote is not closed or stands inside a field")
        }
        guard self.row.fields.count == self.header.count else {
            return self.skip(line, nil, "has \(self.row.fields.count) columns, but the header has \(self.header.count)")
        }
        func text(_ column: Int) -> ByteText { ByteText(rebasing: bytes[self.row.fields[column]]).trimmed }
        guard let stamp = Self.nanoseconds(text(self.time), self.columns.timeUnit) else {
            return self.skip(line, self.time, "\(text(self.time).excerpt) is no time")
        }
        var request = TraceRequest(arrival: stamp)
        if let column = self.duration, !text(column).isEmpty {
            guard let nanoseconds = Self.nanoseconds(text(column), self.columns.durationUnit), nanoseconds >= 0 else {
                return self.skip(line, column, "\(text(column).excerpt) is no duration")
            }
            request.duration = nanoseconds
        }
        if self.columns.isTimeTheEnd { request.arrival -= max(0, request.duration) }
        for (column, path) in [(self.inputTokens, \TraceRequest.inputTokens), (self.outputTokens, \.outputTokens)] {
            guard let column else { continue }
            guard let tokens = text(column).number, (0...1e9).contains(tokens) else {
                return self.skip(line, column, "\(text(column).excerpt) is no number of tokens")
            }
            request[keyPath: path] = Int32(tokens)
        }
        if let column = self.isCold {
            guard let isCold = text(column).bool else {
                return self.skip(line, column, "\(text(column).excerpt) is neither True nor False")
            }
            request.start = isCold ? .cold : .warm
        }
        if !self.service.isEmpty {
            request.service = self.services.index(of: self.service.map { text($0).string }.joined(separator: "/"))
        }
        self.requests.append(request)
    }

    private mutating func skip(_ line: Int, _ column: Int?, _ reason: String) {
        self.problems.skip(
            TraceProblem(
                file: self.file,
                line: line,
                column: column.map { self.row.fields[$0].lowerBound + 1 },
                field: column.map { self.header[$0] },
                reason: reason
            )
        )
    }

    private func finish() -> RequestCollection {
        RequestCollection(services: self.services.services, requests: self.requests, problems: self.problems)
    }

    /// `nil` for what is no time, or is too far away to count in nanoseconds.
    private static func nanoseconds(_ text: ByteText, _ unit: RequestColumns.TimeUnit) -> Int64? {
        switch unit {
        case .calendar: text.timestamp
        case .seconds: text.number.flatMap { $0.magnitude < 9e9 ? Int64(nanosecondsOf: $0) : nil }
        case .milliseconds: text.number.flatMap { $0.magnitude < 9e12 ? Int64(($0 * 1e6).rounded()) : nil }
        }
    }
}

extension Int64 {
    /// Whole nanoseconds of a time in seconds; whole seconds apart, because a double holds 1.7e18 only roughly.
    init(nanosecondsOf seconds: Double) {
        let whole = seconds.rounded(.down)
        self = Int64(whole) * 1_000_000_000 + Int64(((seconds - whole) * 1e9).rounded())
    }
}
