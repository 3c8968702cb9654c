import ScalingCore

/// How many replicas a service's requests need: what every policy of the literature starts from.
struct ReplicaNeed: Sendable {
    /// Requests that one replica takes at once.
    let capacity: Double
    let startSeconds: Double

    init(_ service: PolicyContext.Service) {
        self.capacity = Self.capacity(of: service.model)
        self.startSeconds = max(0, service.meanStartSeconds ?? 0)
    }

    /// Replicas for so many requests, each as full as it may be.
    func replicas(for requests: Double) -> Int {
        Int(min((requests / self.capacity).rounded(.up), 1_000_000))
    }

    /// What a replica holds at once: the activator's limit, else the slots it has, else what it is scaled for.
    private static func capacity(of model: ServiceModel) -> Double {
        if case .gateway(let gateway) = model.entry, gateway.containerConcurrency > 0 {
            return Double(gateway.containerConcurrency)
        }
        switch model.serving {
        case .slots(let serving) where serving.slots > 0: return Double(serving.slots)
        case .sharing(let serving): return max(1, serving.processors)
        case .batching(let serving): return Double(max(1, serving.maxBatch * serving.lanes))
        case .tokens(let serving): return Double(max(1, serving.maxSequences))
        case .slots: return max(1, model.scaling.total)
        }
    }
}

/// The highest need of the last while, so that replicas are not let go between two requests.
struct RecentPeak: Sendable {
    let keepSeconds: Double
    private(set) var replicas = 0
    private var since: Int64 = 0

    init(keepSeconds: Double) {
        self.keepSeconds = keepSeconds
    }

    /// Takes in what is needed now.
    mutating func update(_ needed: Int, nanoseconds now: Int64) {
        if needed >= self.replicas || Double(now - self.since) / 1e9 >= self.keepSeconds {
            self.replicas = needed
            self.since = now
        }
    }

    /// When the peak is over, in nanoseconds, if nothing new comes.
    var endsAt: Int64 { self.since + Int64((self.keepSeconds * 1e9).rounded(.up)) }
}
