import Synchronization

/// The trace files that scenarios name: each is read once, and its hash goes into the report.
public final class TraceShelf: Sendable {
    private struct State {
        var traces: [String: Trace] = [:]
        var used: [ScenarioPlan.TraceUse] = []
    }

    /// What relative paths start from; `nil` when there are no files.
    private let folder: String?
    private let state = Mutex(State())

    /// - Parameter folder: Where relative paths start, as the folder of the scenario.
    public init(folder: String) { self.folder = folder }

    private init() { self.folder = nil }

    /// A shelf without files.
    public static let empty = TraceShelf()

    /// Everything that was read so far, in order.
    var used: [ScenarioPlan.TraceUse] { self.state.withLock { $0.used.sorted { $0.path < $1.path } } }

    /// - Parameter format: `nil`: what the beginning of the file says.
    func trace(at path: String, format: TraceFormat?) throws(TraceError) -> Trace {
        let key = "\(path) \(format?.rawValue ?? "")"
        if let known = self.state.withLock({ $0.traces[key] }) { return known }
        guard let folder else { throw TraceError(path: path, detail: "cannot be read here: files are not at hand") }
        let trace = try TraceImporter().read(path.hasPrefix("/") ? path : "\(folder)/\(path)", format: format)
        self.state.withLock { state in
            // Somebody else may have read it meanwhile.
            guard state.traces.updateValue(trace, forKey: key) == nil else { return }
            state.used.append(ScenarioPlan.TraceUse(path: path, sha256: trace.sha256))
        }
        return trace
    }
}
