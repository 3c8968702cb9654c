import KubernetesClient
import Telemetry
import Timekeeping

/// Where transactions become durable, and how long that takes.
struct TransactionLog: Sendable {
    /// `nil` for a store that lives in memory alone.
    let database: ClusterDatabase?
    let meters: StoreMeters

    func commit(_ changes: [StoreChange]) throws(KubernetesError) {
        guard let database, !changes.isEmpty else { return }
        let start = MonotonicClock.now()
        try database.commit(changes)
        self.meters.commitSeconds.record(MonotonicClock.now().seconds(since: start))
    }
}
