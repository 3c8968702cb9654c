/// An exchange that brought no whole answer: which one, what happened, and what to try.
///
/// A status such as 404 or 500 is an answer, not an error.
public struct HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The name is not known, or nobody listens there.
        case unreachable
        case timedOut
        /// No trust in the server, or no agreement on how to encrypt.
        case tls
        /// The connection ended in the midst of the exchange.
        case aborted
        /// The body is longer than the caller allows.
        case tooLarge
        /// The request itself cannot be sent.
        case invalidRequest
        /// What came back is not HTTP, or breaks a limit.
        case malformedReply
        case tooManyRedirects
        case cancelled
        /// The client was shut down.
        case closed
    }

    public let code: Code
    /// The exchange as `GET https://host/path`, without credentials and query.
    public let subject: String
    /// What happened.
    public let detail: String
    /// The first thing to try, or `nil` rather than a guess.
    public let hint: String?

    public init(_ code: Code, subject: String, detail: String, hint: String? = nil) {
        self.code = code
        self.subject = subject
        self.detail = detail
        self.hint = hint
    }

    public var description: String {
        let text = "\(self.subject): \(self.detail) [\(self.code.rawValue)]"
        return self.hint.map { "\(text). Try: \($0)" } ?? text
    }
}
