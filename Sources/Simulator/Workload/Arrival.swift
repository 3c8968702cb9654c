public import Timekeeping

/// One request, or one message, as it comes from outside.
public struct Arrival: Sendable, Equatable {
    public var at: MonotonicInstant
    /// How long one replica works on it alone, in nanoseconds; negative: drawn from the service's own law.
    public var workNanoseconds: Int64
    /// Tokens of the prompt; 0 where there are none.
    public var promptTokens: UInt32
    /// Tokens of the answer; 0 where there are none.
    public var outputTokens: UInt32

    public init(
        at: MonotonicInstant,
        workNanoseconds: Int64 = Self.workOfService,
        promptTokens: UInt32 = 0,
        outputTokens: UInt32 = 0
    ) {
        self.at = at
        self.workNanoseconds = workNanoseconds
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
    }

    /// The service's own law says how long the work takes.
    public static let workOfService: Int64 = -1
}
