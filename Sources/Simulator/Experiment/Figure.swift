/// A figure that experiments report, compare and put limits on.
public enum Figure: String, Sendable, CaseIterable, Hashable {
    case requests, throughput, failedShare, unserved
    case latencyMean, latencyP50, latencyP95, latencyP99, latencyP999
    case waitMean, waitP50, waitP99
    case firstTokenP50, firstTokenP99, interTokenP50, interTokenP99
    case attainment, coldShare, coldStarts, coldP50, coldP99
    case startMean, startP99, starts
    case meanReplicas, peakReplicas, peakWaiting, replicaHours, idleShare
    case gpuHours, nodeHours, peakNodes, cost, costPerThousand

    static var names: [String] { Self.allCases.map(\.rawValue) }

    /// What is better: less, more, or neither.
    public enum Direction: Sendable { case less, more, neither }

    public var unit: FigureUnit {
        switch self {
        case .requests, .unserved, .coldStarts, .starts, .peakReplicas, .peakWaiting, .peakNodes: .count
        case .meanReplicas: .number
        case .throughput: .perSecond
        case .failedShare, .attainment, .coldShare, .idleShare: .share
        case .replicaHours, .gpuHours, .nodeHours: .hours
        case .cost, .costPerThousand: .money("")
        default: .seconds
        }
    }

    /// The unit, with the currency of the scenario where it is money.
    public func unit(currency: String) -> FigureUnit {
        if case .money = self.unit { return .money(currency) }
        return self.unit
    }

    public var direction: Direction {
        switch self {
        case .throughput, .attainment: .more
        case .requests, .starts: .neither
        default: .less
        }
    }

    /// For the heads of columns.
    public var title: String {
        switch self {
        case .requests: "requests"
        case .throughput: "served"
        case .failedShare: "failed"
        case .unserved: "left at the end"
        case .latencyMean: "mean latency"
        case .latencyP50: "p50"
        case .latencyP95: "p95"
        case .latencyP99: "p99"
        case .latencyP999: "p99.9"
        case .waitMean: "mean wait"
        case .waitP50: "wait p50"
        case .waitP99: "wait p99"
        case .firstTokenP50: "first token p50"
        case .firstTokenP99: "first token p99"
        case .interTokenP50: "token gap p50"
        case .interTokenP99: "token gap p99"
        case .attainment: "in objective"
        case .coldShare: "cold"
        case .coldStarts: "cold requests"
        case .coldP50: "cold p50"
        case .coldP99: "cold p99"
        case .startMean: "mean start"
        case .startP99: "start p99"
        case .starts: "starts"
        case .meanReplicas: "replicas"
        case .peakReplicas: "most replicas"
        case .peakWaiting: "most waiting"
        case .replicaHours: "replica-hours/day"
        case .idleShare: "idle"
        case .gpuHours: "GPU-hours/day"
        case .nodeHours: "node-hours/day"
        case .peakNodes: "most nodes"
        case .cost: "cost/day"
        case .costPerThousand: "cost/1000"
        }
    }

    /// One sentence, for the documentation of reports.
    public var meaning: String {
        switch self {
        case .requests: "Requests that came, in one replication."
        case .throughput: "Requests served a second."
        case .failedShare: "Requests that got an error, of those that came."
        case .unserved: "Requests or messages that had no answer when the run ended."
        case .latencyMean: "From arrival to the complete answer, on average."
        case .latencyP50, .latencyP95, .latencyP99, .latencyP999: "So many of the served requests took no longer."
        case .waitMean, .waitP50, .waitP99: "From arrival until a replica works on the request."
        case .firstTokenP50, .firstTokenP99: "From arrival to the first token."
        case .interTokenP50, .interTokenP99: "Between tokens, on average of a request."
        case .attainment: "Requests that kept the service's objective, of those that came."
        case .coldShare: "Requests that waited because no replica was ready, of those that came."
        case .coldStarts: "Requests that waited because no replica was ready, in one replication."
        case .coldP50, .coldP99: "Latency of those requests."
        case .startMean, .startP99: "From the order of a replica until it was ready."
        case .starts: "Starts that ended with a ready replica, in one replication."
        case .meanReplicas: "Replicas that existed, in whatever phase, on average over time."
        case .peakReplicas: "The most replicas of a service at once."
        case .peakWaiting: "The most requests of a service that waited at once."
        case .replicaHours: "Hours that replicas existed, in a day."
        case .idleShare: "Ready time in which a replica held no request."
        case .gpuHours: "Hours of GPUs on nodes, in a day."
        case .nodeHours: "Hours of nodes, in a day."
        case .peakNodes: "The most nodes at once, of all pools."
        case .cost: "Money a day."
        case .costPerThousand: "Money for a thousand served requests."
        }
    }
}
