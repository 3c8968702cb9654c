import SimulationKit

/// Measured runs against AWS Lambda beside what a model with a given expiry expects: the first check against the world.
public struct LambdaTable: Sendable, Equatable {
    /// One rate of arrivals.
    public struct Row: Sendable, Equatable {
        public let ratePerSecond: Double
        public let measuredCold: Int
        public let measuredRequests: Int
        /// Cold shares by the model, one for each expiry of the table.
        public let modelled: [Double]

        public var measuredShare: Double { Double(self.measuredCold) / Double(self.measuredRequests) }

        /// Whether the measured share lies within 1.96 standard errors of the model's, by which chance alone explains it.
        public func agrees(column: Int) -> Bool {
            let share = self.modelled[column]
            let error = (share * (1 - share) / Double(self.measuredRequests)).squareRoot()
            return abs(self.measuredShare - share) <= 1.96 * error
        }
    }

    public let expiriesSeconds: [Double]
    public let rows: [Row]

    /// Requests of the first half hour are not counted: instances from before the run may still be there.
    public static let warmUpSeconds = 1800.0
    /// Runs whose rates differ by less than so much are one row.
    private static let sameRate = 0.01

    /// - Parameters:
    ///   - traces: Runs, in any order.
    ///   - requests: Requests that the model serves for each figure.
    public init(traces: [Trace], expiriesSeconds: [Double] = [600, 640], requests: Int = 400_000, seed: UInt64 = 1) {
        var runs: [(rate: Double, cold: Int, requests: Int)] = traces.compactMap { trace in
            guard case .requests(let requests) = trace.content, trace.durationSeconds > 0 else { return nil }
            let counted = requests.filter { Double($0.arrival) / 1e9 >= Self.warmUpSeconds }
            let rate = Double(requests.count - 1) / trace.durationSeconds
            return (rate, counted.count { $0.start == .cold }, counted.count)
        }
        runs.sort { $0.rate < $1.rate }
        var groups: [[(rate: Double, cold: Int, requests: Int)]] = []
        for run in runs {
            if let last = groups.last?.last, run.rate < last.rate * (1 + Self.sameRate) {
                groups[groups.count - 1].append(run)
            } else {
                groups.append([run])
            }
        }
        self.expiriesSeconds = expiriesSeconds
        self.rows = groups.map { group in
            let rate = group.reduce(0) { $0 + $1.rate } / Double(group.count)
            return Row(
                ratePerSecond: rate,
                measuredCold: group.reduce(0) { $0 + $1.cold },
                measuredRequests: group.reduce(0) { $0 + $1.requests },
                modelled: expiriesSeconds.map { expiry in
                    Self.fleet(ratePerSecond: rate, expirySeconds: expiry).run(requests: requests, seed: seed).coldShare
                }
            )
        }
    }

    /// The function that was measured: 1.991 s warm and 2.244 s cold on average.
    public static func fleet(ratePerSecond: Double, expirySeconds: Double) -> PerRequestFleet {
        PerRequestFleet(
            interarrival: .exponential(mean: 1 / ratePerSecond),
            warmService: .exponential(mean: 1.991),
            coldService: .exponential(mean: 2.244),
            expirySeconds: expirySeconds
        )
    }

    /// Mean distance between measured and modelled share, in percentage points.
    public func meanAbsoluteError(column: Int) -> Double {
        let errors = self.rows.map { 100 * abs($0.measuredShare - $0.modelled[column]) }
        return errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count)
    }
}
