import KubernetesClient
import ScalingCore
import ServingAPI
import Timekeeping

@testable import Autoscaler

/// A cluster on virtual time around an engine: it carries out what the engine wants, starts and stops pods, and reports
/// load once a second.
///
/// Every step goes to the next thing that happens, so a run is exact and takes no time.
struct EngineWorld {
    /// One service of the world.
    struct Service {
        var replicas = 0
        var pods: [String: ReplicaSnapshot] = [:]
        /// When starting pods become ready.
        var readyAt: [String: MonotonicInstant] = [:]
        /// Requests in flight or waiting, by the second of the run.
        var load: @Sendable (Double) -> Double = { _ in 0 }
        var podsMade = 0
    }

    /// What the engine did, and when.
    struct Scaling: Equatable {
        let seconds: Double
        let replicas: Int
    }

    var engine: AutoscalerEngine
    var now = MonotonicInstant.seconds(1000)
    let start = MonotonicInstant.seconds(1000)
    var services: [RevisionID: Service] = [:]
    var startupSeconds = 2.0
    /// Activators that send reports; the first carries the load.
    var activators = ["activator-0"]
    var scalings: [RevisionID: [Scaling]] = [:]
    var plans: [ScalePlan] = []
    var statusWrites: [StatusWrite] = []
    var notes: [AutoscalerNote] = []
    var objectWrites: [ScaledObjectStatusWrite] = []
    /// What sources of events answer, by ScaledObject and trigger.
    var sources: [ObjectKey: [Source]] = [:]
    /// Cores that pods use, for who asks.
    var usage: [String: Double] = [:]
    /// Looks at event sources, in order.
    var looks: [Look] = []
    /// Looks that have not come back yet, and when they will.
    var pendingLooks: [(at: MonotonicInstant, report: TriggerReport)] = []
    /// What the API answers to a scale write: `false` refuses it.
    var acceptsScale: @Sendable (ScalePlan) -> Bool = { _ in true }

    init(settings: AutoscalerSettings = AutoscalerSettings()) {
        self.engine = AutoscalerEngine(settings: settings)
    }

    static func revision(
        _ name: String = "iris-predictor",
        _ configuration: ScalingConfiguration = ScalingConfiguration(target: 10, total: 14)
    ) -> ScaledRevision {
        ScaledRevision(
            id: RevisionID(namespace: "default", name: name),
            uid: "uid-\(name)",
            service: "iris",
            target: ObjectKey(namespace: "default", name: name),
            configuration: configuration
        )
    }

    var seconds: Double { self.now.seconds(since: self.start) }

    // MARK: Setting up

    /// Adds a service with ready pods, all known to the engine.
    mutating func add(_ revision: ScaledRevision, replicas: Int = 0, status: RevisionStatus? = nil) {
        self.engine.revisionChanged(revision, status: status, at: self.now)
        self.addWorkload(revision.id, replicas: replicas)
    }

    /// Adds a Deployment with ready pods.
    mutating func addWorkload(_ id: RevisionID, replicas: Int) {
        self.services[id] = Service(replicas: replicas)
        self.engine.workloadChanged(id.target, replicas: replicas, at: self.now)
        for _ in 0..<replicas { self.makePod(of: id, ready: true) }
    }

    /// The lists of pods and Deployments were read.
    mutating func sync() {
        self.engine.workloadsKnown(at: self.now)
        self.engine.replicasKnown(true, at: self.now)
        self.settle()
    }

    mutating func setLoad(_ id: RevisionID, _ load: @escaping @Sendable (Double) -> Double) {
        self.services[id]?.load = load
    }

    // MARK: Running

    mutating func wake(_ id: RevisionID, waiting: Int = 1) {
        self.engine.woke(id, waiting: waiting, at: self.now)
        self.settle()
    }

    /// Runs for so long, with a report of every activator at each whole second.
    mutating func run(seconds: Double, reporting: Bool = true) {
        let end = self.now.advanced(by: .seconds(seconds))
        while let next = self.nextMoment(reporting: reporting), next <= end {
            self.now = max(next, self.now)
            self.startPods()
            self.finishLooks()
            if reporting, self.now.nanoseconds % 1_000_000_000 == 0 { self.report() }
            self.settle()
        }
        self.now = end
    }

    private func nextMoment(reporting: Bool) -> MonotonicInstant? {
        let second: Int64 = 1_000_000_000
        let report = MonotonicInstant(nanoseconds: (self.now.nanoseconds / second + 1) * second)
        let readiness = self.services.values.flatMap(\.readyAt.values).min()
        let look = self.pendingLooks.map(\.at).min()
        let deadline = self.engine.nextDeadline.map { max($0, self.now) }
        return [reporting ? report : nil, readiness, deadline, look].compactMap(\.self).min()
    }

    mutating func report() {
        for (position, activator) in self.activators.enumerated() {
            var loads: [LoadReport] = []
            if position == 0 {
                for (id, service) in self.services { loads += self.report(on: service, id: id) }
            }
            self.engine.reported(loads.sorted { $0.revision < $1.revision }, from: activator, at: self.now)
        }
    }

    private func report(on service: Service, id: RevisionID) -> [LoadReport] {
        let load = service.load(self.seconds)
        guard load > 0 else { return [] }
        let ready = service.pods.values.filter(\.isServing).map(\.name).sorted()
        let share = ready.isEmpty ? 0 : Int(load) / ready.count
        return [
            LoadReport(
                revision: id,
                averageConcurrency: load,
                requestsPerSecond: load,
                waiting: ready.isEmpty ? Int(load.rounded(.up)) : 0,
                inFlight: ready.isEmpty ? 0 : Int(load.rounded(.up)),
                replicas: ready.map { ReplicaLoad(podName: $0, inFlight: share, isReady: true) }
            )
        ]
    }

    private mutating func startPods() {
        for id in self.services.keys.sorted() {
            let due = self.services[id]?.readyAt.filter { $0.value <= self.now }.keys.sorted() ?? []
            for name in due {
                self.services[id]?.readyAt[name] = nil
                self.services[id]?.pods[name]?.isReady = true
                self.tell(name, of: id)
            }
        }
    }

    /// Lets the engine do what is due and carries out what it wants, until it wants nothing more now.
    mutating func settle() {
        while true {
            let isMoreDue = self.engine.advance(to: self.now)
            let actions = self.engine.takeActions()
            for action in actions { self.carryOut(action) }
            if actions.isEmpty, !isMoreDue { return }
        }
    }

    private mutating func carryOut(_ action: AutoscalerAction) {
        switch action {
        case .scale(let plan):
            self.plans.append(plan)
            guard self.acceptsScale(plan) else {
                return self.engine.scaleFailed(plan, isMissing: false, at: self.now)
            }
            self.scalings[plan.workload, default: []].append(Scaling(seconds: self.seconds, replicas: plan.replicas))
            self.engine.scaleSucceeded(plan, at: self.now)
            self.apply(plan)
        case .writeStatus(let write):
            self.statusWrites.append(write)
            self.engine.statusWritten(write, succeeded: true, at: self.now)
        case .writeObjectStatus(let write):
            self.objectWrites.append(write)
            self.engine.objectStatusWritten(write, succeeded: true, at: self.now)
        case .poll(let order):
            self.look(order)
        case .measure(let target, _):
            self.engine.replicasMeasured(self.usage, of: target)
        case .announce(let note):
            self.notes.append(note)
        }
    }

    // MARK: The cluster

    private mutating func apply(_ plan: ScalePlan) {
        self.services[plan.workload]?.replicas = plan.replicas
        for name in plan.victims { self.mark(name, of: plan.workload, true) }
        for name in plan.reprieved { self.mark(name, of: plan.workload, false) }
        self.engine.workloadChanged(plan.target, replicas: plan.replicas, at: self.now)
        while self.services[plan.workload]?.pods.count ?? 0 < plan.replicas {
            self.makePod(of: plan.workload, ready: false)
        }
        let surplus = (self.services[plan.workload]?.pods.count ?? 0) - plan.replicas
        for name in self.firstToGo(of: plan.workload).prefix(max(0, surplus)) {
            self.services[plan.workload]?.pods[name] = nil
            self.services[plan.workload]?.readyAt[name] = nil
            self.engine.replicaRemoved(name, of: plan.target, at: self.now)
        }
    }

    private func firstToGo(of id: RevisionID) -> [String] {
        (self.services[id]?.pods.values ?? [:].values).sorted { left, right in
            if left.isReady != right.isReady { return !left.isReady }
            if left.isMarkedAsVictim != right.isMarkedAsVictim { return left.isMarkedAsVictim }
            return left.name > right.name
        }.map(\.name)
    }

    private mutating func makePod(of id: RevisionID, ready: Bool) {
        let number = self.services[id]?.podsMade ?? 0
        self.services[id]?.podsMade = number + 1
        let name = "\(id.name)-\(number)"
        self.services[id]?.pods[name] = ReplicaSnapshot(name: name, isReady: ready, createdAt: self.now)
        if !ready { self.services[id]?.readyAt[name] = self.now.advanced(by: .seconds(self.startupSeconds)) }
        self.tell(name, of: id)
    }

    private mutating func mark(_ name: String, of id: RevisionID, _ isMarked: Bool) {
        self.services[id]?.pods[name]?.isMarkedAsVictim = isMarked
        self.tell(name, of: id)
    }

    private mutating func tell(_ name: String, of id: RevisionID) {
        guard let pod = self.services[id]?.pods[name] else { return }
        self.engine.replicaChanged(pod, of: id.target, at: self.now)
    }
}

extension RevisionID {
    /// In the world of these tests a revision and its Deployment bear one name.
    var target: ObjectKey { ObjectKey(namespace: self.namespace, name: self.name) }
}

extension ScalePlan {
    var workload: RevisionID { RevisionID(namespace: self.target.namespace, name: self.target.name) }
}
