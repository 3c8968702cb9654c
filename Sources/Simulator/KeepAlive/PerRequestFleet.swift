public import SimulationKit

/// One function whose instances serve one request each and expire when idle, by direct computation.
///
/// The instance that was used last gets the request, so idle instances are a stack with the freshest on top: when that
/// one has expired all have, and no event for an expiry is needed. It is the yardstick beside which the full model and
/// the live runs are put, and quick enough for a million requests.
public struct PerRequestFleet: Sendable {
    /// Seconds between arrivals.
    public var interarrival: Distribution
    /// Seconds of a request on an instance that was there.
    public var warmService: Distribution
    /// Seconds of a request that had to start one.
    public var coldService: Distribution
    public var expirySeconds: Double

    public init(
        interarrival: Distribution,
        warmService: Distribution,
        coldService: Distribution,
        expirySeconds: Double
    ) {
        self.interarrival = interarrival
        self.warmService = warmService
        self.coldService = coldService
        self.expirySeconds = expirySeconds
    }

    /// What a number of requests met.
    public struct Outcome: Sendable, Equatable {
        public var requests = 0
        public var cold = 0

        public var coldShare: Double { self.requests == 0 ? 0 : Double(self.cold) / Double(self.requests) }
    }

    /// - Parameter requests: How many to serve; the first thousandth is not counted, because it begins cold.
    public func run(requests: Int, seed: UInt64) -> Outcome {
        var arrivals = RandomStream(seed: seed, replication: 0, purpose: .arrivals)
        var sizes = RandomStream(seed: seed, replication: 0, purpose: .requestSize)
        var completions = EventQueue()
        var idleSince: [Int64] = []
        var now: Int64 = 0
        let expiry = Int64((self.expirySeconds * 1e9).rounded())
        var outcome = Outcome()
        for number in 0..<requests {
            now += self.interarrival.sampleNanoseconds(&arrivals)
            while let done = completions.nextTime(), done <= now {
                _ = completions.next()
                idleSince.append(done)
            }
            var isCold = true
            if let freshest = idleSince.last {
                if now - freshest <= expiry {
                    isCold = false
                    idleSince.removeLast()
                } else {
                    idleSince.removeAll(keepingCapacity: true)
                }
            }
            let service = (isCold ? self.coldService : self.warmService).sampleNanoseconds(&sizes)
            completions.schedule(at: now + service, .completion, kind: 0, argument: 0)
            guard number >= requests / 1000 else { continue }
            outcome.requests += 1
            if isCold { outcome.cold += 1 }
        }
        return outcome
    }
}
