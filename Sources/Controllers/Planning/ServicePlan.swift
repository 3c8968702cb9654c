import ServingAPI

/// What is to be done about one InferenceService; nothing is left to decide.
struct ServicePlan: Sendable {
    /// Objects that are to be as they are here.
    var children: [ChildPlan] = []
    /// Objects that are not to be.
    var removals: [ChildPlan.Identity] = []
    /// What the service's status should say.
    var status: InferenceServiceStatus
    /// What people should hear of, once the rest is done.
    var news: [ServiceNews] = []
    /// When to look again although nothing happened; `nil` when only an event can change anything.
    var recheckAfterSeconds: Double?
}
