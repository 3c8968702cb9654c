public import ServingAPI
public import Timekeeping

/// The status of a revision, to be merged into what stands there.
public struct StatusWrite: Sendable, Equatable {
    public let revision: RevisionID
    /// Whose status this is: a revision of the same name with another identity is left alone.
    public let uid: String
    public let status: RevisionStatus
    /// When the decision was made that the status explains, on the engine's clock; `nil` when there was none yet.
    public let decidedAt: MonotonicInstant?
    /// When the status was put together, on the engine's clock: what the keep-alive rule had learned until then.
    public let madeAt: MonotonicInstant
}
