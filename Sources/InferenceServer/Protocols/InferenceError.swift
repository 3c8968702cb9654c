/// Why a request has no answer, in words for whoever sent it.
public struct InferenceError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable {
        /// The request is wrong and will stay wrong.
        case invalidInput
        case notFound
        case methodNotAllowed
        case tooLarge
        case unsupportedMediaType
        /// The model broke down over a request that looked right.
        case failed
        case notImplemented
        /// Not now; the same request may succeed later.
        case unavailable
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { self.message }

    /// The status of the answer, as KServe's servers choose it.
    var status: Int {
        switch self.code {
        case .invalidInput: 400
        case .notFound: 404
        case .methodNotAllowed: 405
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .failed: 500
        case .notImplemented: 501
        case .unavailable: 503
        }
    }
}
