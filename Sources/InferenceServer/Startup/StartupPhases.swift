import Synchronization
public import Timekeeping

/// How long the parts of a start took, from the process's first instant until it answers.
///
/// Loading and listening go on at the same time, so the phases may add up to more than the whole.
public final class StartupPhases: Sendable {
    public enum Phase: Int, Sendable, CaseIterable {
        /// From the start of the process until the server's own code runs.
        case exec
        /// Loading ONNX Runtime's library and setting it up.
        case runtime
        /// Reading the model.
        case load
        /// The first inference.
        case warmup
        /// Opening the socket.
        case listen
    }

    private let seconds = Mutex<[Double?]>(Array(repeating: nil, count: Phase.allCases.count))

    public init() {}

    public func record(_ phase: Phase, from start: MonotonicInstant, to end: MonotonicInstant) {
        self.seconds.withLock { $0[phase.rawValue] = max(0, end.seconds(since: start)) }
    }

    /// The phases that are over, in order, in seconds.
    public var recorded: [(phase: Phase, seconds: Double)] {
        let seconds = self.seconds.withLock { $0 }
        return Phase.allCases.compactMap { phase in seconds[phase.rawValue].map { (phase, $0) } }
    }

    /// The value of a `server-timing` field: `exec;dur=3.1, runtime;dur=9.8`, in milliseconds.
    public var serverTiming: String {
        self.recorded.map { "\($0.phase);dur=\(Self.milliseconds($0.seconds))" }.joined(separator: ", ")
    }

    /// One decimal, which is what the phases of a start differ by.
    static func milliseconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10_000).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
