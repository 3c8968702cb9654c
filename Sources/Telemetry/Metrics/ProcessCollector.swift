import Glibc

/// What the kernel knows about this process, under the names that every Prometheus dashboard knows.
///
/// A figure that cannot be read is left out: unknown is not zero.
public struct ProcessCollector: MetricsCollector {
    public init() {}

    public func collect() async -> [MetricFamily] {
        var families = [
            MetricFamily.counter(
                "process_cpu_seconds_total",
                help: "User and system CPU time spent, in seconds.",
                Self.cpuSeconds()
            )
        ]
        if let stat = ProcessStat.ofThisProcess() {
            families.append(
                .gauge(
                    "process_resident_memory_bytes",
                    help: "Resident memory, in bytes.",
                    Double(stat.residentPages * sysconf(Int32(_SC_PAGESIZE)))
                )
            )
            families.append(
                .gauge("process_virtual_memory_bytes", help: "Virtual memory, in bytes.", Double(stat.virtualBytes))
            )
            families.append(.gauge("process_threads", help: "Threads.", Double(stat.threads)))
            if let bootTime = Self.bootTime() {
                families.append(
                    .gauge(
                        "process_start_time_seconds",
                        help: "When the process started, in seconds since the epoch.",
                        bootTime + Double(stat.startTicks) / Double(sysconf(Int32(_SC_CLK_TCK)))
                    )
                )
            }
        }
        if let open = Self.openFileDescriptors() {
            families.append(.gauge("process_open_fds", help: "Open file descriptors.", Double(open)))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            families.append(
                .gauge("process_max_fds", help: "File descriptors that may be open at once.", Double(limit.rlim_cur))
            )
        }
        return families
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func openFileDescriptors() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var entries = 0
        while readdir(directory) != nil { entries += 1 }
        // Without `.`, `..` and the descriptor that reads the directory.
        return entries - 3
    }

    /// Seconds since the epoch at which the machine was started.
    private static func bootTime() -> Double? {
        ProcFile.text(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
            .flatMap { Double($0.dropFirst("btime ".count)) }
    }
}

/// The fields of `/proc/self/stat` that are reported.
struct ProcessStat: Equatable {
    let threads: Int
    /// Clock ticks after the machine was started.
    let startTicks: Int
    let virtualBytes: Int
    let residentPages: Int

    static func ofThisProcess() -> ProcessStat? { ProcFile.text(of: "/proc/self/stat").flatMap(ProcessStat.init) }

    /// - Parameter text: One line as proc(5) describes it. The second field is the program's name in parentheses, in
    ///   which anything may stand, so fields are counted from the last parenthesis.
    init?(_ text: String) {
        guard let nameEnd = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: nameEnd)...].split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard fields.count > 21, let threads = Int(fields[17]), let startTicks = Int(fields[19]),
            let virtualBytes = Int(fields[20]), let residentPages = Int(fields[21])
        else { return nil }
        self.threads = threads
        self.startTicks = startTicks
        self.virtualBytes = virtualBytes
        self.residentPages = residentPages
    }
}

/// Files of `/proc`, which have no size and must be read until they end.
private enum ProcFile {
    static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
