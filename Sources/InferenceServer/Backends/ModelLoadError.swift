/// Why a model cannot be served: what was tried, what happened, and what to do about it.
public struct ModelLoadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, in an operator's words, for example `load the model /mnt/models/model.onnx`.
    public let attempt: String
    public let detail: String
    /// The first thing to try; `nil` rather than a guess.
    public let hint: String?

    public init(_ attempt: String, detail: String, hint: String? = nil) {
        self.attempt = attempt
        self.detail = detail
        self.hint = hint
    }

    public var description: String {
        let text = "cannot \(self.attempt): \(self.detail)"
        return self.hint.map { "\(text)\nTry: \($0)" } ?? text
    }
}
