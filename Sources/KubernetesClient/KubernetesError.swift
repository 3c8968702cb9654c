/// The API refused a call, or could not be asked.
public struct KubernetesError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// 404.
        case notFound
        /// 409, an object of that name is there.
        case alreadyExists
        /// 409, the object has changed since it was read: read it again.
        case conflict
        /// 422, the object breaks a rule; the message holds every problem.
        case invalid
        /// 400.
        case badRequest
        /// 401 and 403.
        case forbidden
        /// 410, the version to watch from is forgotten: list again.
        case expired
        /// 429 and 503: later.
        case unavailable
        /// No answer at all.
        case unreachable
        /// Anything else the server says.
        case serverError
    }

    public let code: Code
    /// What was asked for, as `deployments.apps default/iris-predictor`.
    public let subject: String
    public let message: String

    public init(_ code: Code, subject: String, message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    public var description: String { "\(self.subject): \(self.message) [\(self.code.rawValue)]" }
}
