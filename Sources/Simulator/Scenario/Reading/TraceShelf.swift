import SimulationKit
import Synchronization

/// The trace files that scenarios name: each is read once, and its contents are hashed for the report.
public final class TraceShelf: Sendable {
    /// A file's contents, or a sentence on why it cannot be read.
    public struct Unreadable: Error, Sendable {
        public let sentence: String

        public init(_ sentence: String) { self.sentence = sentence }
    }

    private struct State {
        var contents: [String: [UInt8]] = [:]
        var used: [ScenarioPlan.TraceUse] = []
    }

    private let read: @Sendable (String) throws(Unreadable) -> [UInt8]
    private let state = Mutex(State())

    /// - Parameter read: Reads a file by its path as the scenario writes it.
    public init(read: @escaping @Sendable (String) throws(Unreadable) -> [UInt8]) {
        self.read = read
    }

    /// A shelf without files.
    public static let empty = TraceShelf { path throws(Unreadable) in
        throw Unreadable("there are no trace files here, so not '\(path)' either")
    }

    /// Everything that was read so far, in order.
    var used: [ScenarioPlan.TraceUse] { self.state.withLock { $0.used } }

    func contents(of path: String) throws(Unreadable) -> [UInt8] {
        if let known = self.state.withLock({ $0.contents[path] }) { return known }
        let bytes = try self.read(path)
        let use = ScenarioPlan.TraceUse(path: path, sha256: SHA256.hexDigest(of: bytes))
        self.state.withLock { state in
            state.contents[path] = bytes
            state.used.append(use)
        }
        return bytes
    }
}
