/// A trace could not be read at all: which one, why, and what to do.
///
/// A single bad row is no error of this kind; see `TraceProblems`.
public struct TraceError: Error, Equatable, Sendable, CustomStringConvertible {
    public let path: String
    public let detail: String
    public let hint: String?

    public init(path: String, detail: String, hint: String? = nil) {
        self.path = path
        self.detail = detail
        self.hint = hint
    }

    public var description: String {
        let hint = self.hint.map { "; \($0)" } ?? ""
        return "\(self.path): \(self.detail)\(hint)"
    }
}
