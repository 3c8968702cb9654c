import Glibc
import KubernetesClient

/// Holds a data directory for this process; the kernel lets go of it however the process ends.
final class DataDirectoryLock: Sendable {
    private let descriptor: CInt

    /// Throws `unavailable`, with the holder's process number, when another process holds the directory.
    init(path: String) throws(KubernetesError) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw KubernetesError(
                .serverError,
                subject: path,
                message: "cannot be opened: \(String(cString: strerror(errno)))"
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(descriptor)
            close(descriptor)
            throw KubernetesError(
                .unavailable,
                subject: path,
                message: "the data directory is in use by another process\(holder.map { " (\($0))" } ?? ""); "
                    + "stop it, or choose another directory with --data-dir"
            )
        }
        self.descriptor = descriptor
        let number = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = number.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit {
        close(self.descriptor)
    }

    private static func holder(_ descriptor: CInt) -> Int? {
        var text = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &text, text.count, 0)
        guard count > 0 else { return nil }
        return Int(String(decoding: text[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
