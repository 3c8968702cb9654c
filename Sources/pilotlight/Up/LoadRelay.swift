import Activator
import Administration
import Autoscaler
import ServingAPI
import Synchronization

/// Hands the activator's reports to the autoscaler, and keeps the last ones for the dashboard.
final class LoadRelay: LoadReceiver, LiveLoadProvider {
    private let autoscaler: AutoscalerService
    private let last = Mutex<[RevisionLoad]>([])

    init(_ autoscaler: AutoscalerService) {
        self.autoscaler = autoscaler
    }

    func report(_ loads: [RevisionLoad], from activator: String) {
        self.last.withLock { $0 = loads }
        self.autoscaler.report(loads.map(LoadReport.init), from: activator)
    }

    func wake(_ revision: RevisionID, waiting: Int) {
        self.autoscaler.wake(revision, waiting: waiting)
    }

    func liveLoads() async -> [LiveLoad]? {
        self.last.withLock { loads in
            loads.map { load in
                LiveLoad(
                    revision: load.revision,
                    inFlight: load.inFlight,
                    waiting: load.waiting,
                    concurrency: load.averageConcurrency,
                    requestsPerSecond: load.requestsPerSecond
                )
            }
        }
    }
}

extension LoadReport {
    init(_ load: RevisionLoad) {
        self.init(
            revision: load.revision,
            averageConcurrency: load.averageConcurrency,
            requestsPerSecond: load.requestsPerSecond,
            waiting: load.waiting,
            inFlight: load.inFlight,
            replicas: load.replicas.map {
                Autoscaler.ReplicaLoad(podName: $0.podName, inFlight: $0.inFlight, isReady: $0.isReady)
            },
            intervalSeconds: load.intervalSeconds
        )
    }
}
