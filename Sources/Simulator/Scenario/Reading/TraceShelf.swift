import Glibc
import Synchronization

/// The trace files that scenarios name: each is read once, and its hash goes into the report.
public final class TraceShelf: Sendable {
    private struct State {
        var traces: [String: Trace] = [:]
        var used: [ScenarioPlan.TraceUse] = []
        var standIns: Set<String> = []
    }

    /// What relative paths start from; `nil` when there are no files.
    private let folder: String?
    private let prefersStandIns: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - folder: Where relative paths start, as the folder of the scenario.
    ///   - prefersStandIns: What stands in for traces is used even where they are at hand, for the same result anywhere.
    public init(folder: String, prefersStandIns: Bool = false) {
        self.folder = folder
        self.prefersStandIns = prefersStandIns
    }

    private init() {
        self.folder = nil
        self.prefersStandIns = true
    }

    /// A shelf without files.
    public static let empty = TraceShelf()

    /// Everything that was read so far, in order.
    var used: [ScenarioPlan.TraceUse] { self.state.withLock { $0.used.sorted { $0.path < $1.path } } }

    /// Traces that were not at hand, or not wanted, and in whose place requests were made up.
    var standIns: Set<String> { self.state.withLock { $0.standIns } }

    /// Whether what stands in for a trace is to be used.
    func isAbsent(_ path: String) -> Bool { self.prefersStandIns || access(self.place(of: path), R_OK) != 0 }

    func usedStandIn(for path: String) { _ = self.state.withLock { $0.standIns.insert(path) } }

    private func place(of path: String) -> String {
        path.hasPrefix("/") ? path : "\(self.folder ?? ".")/\(path)"
    }

    /// - Parameter format: `nil`: what the beginning of the file says.
    func trace(at path: String, format: TraceFormat?) throws(TraceError) -> Trace {
        let key = "\(path) \(format?.rawValue ?? "")"
        if let known = self.state.withLock({ $0.traces[key] }) { return known }
        guard self.folder != nil else {
            throw TraceError(path: path, detail: "cannot be read here: files are not at hand")
        }
        let trace = try TraceImporter().read(self.place(of: path), format: format)
        self.state.withLock { state in
            // Somebody else may have read it meanwhile.
            guard state.traces.updateValue(trace, forKey: key) == nil else { return }
            state.used.append(
                ScenarioPlan.TraceUse(
                    path: path,
                    sha256: trace.sha256,
                    skippedRows: trace.problems.skippedRows,
                    firstProblem: trace.problems.first.first?.description
                )
            )
        }
        return trace
    }
}
