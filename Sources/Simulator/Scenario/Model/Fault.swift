public import SimulationKit

/// Something that goes wrong on purpose.
public struct Fault: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// A node dies with all its replicas; without nodes, that many replicas of a service die.
        case nodeLost(pool: String?)
        /// Replicas of the service die at once.
        case replicasLost(service: String, count: Int)
        /// Starts take so many times as long; of one service, or of all.
        case slowStarts(service: String?, factor: Double, seconds: Double)
        /// Reports do not arrive.
        case metricsLost(service: String?, seconds: Double)
        /// Nobody decides; whoever does afterwards has forgotten what was learned and measured.
        case autoscalerDown(seconds: Double)
        /// Requests take so many times as long.
        case slowService(service: String?, factor: Double, seconds: Double)
    }

    public enum When: Sendable, Hashable {
        case at(seconds: Double)
        /// Again and again, with this law between two.
        case every(Distribution)
    }

    public var when: When
    public var kind: Kind

    public init(when: When, kind: Kind) {
        self.when = when
        self.kind = kind
    }
}
