import NIOCore
import Synchronization
import Telemetry
import Timekeeping

/// Asks one replica whether it serves, every few milliseconds at first, until it does or is gone.
///
/// The kubelet's own probes come at most once a second; requests that wait should not.
final class ReplicaProber: Sendable {
    private let endpoint: ReplicaEndpoint
    private let runtime: RevisionRuntime
    private let loop: ProxyLoop
    private let onReady: @Sendable (ReplicaEndpoint) -> Void
    private let isStopped = Atomic<Bool>(false)

    init(
        endpoint: ReplicaEndpoint,
        runtime: RevisionRuntime,
        loop: ProxyLoop,
        onReady: @escaping @Sendable (ReplicaEndpoint) -> Void
    ) {
        self.endpoint = endpoint
        self.runtime = runtime
        self.loop = loop
        self.onReady = onReady
    }

    func start() {
        let interval = self.loop.settings.probeIntervalSeconds
        self.loop.eventLoop.execute { self.attempt(began: MonotonicClock.now(), interval: interval) }
    }

    func stop() {
        self.isStopped.store(true, ordering: .relaxed)
    }

    private func attempt(began: MonotonicInstant, interval: Double) {
        guard !self.isStopped.load(ordering: .relaxed) else { return }
        self.loop.connect(to: self.endpoint).assumeIsolated().whenComplete { result in
            self.loop.readClock()
            switch result {
            case .success(let upstream):
                upstream.probe { serverTiming in
                    guard let serverTiming else { return self.tryLater(began: began, interval: interval) }
                    self.succeeded(serverTiming)
                }
            case .failure:
                self.tryLater(began: began, interval: interval)
            }
        }
    }

    /// Every few milliseconds for the first seconds, then ever more slowly: what takes minutes to start does not mind a
    /// quarter of a second.
    private func tryLater(began: MonotonicInstant, interval: Double) {
        let settings = self.loop.settings
        let isEarly = MonotonicClock.now().seconds(since: began) < 2
        let next = isEarly ? interval : min(interval * 1.3, settings.maximumProbeIntervalSeconds)
        self.loop.eventLoop.scheduleTask(in: .nanoseconds(Int64(interval * 1e9))) {
            self.attempt(began: began, interval: next)
        }
    }

    private func succeeded(_ serverTiming: String) {
        guard !self.isStopped.load(ordering: .relaxed) else { return }
        self.endpoint.answered(ReplicaEndpoint.Readiness(at: MonotonicClock.now(), serverTiming: serverTiming))
        self.onReady(self.endpoint)
        self.runtime.replicaBecameReady(self.endpoint)
    }
}
