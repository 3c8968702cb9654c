/// One request of a trace.
public struct TraceRequest: Sendable, Equatable {
    /// What a number that the trace does not know is.
    public static let unknown: Int64 = -1

    /// What the trace says of how it was served.
    public enum Start: UInt8, Sendable, Equatable {
        case unknown
        case warm
        case cold
    }

    /// Nanoseconds since the trace began.
    public var arrival: Int64
    /// How long it was served, in nanoseconds; -1 when not known.
    public var duration: Int64
    /// Index among the trace's services.
    public var service: Int32
    /// Tokens of the prompt; -1 when not known.
    public var inputTokens: Int32
    /// Tokens of the answer; -1 when not known.
    public var outputTokens: Int32
    /// Tokens at the beginning of the prompt that an earlier request of the trace had as well; -1 when not known.
    public var sharedTokens: Int32
    /// The HTTP status of the answer; 0 when not known.
    public var status: UInt16
    public var start: Start

    public init(
        arrival: Int64,
        service: Int32 = 0,
        duration: Int64 = unknown,
        inputTokens: Int32 = -1,
        outputTokens: Int32 = -1,
        sharedTokens: Int32 = -1,
        status: UInt16 = 0,
        start: Start = .unknown
    ) {
        self.arrival = arrival
        self.service = service
        self.duration = duration
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.sharedTokens = sharedTokens
        self.status = status
        self.start = start
    }
}
