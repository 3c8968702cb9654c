/// Reads what belongs to Azure Functions 2019 beside the calls: percentiles of durations, and memory.
struct FunctionProfileReader {
    enum Kind {
        case durations
        case memory
    }

    private let file: String
    private let kind: Kind
    private var row = CSVRow()
    private var header: [String] = []
    /// By function; by application where the file names no function.
    private(set) var durations: [String: [TraceService.Percentile]] = [:]
    private(set) var memoryMB: [String: Double] = [:]
    private(set) var problems = TraceProblems()

    init(file: String, kind: Kind) {
        self.file = file
        self.kind = kind
    }

    mutating func read(_ lines: LineReader) throws(TraceError) {
        var isHeaderRead = false
        while true {
            let next = try lines.next { bytes in
                self.row.split(bytes)
                if isHeaderRead {
                    self.readRow(bytes, line: lines.line)
                } else {
                    isHeaderRead = true
                    self.header = self.row.fields.map { ByteText(rebasing: bytes[$0]).trimmed.string }
                }
            }
            guard next != .end else { return }
        }
    }

    private mutating func readRow(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
        guard !bytes.isEmpty else { return }
        guard self.row.fields.count == self.header.count else {
            let reason = "has \(self.row.fields.count) columns, but the header has \(self.header.count)"
            return self.problems.skip(TraceProblem(file: self.file, line: line, reason: reason))
        }
        func text(_ column: Int) -> ByteText { ByteText(rebasing: bytes[self.row.fields[column]]).trimmed }
        guard let key = self.header.firstIndex(of: "HashFunction") ?? self.header.firstIndex(of: "HashApp") else {
            return
        }
        let name = text(key).string
        switch self.kind {
        case .memory:
            guard let column = self.header.firstIndex(of: "AverageAllocatedMb") else { return }
            guard let memory = text(column).number, (0...1e9).contains(memory) else {
                return self.skip(line, column, "\(text(column).excerpt) is no size")
            }
            self.memoryMB[name] = memory
        case .durations:
            var percentiles: [TraceService.Percentile] = []
            for (column, title) in self.header.enumerated() where title.hasPrefix("percentile_Average_") {
                guard let percent = Double(title.dropFirst(19)) else { continue }
                guard let value = text(column).number, value >= 0 else {
                    return self.skip(line, column, "\(text(column).excerpt) is no duration")
                }
                percentiles.append(TraceService.Percentile(percent: percent, value: value))
            }
            self.durations[name] = percentiles.sorted { $0.percent < $1.percent }
        }
    }

    private mutating func skip(_ line: Int, _ column: Int, _ reason: String) {
        self.problems.skip(
            TraceProblem(
                file: self.file,
                line: line,
                column: self.row.fields[column].lowerBound + 1,
                field: self.header[column],
                reason: reason
            )
        )
    }
}
