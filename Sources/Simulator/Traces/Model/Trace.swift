/// Requests as they were recorded, or made up, and what is known of the services that they were for.
public struct Trace: Sendable, Equatable {
    /// The two ways in which traces are recorded.
    public enum Content: Sendable, Equatable {
        /// Every request, in order of arrival.
        case requests([TraceRequest])
        case counts(TraceCounts)
    }

    public var name: String
    public var format: TraceFormat
    public var services: [TraceService]
    public var content: Content
    public var durationSeconds: Double
    /// When the trace began, in seconds since 1970; `nil` when it does not say.
    public var startUnixSeconds: Double?
    /// SHA-256 of the bytes it was read from, in hexadecimal digits; empty when it was not read from a file.
    public var sha256: String
    public var problems: TraceProblems

    public init(
        name: String,
        format: TraceFormat,
        services: [TraceService],
        content: Content,
        durationSeconds: Double,
        startUnixSeconds: Double? = nil,
        sha256: String = "",
        problems: TraceProblems = TraceProblems()
    ) {
        self.name = name
        self.format = format
        self.services = services
        self.content = content
        self.durationSeconds = durationSeconds
        self.startUnixSeconds = startUnixSeconds
        self.sha256 = sha256
        self.problems = problems
    }

    /// Requests or calls in all.
    public var count: Int {
        switch self.content {
        case .requests(let requests): requests.count
        case .counts(let counts): counts.calls
        }
    }
}
