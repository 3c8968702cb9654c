/// How long a provider keeps an idle instance, told from which requests were cold.
///
/// A request that came so long after the end of the last one and was warm says that instances live longer; one that was
/// cold says that they live shorter. Between the two lies the expiry. A few requests contradict any answer, because
/// instances are moved and replaced; the answer that contradicts the fewest is taken.
public struct ExpiryEstimate: Sendable, Equatable {
    /// The expiry lies above this, in seconds; the longest warm gap that is not contradicted.
    public let atLeastSeconds: Double
    /// The expiry lies below this; the shortest cold gap that is not contradicted.
    public let atMostSeconds: Double
    /// Idle periods that were looked at.
    public let gaps: Int
    /// Idle periods that speak against the answer.
    public let exceptions: Int
    /// The longest gap of all after which a request was warm.
    public let longestWarmGap: Double
    /// The shortest gap of all after which a request was cold.
    public let shortestColdGap: Double

    /// - Parameter runs: Of each run its requests in order of arrival, with durations and starts; those without say
    ///   nothing.
    /// - Returns: `nil` when there is no cold or no warm gap.
    public init?(runs: [[TraceRequest]]) {
        self.init(gaps: runs.flatMap(Self.gaps))
    }

    private static func gaps(of requests: [TraceRequest]) -> [(seconds: Double, isCold: Bool)] {
        var gaps: [(seconds: Double, isCold: Bool)] = []
        var lastEnd: Int64?
        for request in requests where request.duration >= 0 {
            // While another one runs a cold start says that there were too few, not that one had expired.
            if let lastEnd, request.arrival >= lastEnd, request.start != .unknown {
                gaps.append((Double(request.arrival - lastEnd) / 1e9, request.start == .cold))
            }
            lastEnd = max(lastEnd ?? .min, request.arrival + request.duration)
        }
        return gaps
    }

    /// - Parameter gaps: Idle times in seconds, and whether the request that ended each was cold.
    public init?(gaps: [(seconds: Double, isCold: Bool)]) {
        guard let longestWarm = gaps.filter({ !$0.isCold }).map(\.seconds).max(),
            let shortestCold = gaps.filter(\.isCold).map(\.seconds).min()
        else { return nil }
        let sorted = gaps.sorted { ($0.seconds, $0.isCold ? 1 : 0) < ($1.seconds, $1.isCold ? 1 : 0) }
        // Going up, a warm gap that is passed agrees with the expiry, and a cold one contradicts it.
        var exceptions = sorted.count { !$0.isCold }
        var fewest = exceptions
        var best = 0
        for (index, gap) in sorted.enumerated() {
            exceptions += gap.isCold ? 1 : -1
            if exceptions < fewest {
                fewest = exceptions
                best = index + 1
            }
        }
        self.atLeastSeconds = best > 0 ? sorted[best - 1].seconds : 0
        self.atMostSeconds = best < sorted.count ? sorted[best].seconds : .infinity
        self.gaps = sorted.count
        self.exceptions = fewest
        self.longestWarmGap = longestWarm
        self.shortestColdGap = shortestCold
    }
}
