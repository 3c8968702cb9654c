import Glibc

/// Folders of the platform's own, which nobody else may look into.
enum Directories {
    /// Makes the folder and those above it that are not there.
    ///
    /// On the way of every cold start, so it is one call when the folder above is there.
    static func make(_ path: String) throws(SystemError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw SystemError("mkdir \(path)")
        }
        try Self.make(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("mkdir \(path)") }
    }
}
