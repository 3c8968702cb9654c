/// What a broker, or the way to it, did not do.
public struct MessagingError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The C library that speaks to the broker is not installed.
        case libraryMissing
        /// What was asked for makes no sense, or the library refuses it.
        case invalidSettings
        /// No connection, or it broke; trying again may help.
        case unreachable
        /// The answer did not come within its deadline; trying again may help.
        case timedOut
        /// Credentials, certificates or permissions were refused.
        case unauthorized
        /// The broker knows no such topic, group, queue or exchange.
        case notFound
        /// A queue on the way is full; trying again later may help.
        case full
        /// The partition or message is no longer this client's.
        case revoked
        /// The object was closed before.
        case closed
        /// The broker will never take this message: it is too large, or against the rules of its topic.
        case unacceptable
        /// The broker refused, or answered with what makes no sense.
        case refused
    }

    public let code: Code
    /// One sentence with what, where and what to try; without secrets.
    public let description: String

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Whether the same call may succeed later without anybody changing anything.
    public var isTransient: Bool {
        switch self.code {
        case .unreachable, .timedOut, .full: true
        case .libraryMissing, .invalidSettings, .unauthorized, .notFound, .revoked, .closed, .unacceptable, .refused:
            false
        }
    }
}
