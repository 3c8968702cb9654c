import ServingAPI
import Synchronization
import Telemetry
import Timekeeping

/// What the service itself measures, beside what the engine counts.
final class AutoscalerMeters: Sendable {
    struct Snapshot: Sendable {
        var busySeconds = 0.0
        /// From a waiting request's call until the write that answers it is sent, in seconds.
        var reaction = HistogramData(.reaction)
        /// What the API takes for a scale write, in seconds.
        var write = HistogramData(.reaction)
        /// What looks at event sources take, in seconds, by type of trigger.
        var looks: [String: HistogramData] = [:]
    }

    private let data = Mutex(Snapshot())

    func busy(_ seconds: Double) {
        self.data.withLock { $0.busySeconds += seconds }
    }

    func looked(type: String, seconds: Double) {
        self.data.withLock { $0.looks[type, default: HistogramData(.look)].record(seconds) }
    }

    func wrote(seconds: Double) {
        self.data.withLock { $0.write.record(seconds) }
    }

    func reacted(to wakes: [Inbox.Wake], with actions: [AutoscalerAction], at now: MonotonicInstant) {
        guard !wakes.isEmpty else { return }
        let urgent = actions.compactMap { action in
            if case .scale(let plan) = action, plan.isUrgent { plan.target } else { nil }
        }
        for wake in wakes where urgent.contains(where: wake.isAnswered) {
            self.data.withLock { $0.reaction.record(now.seconds(since: wake.receivedAt)) }
        }
    }

    func snapshot() -> Snapshot { self.data.withLock { $0 } }
}

extension HistogramBuckets {
    /// Seconds, from a millisecond to ten seconds.
    static let look = HistogramBuckets([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
    /// Seconds, from ten microseconds to one second.
    static let reaction = HistogramBuckets([
        0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1,
    ])
}
