import ServingAPI
import StructuredData

/// Why a service cannot be what it asks to be.
struct Refusal: Error, Sendable, Equatable {
    let reason: ModelStatus.Failure.Reason
    /// For the conditions, one word.
    let conditionReason: String
    let message: String

    init(_ reason: ModelStatus.Failure.Reason, conditionReason: String? = nil, message: String) {
        self.reason = reason
        self.conditionReason = conditionReason ?? reason.rawValue
        self.message = message
    }

    init(_ problems: ProblemList) {
        self.init(
            .invalidPredictorSpec,
            conditionReason: "InvalidSpec",
            message: problems.problems.map(\.description).joined(separator: "; ")
        )
    }
}
