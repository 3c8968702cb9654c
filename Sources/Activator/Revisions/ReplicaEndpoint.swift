import NIOCore
import RoutingCore
import ServingAPI
import Synchronization
import Timekeeping

/// Where a replica listens, and when it came to life.
///
/// Immutable but for its readiness.
final class ReplicaEndpoint: Sendable {
    /// How a cold start went, as far as this activator saw it.
    struct Readiness: Sendable {
        var at: MonotonicInstant
        /// The replica's own start-up phases, in the syntax of a `Server-Timing` field; empty when it tells none.
        var serverTiming: String
    }

    let id: ReplicaID
    let podName: String
    let podUID: String
    let address: SocketAddress
    let probe: ReplicaProbe
    /// When this activator first knew of it.
    let appearedAt: MonotonicInstant
    private let readiness = Mutex<Readiness?>(nil)
    private let isAnnounced = Atomic<Bool>(false)

    init(
        id: ReplicaID,
        podName: String,
        podUID: String,
        address: SocketAddress,
        probe: ReplicaProbe,
        appearedAt: MonotonicInstant
    ) {
        self.id = id
        self.podName = podName
        self.podUID = podUID
        self.address = address
        self.probe = probe
        self.appearedAt = appearedAt
    }

    /// The first time it answered; `nil` before.
    var firstReadiness: Readiness? { self.readiness.withLock { $0 } }

    /// True for the first caller only: of all requests that waited for this replica, one tells how it went.
    func announceOnce() -> Bool {
        !self.isAnnounced.exchange(true, ordering: .relaxed)
    }

    func answered(_ readiness: Readiness) {
        self.readiness.withLock { if $0 == nil { $0 = readiness } }
    }
}
