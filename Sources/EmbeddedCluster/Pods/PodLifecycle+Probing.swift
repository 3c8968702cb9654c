import KubernetesClient
import Telemetry
import Timekeeping

/// Finding out how containers are.
extension PodLifecycle {
    mutating func schedule(_ kind: ProbeKind, of index: Int) {
        guard let tracker = self.containers[index].trackers[kind],
            case .running(_, let since) = self.containers[index].stage
        else { return }
        let run = self.run(of: index)
        let ranFor = self.now.monotonic.duration(since: since.monotonic)
        let wait = tracker.spec.initialDelay - ranFor
        self.actions.append(wait > .zero ? .startTimer(.probe(run, kind), after: wait) : .probe(run, kind))
    }

    mutating func probed(_ run: ContainerRun, _ kind: ProbeKind, _ outcome: ProbeOutcome) {
        guard let index = self.index(of: run), self.isServing, self.containers[index].endingBecause == nil,
            case .running = self.containers[index].stage,
            let verdict = self.containers[index].trackers[kind]?.record(outcome, now: self.now.monotonic)
        else { return }
        switch (kind, verdict) {
        case (.startup, .passed):
            self.becameStarted(index)
            return
        case (.readiness, .passed): self.setReady(true, index)
        case (.readiness, .failed): self.setReady(false, index)
        case (.startup, .failed(let message)), (.liveness, .failed(let message)):
            self.end(index, after: kind, message)
            return
        case (.liveness, .passed), (_, .undecided): break
        }
        let interval = self.containers[index].trackers[kind]?.interval ?? .seconds(10)
        self.actions.append(.startTimer(.probe(run, kind), after: interval))
    }

    mutating func setReady(_ isReady: Bool, _ index: Int) {
        guard self.containers[index].isReady != isReady else { return }
        let wasReady = self.isReady
        self.containers[index].isReady = isReady
        self.report()
        guard !wasReady, self.isReady, let begun else { return }
        let milliseconds = Int((self.now.monotonic.seconds(since: begun.monotonic) * 1000).rounded())
        self.announce(
            .replicaReady,
            "Replica \(self.pod.key.name) is ready after \(milliseconds) ms.",
            ["milliseconds": "\(milliseconds)"]
        )
        self.begun = nil
    }
}
