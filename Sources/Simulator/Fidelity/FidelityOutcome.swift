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
        /// What may lie between them, the luck of one run included: a share of the live value.
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

    /// - Parameter runs: Each with the seconds by which its arrivals came later than live.
    init(recording: LiveRecording, runs: [(result: RunResult, shiftSeconds: Double)]) {
        let served = recording.requests.filter(\.isServed).map(\.latency).sorted()
        let liveCold = recording.requests.count(where: \.isCold)
        self.requests = recording.requests.count
        self.replications = runs.count
        let orders = recording.events.filter { $0.kind == .scaled }
        self.decisions = orders.count
        let service = runs.map { $0.result.services[0] }
        func quantile(_ name: String, _ share: Double, _ tolerance: Double) -> Row {
            Self.row(
                name,
                .seconds,
                live: Self.quantile(share, of: served),
                service.map { $0.total.quantile(share) / 1e9 },
                tolerance,
                slack: 0.01
            )
        }
        let mean = served.isEmpty ? 0 : served.reduce(0, +) / Double(served.count)
        var rows: [Row] = [
            Self.row(
                "replica-seconds",
                .number,
                live: recording.replicaSeconds,
                service.map { $0.replicaSeconds - $0.replicaSeconds(.pending) },
                0.05
            ),
            Self.row("mean latency", .seconds, live: mean, service.map { $0.total.mean / 1e9 }, 0.05, slack: 0.01),
            quantile("p50", 0.5, 0.05), quantile("p95", 0.95, 0.1), quantile("p99", 0.99, 0.15),
            Self.countRow("waited for a start", live: liveCold, service.map(Self.waitedForStart)),
            Self.countRow("starts", live: recording.starts.count, service.map { Double($0.startsFinished) }),
        ]
        rows.append(Self.seriesRow(recording, runs))
        rows.append(Self.decisionRow(orders, runs))
        self.rows = rows
    }

    /// - Parameter slack: A difference that never matters, in the unit of the figure.
    private static func row(
        _ name: String,
        _ unit: FigureUnit,
        live: Double,
        _ values: [Double],
        _ tolerance: Double,
        slack: Double = 0
    ) -> Row {
        let simulated = Replications.mean(of: values)
        let value = simulated.value ?? .nan
        // One live run is one draw: it may lie as far from the mean as simulated runs do by themselves.
        let allowed = tolerance * abs(live) + slack + 2 * Moments(values).standardDeviation
        return Row(
            name: name,
            unit: unit,
            live: live,
            simulated: simulated,
            tolerance: live != 0 ? allowed / abs(live) : tolerance,
            error: live != 0 ? (value - live) / live : nil,
            isMet: abs(value - live) <= allowed
        )
    }

    /// A count may be as far off as the latencies that it hangs on, and one more.
    private static func countRow(_ name: String, live: Int, _ simulated: [Double]) -> Row {
        Self.row(name, .count, live: Double(live), simulated, 0.1, slack: 1)
    }

    /// Requests that came before the replica that served them was ready: what the activator marks as cold.
    private static func waitedForStart(_ service: ServiceResult) -> Double {
        var readyAt: [Int: MonotonicInstant] = [:]
        for start in service.startLog { readyAt[start.replica] = start.readyAt }
        return Double(
            service.requestLog.count { request in
                readyAt[request.replica].map { $0 > request.arrivedAt } ?? false
            }
        )
    }

    /// How far the number of replicas strays from the mean of the simulated runs over time, by that one's range.
    ///
    /// Simulated runs stray from it as well: the live one may stray as far as the one that strays most.
    private static func seriesRow(
        _ recording: LiveRecording,
        _ runs: [(result: RunResult, shiftSeconds: Double)]
    ) -> Row {
        let live = Self.perSecond(recording, seconds: Int(recording.seconds))
        let perSecond = Int((1 / FidelityStudy.stepSeconds).rounded())
        let series = runs.map { run, shift -> [Double] in
            let own = run.services[0].timeline.steps
            let steps = (own.isEmpty ? run.timeline.steps : own).dropFirst(Int((shift * Double(perSecond)).rounded()))
            let counts = steps.map { Double($0.readyMilli + $0.startingMilli) / 1000 }
            return stride(from: 0, to: counts.count - counts.count % perSecond, by: perSecond).map { first in
                counts[first..<first + perSecond].reduce(0, +) / Double(perSecond)
            }
        }
        let count = series.reduce(live.count) { min($0, $1.count) }
        let mean = (0..<count).map { second in series.reduce(0) { $0 + $1[second] } / Double(series.count) }
        func error(_ values: [Double]) -> Double {
            Series.normalisedRootMeanSquareError(of: Array(values.prefix(count)), against: mean) ?? 0
        }
        let own = series.map(error)
        let strayed = error(live)
        let allowed = max(0.1, own.max() ?? 0)
        return Row(
            name: "replicas over time (nRMSE)",
            unit: .share,
            live: strayed,
            simulated: Replications.mean(of: own),
            tolerance: allowed,
            error: nil,
            isMet: strayed <= allowed
        )
    }

    /// The number of live replicas in each second, averaged over it.
    private static func perSecond(_ recording: LiveRecording, seconds: Int) -> [Double] {
        let steps = recording.replicaSteps(countsDraining: false)
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
    ///
    /// Simulated runs of other luck decide differently too: the live one may differ as much as they do, and a quarter
    /// and one more.
    private static func decisionRow(
        _ live: [LiveRecording.Event],
        _ runs: [(result: RunResult, shiftSeconds: Double)]
    ) -> Row {
        typealias Decision = (at: Double, replicas: Int)
        func differing(_ left: [Decision], _ right: [Decision]) -> Double {
            var open = right
            var unmatched = 0
            for decision in left {
                let match = open.firstIndex { abs($0.at - decision.at) <= 3 && $0.replicas == decision.replicas }
                if let match { open.remove(at: match) } else { unmatched += 1 }
            }
            return Double(unmatched + open.count) / 2
        }
        let decided = runs.map { run, shift in
            run.services[0].decisionLog.map { (at: Double($0.at.nanoseconds) / 1e9 - shift, replicas: $0.after) }
        }
        let seen = live.compactMap { event in event.replicas.map { (at: event.at, replicas: $0) } }
        let estimate = Replications.mean(of: decided.map { differing(seen, $0) })
        let pairs = decided.indices.flatMap { left in
            decided.indices.dropFirst(left + 1).map { differing(decided[left], decided[$0]) }
        }
        let own = Moments(pairs).mean
        let allowed = 1.25 * own + 1
        return Row(
            name: "decisions that differ",
            unit: .number,
            live: 0,
            simulated: estimate,
            tolerance: live.isEmpty ? 0 : allowed / Double(live.count),
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
