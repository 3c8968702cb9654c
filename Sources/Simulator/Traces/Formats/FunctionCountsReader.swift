/// Reads calls by minute, a row a function: Azure Functions 2019 and In-Vitro's samples of it.
///
/// Minutes are the columns whose names are numbers, with or without `minute_` in front.
struct FunctionCountsReader {
    private let file: String
    private var header: [String] = []
    private var minutes: [Int] = []
    private var name = 0
    private var application: Int?
    private var trigger: Int?
    private var row = CSVRow()
    private(set) var services: [TraceService] = []
    private(set) var steps: [[TraceCounts.Step]] = []
    private(set) var problems = TraceProblems()

    init(file: String) {
        self.file = file
    }

    var stepCount: Int { self.minutes.count }

    mutating func read(_ lines: LineReader) throws(TraceError) {
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
            if next == .tooLong {
                self.skip(lines.line, nil, "the line is longer than \(LineReader.longestLine) bytes")
            }
            guard next != .end else { return }
        }
    }

    private mutating func readHeader(_ bytes: UnsafeBufferPointer<UInt8>) -> TraceError? {
        self.row.split(bytes)
        self.header = self.row.fields.map { ByteText(rebasing: bytes[$0]).trimmed.string }
        guard let name = self.header.firstIndex(of: "HashFunction") else {
            return TraceError(path: self.file, detail: "has no column 'HashFunction'")
        }
        self.name = name
        self.application = self.header.firstIndex(of: "HashApp")
        self.trigger = self.header.firstIndex(of: "Trigger")
        self.minutes = self.header.indices.filter { index in
            let name = self.header[index]
            return Int(name.hasPrefix("minute_") ? String(name.dropFirst(7)) : name) != nil
        }
        guard !self.minutes.isEmpty else { return TraceError(path: self.file, detail: "has no column for a minute") }
        return nil
    }

    private mutating func readRow(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
        guard !bytes.isEmpty else { return }
        self.row.split(bytes)
        guard self.row.isWellFormed, self.row.fields.count == self.header.count else {
            let reason = "has \(self.row.fields.count) columns, but the header has \(self.header.count)"
            return self.skip(line, nil, reason)
        }
        var steps: [TraceCounts.Step] = []
        for (minute, column) in self.minutes.enumerated() {
            let text = ByteText(rebasing: bytes[self.row.fields[column]])
            guard let calls = text.integer ?? text.number.flatMap({ Int64(exactly: $0) }),
                (0...Int64(Int32.max)).contains(calls)
            else { return self.skip(line, column, "\(text.excerpt) is no number of calls") }
            if calls > 0 { steps.append(TraceCounts.Step(step: Int32(minute), calls: Int32(calls))) }
        }
        func text(_ column: Int) -> String { ByteText(rebasing: bytes[self.row.fields[column]]).trimmed.string }
        self.services.append(
            TraceService(
                name: text(self.name),
                application: self.application.map(text) ?? "",
                trigger: self.trigger.map(text) ?? ""
            )
        )
        self.steps.append(steps)
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
}
