public import SimulationKit
import Timekeeping

/// A live run beside its simulation, figure by figure.
public struct FidelityOutcome: Sendable {
    /// One figure.
    public struct Row: Sendable {
        public let name: String
        public let unit: FigureUnit
        public let live: Double
        /// Over replications.
        public let simulated: Estimate
        /// What may lie between them: a share of the live value.
        public let tolerance: Double
        /// The difference by the live value; `nil` when that is zero.
        public let error: Double?
        public let isMet: Bool
    }

    public let rows: [Row]
    public let requests: Int
    public let decisions: Int
    public let replications: Int

    public var isGood: Bool { self.rows.allSatisfy(\.isMet) }

    init(recording: LiveRecording, runs: [RunResult]) {
        let served = recording.requests.filter(\.isServed).map(\.latency).sorted()
        let liveCold = recording.requests.count(where: \.isCold)
        self.requests = recording.requests.count
        self.replications = runs.count
        let orders = recording.events.filter { $0.kind == .scaled }
        self.decisions = orders.count
        let service = runs.map { $0.services[0] }
        func estimate(_ measure: (ServiceResult) -> Double) -> Estimate {
            Replications.mean(of: service.map(measure))
        }
        func quantile(_ name: String, _ share: Double, _ tolerance: Double) -> Row {
            Self.row(
                name,
                .seconds,
                live: Self.quantile(share, of: served),
                estimate { $0.total.quantile(share) / 1e9 },
                tolerance,
                slack: 0.01
            )
        }
        let mean = served.isEmpty ? 0 : served.reduce(0, +) / Double(served.count)
        let wilson = Wilson.share(successes: liveCold, of: recording.requests.count, confidence: 0.99)
        let coldSlack = (wilson.interval?.halfWidth ?? 0) * Double(recording.requests.count)
        var rows: [Row] = [
            Self.row(
                "replica-seconds",
                .number,
                live: recording.replicaSeconds,
                estimate { $0.replicaSeconds - $0.replicaSeconds(.pending) },
                0.05
            ),
            Self.row("mean latency", .seconds, live: mean, estimate { $0.total.mean / 1e9 }, 0.05, slack: 0.01),
            quantile("p50", 0.5, 0.05), quantile("p95", 0.95, 0.1), quantile("p99", 0.99, 0.15),
            Self.row(
                "cold requests",
                .count,
                live: Double(liveCold),
                estimate { Double($0.cold) },
                0,
                slack: coldSlack
            ),
            Self.row(
                "starts",
                .count,
                live: Double(recording.starts.count),
                estimate { Double($0.startsFinished) },
                0.1,
                slack: 1
            ),
        ]
        rows.append(Self.seriesRow(recording, runs))
        rows.append(Self.decisionRow(orders, service))
        self.rows = rows
    }

    /// - Parameter slack: A difference that never matters, in the unit of the figure.
    private static func row(
        _ name: String,
        _ unit: FigureUnit,
        live: Double,
        _ simulated: Estimate,
        _ tolerance: Double,
        slack: Double = 0
    ) -> Row {
        let value = simulated.value ?? .nan
        // The simulation's own spread is no error of its model.
        let allowed = tolerance * abs(live) + slack + (simulated.interval?.halfWidth ?? 0)
        return Row(
            name: name,
            unit: unit,
            live: live,
            simulated: simulated,
            tolerance: tolerance,
            error: live != 0 ? (value - live) / live : nil,
            isMet: abs(value - live) <= allowed
        )
    }

    /// How far the number of replicas strays over time, by the range of the live one.
    private static func seriesRow(_ recording: LiveRecording, _ runs: [RunResult]) -> Row {
        let seconds = Int(recording.seconds)
        let live = Self.perSecond(recording, seconds: seconds)
        let errors = runs.compactMap { run -> Double? in
            let steps = run.services[0].timeline.steps.isEmpty ? run.timeline.steps : run.services[0].timeline.steps
            let simulated = steps.map { Double($0.readyMilli + $0.startingMilli) / 1000 }
            let count = min(live.count, simulated.count)
            let pair = (Array(simulated.prefix(count)), Array(live.prefix(count)))
            return Series.normalisedRootMeanSquareError(of: pair.0, against: pair.1)
        }
        let estimate = Replications.mean(of: errors)
        return Row(
            name: "replicas over time (nRMSE)",
            unit: .share,
            live: 0,
            simulated: estimate,
            tolerance: 0.15,
            error: nil,
            isMet: (estimate.value ?? 1) <= 0.15
        )
    }

    /// The number of live replicas in each second, averaged over it.
    private static func perSecond(_ recording: LiveRecording, seconds: Int) -> [Double] {
        let steps = recording.replicaSteps
        return (0..<seconds).map { second in
            let (from, to) = (Double(second), Double(second + 1))
            return steps.indices.reduce(0) { total, index in
                let begin = max(steps[index].at, from)
                let end = min(index + 1 < steps.count ? steps[index + 1].at : recording.seconds, to)
                return total + Double(steps[index].count) * max(end - begin, 0)
            }
        }
    }

    /// Decisions of one side that the other did not make within three seconds.
    private static func decisionRow(_ live: [LiveRecording.Event], _ services: [ServiceResult]) -> Row {
        let differing = services.map { service -> Double in
            var open = service.decisionLog.map { (at: Double($0.at.nanoseconds) / 1e9, replicas: $0.after) }
            var unmatched = 0
            for event in live {
                let match = open.firstIndex { abs($0.at - event.at) <= 3 && $0.replicas == event.replicas }
                if let match { open.remove(at: match) } else { unmatched += 1 }
            }
            return Double(unmatched + open.count) / 2
        }
        let estimate = Replications.mean(of: differing)
        let allowed = max(2, 0.4 * Double(live.count))
        return Row(
            name: "decisions that differ",
            unit: .number,
            live: 0,
            simulated: estimate,
            tolerance: 0.4,
            error: live.isEmpty ? nil : (estimate.value ?? 0) / Double(live.count),
            isMet: (estimate.value ?? .infinity) <= allowed
        )
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = min(max(Int((share * Double(sorted.count)).rounded(.up)) - 1, 0), sorted.count - 1)
        return sorted[rank]
    }
}
