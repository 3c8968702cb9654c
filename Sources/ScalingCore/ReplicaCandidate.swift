public import Timekeeping

/// A replica that might be stopped when a revision shrinks.
public struct ReplicaCandidate: Sendable, Equatable {
    public var name: String
    /// Requests the replica is working on.
    public var inFlightRequests: Int
    public var isReady: Bool
    public var createdAt: MonotonicInstant

    public init(name: String, inFlightRequests: Int, isReady: Bool, createdAt: MonotonicInstant) {
        self.name = name
        self.inFlightRequests = inFlightRequests
        self.isReady = isReady
        self.createdAt = createdAt
    }

    /// Names the replicas to stop so that `desired` remain: those that are not ready, then idle ones, then the least
    /// loaded; among equals the newest.
    ///
    /// - Returns: As many names as `candidates` exceed `desired`, the first to go first; empty when they do not.
    public static func victims(among candidates: [ReplicaCandidate], desired: Int) -> [String] {
        let surplus = candidates.count - max(0, desired)
        guard surplus > 0 else { return [] }
        return candidates.sorted { $0.goes(before: $1) }.prefix(surplus).map(\.name)
    }

    private func goes(before other: ReplicaCandidate) -> Bool {
        if self.isReady != other.isReady { return !self.isReady }
        if self.inFlightRequests != other.inFlightRequests { return self.inFlightRequests < other.inFlightRequests }
        if self.createdAt != other.createdAt { return self.createdAt > other.createdAt }
        return self.name < other.name
    }
}
