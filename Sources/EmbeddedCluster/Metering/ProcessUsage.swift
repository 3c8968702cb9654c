import Glibc

/// What one process group has used, children and all.
struct ProcessUsage: Sendable, Equatable {
    /// CPU seconds of the processes that are there.
    var cpuSeconds = 0.0
    /// Resident memory in bytes.
    var memoryBytes: Int64 = 0

    /// By process group; every container is a group of its own, named by its first process.
    static func byGroup() -> [Int32: ProcessUsage] {
        guard let directory = opendir("/proc") else { return [:] }
        defer { closedir(directory) }
        let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
        let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))
        var usages: [Int32: ProcessUsage] = [:]
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let pid = Int32(name), let fields = ProcessTable.fields(of: pid), fields.count > 21 else { continue }
            // Counted from the process's state, the third field of `stat`.
            let group = Int32(fields[2]) ?? 0
            let ticks = [11, 12].reduce(0.0) { $0 + (Double(fields[$1]) ?? 0) }
            usages[group, default: ProcessUsage()].cpuSeconds += ticks / ticksPerSecond
            usages[group, default: ProcessUsage()].memoryBytes += (Int64(fields[21]) ?? 0) * pageBytes
        }
        return usages
    }
}
