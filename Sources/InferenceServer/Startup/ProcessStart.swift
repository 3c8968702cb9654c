import Glibc
import Telemetry
public import Timekeeping

/// When this process was started.
public enum ProcessStart {
    /// Set by whoever starts a replica: the monotonic clock in nanoseconds, read right before.
    public static let environmentKey = "PILOTLIGHT_STARTED_NS"

    /// The instant that the environment tells, or else what the kernel noted, which is known to a hundredth of a second
    /// only; now when neither can be read.
    public static func instant() -> MonotonicInstant {
        let now = MonotonicClock.now()
        let told = getenv(Self.environmentKey).flatMap { Int64(String(cString: $0)) }
        return Self.instant(told: told, kernel: Self.kernelStart(), now: now)
    }

    /// - Parameters:
    ///   - told: Believed if it lies within the last minute: a variable that was inherited from a parent is older.
    ///   - kernel: The end of the tick in which the process started.
    static func instant(told: Int64?, kernel: MonotonicInstant?, now: MonotonicInstant) -> MonotonicInstant {
        let candidates = [told.map { MonotonicInstant(nanoseconds: $0) }, kernel]
        for case let candidate? in candidates where candidate <= now && now.seconds(since: candidate) < 60 {
            return candidate
        }
        return now
    }

    /// The start time in `/proc/self/stat`, in ticks since the machine was started.
    private static func kernelStart() -> MonotonicInstant? {
        let file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 1024)
        let count = read(file, &text, text.count)
        guard count > 0 else { return nil }
        return Self.startTicks(in: String(decoding: text[..<count], as: UTF8.self)).map { ticks in
            // Counted with suspension, unlike the monotonic clock; a replica's machine does not sleep.
            let perSecond = Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
            return MonotonicInstant(nanoseconds: ticks * (1_000_000_000 / perSecond))
        }
    }

    /// The twenty-second field.
    ///
    /// The second is the program's name in parentheses, which may hold blanks itself.
    static func startTicks(in stat: String) -> Int64? {
        guard let close = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 19 else { return nil }
        return Int64(fields[19])
    }
}
