import HTTPTypes
import Hummingbird
import KubernetesClient
import StructuredData

/// A failure as the Kubernetes API words it.
struct StatusDocument {
    let code: HTTPResponse.Status
    let reason: String
    let message: String

    init(_ code: HTTPResponse.Status, reason: String, message: String) {
        self.code = code
        self.reason = reason
        self.message = message
    }

    init(_ error: KubernetesError) {
        let (code, reason): (HTTPResponse.Status, String) =
            switch error.code {
            case .notFound: (.notFound, "NotFound")
            case .alreadyExists: (.conflict, "AlreadyExists")
            case .conflict: (.conflict, "Conflict")
            case .invalid: (.unprocessableContent, "Invalid")
            case .badRequest: (.badRequest, "BadRequest")
            case .forbidden: (.forbidden, "Forbidden")
            case .expired: (.gone, "Expired")
            case .unavailable, .unreachable: (.serviceUnavailable, "ServiceUnavailable")
            case .serverError: (.internalServerError, "InternalError")
            }
        self.init(code, reason: reason, message: "\(error.subject): \(error.message)")
    }

    var json: JSONValue {
        [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(self.message), "reason": .string(self.reason), "code": JSONValue(self.code.code),
        ]
    }

    var answer: Response { .json(self.json, status: self.code) }
}
