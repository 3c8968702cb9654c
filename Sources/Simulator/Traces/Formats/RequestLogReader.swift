import StructuredData

/// Reads Pilotlight's request log: JSON lines, see `RequestLogEntry`.
struct RequestLogReader {
    private let file: String
    private var services = ServiceTable()
    private var requests: [TraceRequest] = []
    private var problems = TraceProblems()

    init(file: String) {
        self.file = file
    }

    mutating func read(_ lines: LineReader) throws(TraceError) -> RequestCollection {
        while true {
            let next = try lines.next { bytes in
                guard !bytes.isEmpty else { return }
                do {
                    self.add(try RequestLogEntry(json: JSONParser.parse(bytes, maximumDepth: 8)))
                } catch let error as JSONError {
                    self.skip(lines.line, error.column, nil, error.message)
                } catch let problem as Problem {
                    self.skip(lines.line, nil, problem.path, problem.message)
                } catch {
                    self.skip(lines.line, nil, nil, "\(error)")
                }
            }
            if next == .tooLong {
                self.skip(lines.line, nil, nil, "the line is longer than \(LineReader.longestLine) bytes")
            }
            guard next != .end else { break }
        }
        return RequestCollection(
            services: self.services.services,
            requests: self.requests,
            problems: self.problems,
            isUnixTime: true
        )
    }

    private mutating func add(_ entry: RequestLogEntry) {
        self.requests.append(
            TraceRequest(
                arrival: Int64(nanosecondsOf: entry.unixSeconds),
                service: self.services.index(of: entry.service),
                duration: entry.serviceMilliseconds.map { Int64(($0 * 1e6).rounded()) } ?? TraceRequest.unknown,
                inputTokens: entry.inputTokens.map { Int32(clamping: $0) } ?? -1,
                outputTokens: entry.outputTokens.map { Int32(clamping: $0) } ?? -1,
                status: UInt16(clamping: entry.status),
                start: entry.isCold.map { $0 ? .cold : .warm } ?? .unknown
            )
        )
    }

    private mutating func skip(_ line: Int, _ column: Int?, _ field: String?, _ reason: String) {
        self.problems.skip(TraceProblem(file: self.file, line: line, column: column, field: field, reason: reason))
    }
}
