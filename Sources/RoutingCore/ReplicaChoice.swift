/// Which of several replicas with room gets the next request.
public enum ReplicaChoice: String, Sendable, Hashable, CaseIterable {
    /// The one that holds the fewest; among equals the one that had to wait longest.
    case leastLoaded
    /// The one that finished or began a request last: keeps few busy and lets the others go.
    case mostRecentlyUsed
    /// Of those that hold the fewest the one that appeared last.
    case newest
}
