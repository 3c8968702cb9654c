import Glibc

/// What the kernel tells about processes.
enum ProcessTable {
    /// The kernel's name for the time since it was started; the same for all processes until the next start.
    static let bootID: String = {
        let text = Self.read("/proc/sys/kernel/random/boot_id") ?? ""
        return String(text.filter { $0.isHexDigit || $0 == "-" })
    }()

    /// When the process was started, in clock ticks since the kernel was, or `nil` when there is no such process.
    static func startTicks(of pid: Int32) -> UInt64? {
        guard let fields = Self.fields(of: pid) else { return nil }
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }

    /// The fields of `/proc/PID/stat` from the third on, or `nil` when there is no such process.
    static func fields(of pid: Int32) -> [Substring]? {
        guard let text = Self.read("/proc/\(pid)/stat"), let name = text.lastIndex(of: ")") else { return nil }
        // The program's name may hold anything; behind its bracket come the fields from the third on.
        return text[text.index(after: name)...].split(separator: " ")
    }

    static func identity(of pid: Int32) -> ProcessIdentity? {
        Self.startTicks(of: pid).map { ProcessIdentity(bootID: Self.bootID, pid: pid, startTicks: $0) }
    }

    /// Whether that very process is still there, a zombie too.
    static func isAlive(_ identity: ProcessIdentity) -> Bool {
        identity.bootID == Self.bootID && Self.startTicks(of: identity.pid) == identity.startTicks
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
