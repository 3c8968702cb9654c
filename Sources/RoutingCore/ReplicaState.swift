/// A replica of one revision, as long as it exists.
///
/// Never reused within a dispatcher.
public struct ReplicaID: Hashable, Sendable {
    /// Place in the pool's storage.
    @usableFromInline let slot: UInt32
    /// Tells it from earlier replicas in the same place.
    @usableFromInline let generation: UInt32

    /// A small number that no other replica has which exists at the same time.
    public var index: Int { Int(self.slot) }
}

/// What a replica can take.
public enum ReplicaState: String, Sendable {
    /// Exists, but has not answered yet.
    case starting
    case ready
    /// Was ready, then could not be reached.
    case suspect
    /// Finishes what it has.
    case draining
}

/// What a replica holds at a moment.
public struct ReplicaLoad: Sendable, Equatable {
    public let id: ReplicaID
    public let state: ReplicaState
    public let inFlight: Int
}
