import Autoscaler
import KubernetesClient
import ScalingCore
import ServingAPI
import Simulator
import Timekeeping

/// The live autoscaler's engine, told what a simulated policy was told.
struct EngineReplay {
    private static let id = RevisionID(namespace: "default", name: "a-predictor")
    private static let key = ObjectKey(namespace: "default", name: "a-predictor")

    /// A change of scale, and when.
    struct Change: Equatable, CustomStringConvertible {
        let at: MonotonicInstant
        let replicas: Int

        var description: String { "\(self.at.seconds(since: .zero)): \(self.replicas)" }
    }

    private var engine: AutoscalerEngine
    /// By name, when it was made; ready ones and starting ones.
    private var starting: [(name: String, since: MonotonicInstant)] = []
    private var ready: [String] = []
    /// Told to go, and not gone.
    private var leaving: [String] = []
    private var victims: [String] = []
    private var made = 0
    private var nextReport = MonotonicInstant.seconds(1)
    private(set) var changes: [Change] = []

    init(configuration: ScalingConfiguration, replicas: Int) {
        self.engine = AutoscalerEngine()
        self.engine.workloadChanged(Self.key, replicas: replicas, at: .zero)
        self.engine.workloadsKnown(at: .zero)
        self.engine.replicasKnown(true, at: .zero)
        // A scenario begins in the middle of life: activators have reported before.
        self.engine.reported([], from: "activator-0", at: .zero)
        while self.engine.advance(to: .zero) {}
        for _ in 0..<replicas {
            let name = self.name()
            self.ready.append(name)
            self.tell(name, isReady: true, since: .zero, at: .zero)
        }
        let revision = ScaledRevision(
            id: Self.id,
            uid: "1",
            service: "a",
            target: Self.key,
            configuration: configuration
        )
        self.engine.revisionChanged(revision, status: nil, at: .zero)
    }

    mutating func play(_ history: [(at: MonotonicInstant, entry: PolicyHistory.Entry)]) {
        for (position, (now, entry)) in history.enumerated() {
            self.advance(before: now)
            if case .noticed(let event) = entry, event.kind == .queueGrew, position + 1 < history.count,
                case (now, .decided(let view, _)) = history[position + 1]
            {
                // The decision that this leads to sees the replicas as they are by then.
                self.meet(view, at: now)
            }
            switch entry {
            case .observed(let sample): self.report(sample, at: now)
            case .noticed(let event): self.notice(event, at: now)
            case .decided(let view, let replicas):
                self.meet(view, at: now)
                self.advance(to: now)
                if let replicas { self.follow(replicas, at: now) }
            }
        }
    }

    // MARK: Events

    private mutating func report(_ sample: MetricSample, at now: MonotonicInstant) {
        let load = LoadReport(
            revision: Self.id,
            averageConcurrency: sample.averageConcurrency,
            requestsPerSecond: sample.requestsPerSecond,
            waiting: sample.waiting,
            inFlight: sample.inFlight
        )
        self.engine.reported([load], from: "activator-0", at: now)
        self.nextReport = now.advanced(by: .seconds(1))
        self.advance(to: now)
    }

    private mutating func notice(_ event: PolicyEvent, at now: MonotonicInstant) {
        switch event.kind {
        case .queueGrew:
            self.engine.woke(Self.id, waiting: event.waiting, at: now)
            self.carryOut(at: now)
        case .replicaReady:
            let since = now.advanced(byNanoseconds: -Int64((event.seconds * 1e9).rounded()))
            guard let position = self.starting.firstIndex(where: { abs($0.since.seconds(since: since)) < 1e-6 }) else {
                return
            }
            let replica = self.starting.remove(at: position)
            self.ready.append(replica.name)
            self.tell(replica.name, isReady: true, since: replica.since, at: now)
        case .replicaGone:
            guard !self.leaving.isEmpty else { return }
            self.engine.replicaRemoved(self.leaving.removeFirst(), of: Self.key, at: now)
        default: break
        }
    }

    /// Makes the pods those that the simulated policy sees.
    private mutating func meet(_ view: PolicyView, at now: MonotonicInstant) {
        while self.ready.count > view.ready {
            let position = self.ready.firstIndex { self.victims.contains($0) } ?? self.ready.count - 1
            self.drain(self.ready.remove(at: position), at: now)
        }
        for replica in self.starting where !view.startingSince.contains(replica.since) {
            self.engine.replicaRemoved(replica.name, of: Self.key, at: now)
        }
        self.starting.removeAll { !view.startingSince.contains($0.since) }
        for since in view.startingSince.dropFirst(self.starting.count) {
            let name = self.name()
            self.starting.append((name, since))
            self.tell(name, isReady: false, since: since, at: now)
        }
    }

    /// Replicas come and go as they did in the simulation: those that are starting go first, the newest of them before
    /// the others.
    private mutating func follow(_ replicas: Int, at now: MonotonicInstant) {
        while self.starting.count + self.ready.count < replicas {
            let name = self.name()
            self.starting.append((name, now))
            self.tell(name, isReady: false, since: now, at: now)
        }
        while self.starting.count + self.ready.count > replicas {
            if let replica = self.starting.popLast() {
                self.engine.replicaRemoved(replica.name, of: Self.key, at: now)
            } else {
                let position = self.ready.firstIndex { self.victims.contains($0) } ?? self.ready.count - 1
                self.drain(self.ready.remove(at: position), at: now)
            }
        }
    }

    private mutating func drain(_ name: String, at now: MonotonicInstant) {
        self.leaving.append(name)
        let snapshot = ReplicaSnapshot(name: name, isReady: true, isDeleting: true, createdAt: .zero)
        self.engine.replicaChanged(snapshot, of: Self.key, at: now)
    }

    private mutating func tell(_ name: String, isReady: Bool, since: MonotonicInstant, at now: MonotonicInstant) {
        let snapshot = ReplicaSnapshot(name: name, isReady: isReady, createdAt: since)
        self.engine.replicaChanged(snapshot, of: Self.key, at: now)
    }

    private mutating func name() -> String {
        self.made += 1
        return "a-\(self.made)"
    }

    // MARK: Time

    /// Activators report every second, whether there is anything to tell or not.
    private mutating func advance(before now: MonotonicInstant) {
        while let due = [self.engine.nextDeadline, self.nextReport].compactMap(\.self).min(), due < now {
            if due == self.nextReport {
                self.engine.reported([], from: "activator-0", at: due)
                self.nextReport = due.advanced(by: .seconds(1))
            }
            self.advance(to: due)
        }
    }

    private mutating func advance(to now: MonotonicInstant) {
        while self.engine.advance(to: now) {}
        self.carryOut(at: now)
    }

    private mutating func carryOut(at now: MonotonicInstant) {
        for action in self.engine.takeActions() {
            switch action {
            case .scale(let plan):
                // A plan may only take a mark off pods that can stay after all.
                if plan.replicas != plan.previous { self.changes.append(Change(at: now, replicas: plan.replicas)) }
                self.victims = plan.victims
                self.engine.scaleSucceeded(plan, at: now)
                self.engine.workloadChanged(Self.key, replicas: plan.replicas, at: now)
            case .writeStatus(let write): self.engine.statusWritten(write, succeeded: true, at: now)
            default: break
            }
        }
    }
}
