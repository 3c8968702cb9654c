import Autoscaler
import MessageTransport

extension TriggerFailure {
    init(_ error: MessagingError) {
        let kind: Kind =
            switch error.code {
            case .unreachable, .timedOut, .full, .closed, .revoked: .unavailable
            case .unauthorized: .refused
            case .libraryMissing, .invalidSettings, .notFound, .unacceptable, .refused: .invalid
            }
        self.init(kind, error.description)
    }
}
