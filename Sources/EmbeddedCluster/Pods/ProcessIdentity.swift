/// A process that can be told from any other, before and after it, on this machine.
///
/// Written as `process://BOOT/PID/START` into the container's status, which is the record of what runs: it is stored in
/// the transaction that says that the container runs.
struct ProcessIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The kernel's name for the time since it was started.
    let bootID: String
    let pid: Int32
    /// Clock ticks from the kernel's start to the process's.
    let startTicks: UInt64

    private static let scheme = "process://"

    init(bootID: String, pid: Int32, startTicks: UInt64) {
        self.bootID = bootID
        self.pid = pid
        self.startTicks = startTicks
    }

    /// Reads what `description` wrote.
    init?(_ text: String) {
        guard text.hasPrefix(Self.scheme) else { return nil }
        let parts = text.dropFirst(Self.scheme.count).split(separator: "/")
        guard parts.count == 3, let pid = Int32(parts[1]), pid > 0, let ticks = UInt64(parts[2]) else { return nil }
        self.init(bootID: String(parts[0]), pid: pid, startTicks: ticks)
    }

    var description: String { "\(Self.scheme)\(self.bootID)/\(self.pid)/\(self.startTicks)" }
}

/// How a process ended.
enum ProcessExit: Sendable, Hashable {
    case exited(Int32)
    case killed(signal: Int32)

    /// As a shell shows it: 128 and the signal for a process that was killed.
    var code: Int32 {
        switch self {
        case .exited(let code): code
        case .killed(let signal): 128 + signal
        }
    }

    var isSuccess: Bool { self == .exited(0) }

    /// `exited with status 1`, `was killed by signal 9`.
    var sentence: String {
        switch self {
        case .exited(let code): "exited with status \(code)"
        case .killed(let signal): "was killed by signal \(signal)"
        }
    }
}
