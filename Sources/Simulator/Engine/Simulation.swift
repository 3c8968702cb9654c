import RoutingCore
import ScalingCore
import SimulationKit
import Timekeeping

/// A scenario under way: every state there is, and the loop that takes one event after the other.
///
/// A value that is used by one thread and only grows forward. It makes no decision of its own: which replica a request
/// gets is `RevisionDispatcher`'s word, how many there are is the policy's, which ones go is `ReplicaCandidate`'s.
struct Simulation {
    let scenario: Scenario
    let seed: UInt64
    let replication: Int
    let catalogue: PolicyCatalogue
    let horizon: Int64
    let warmUp: Int64

    var now: Int64 = 0
    var queue = EventQueue()
    var events: UInt64 = 0
    var requests = RequestArena()
    var services: ContiguousArray<ServiceState> = []
    var replicas: ContiguousArray<SimulatedReplica> = []
    var freeReplicas: [UInt32] = []
    var sources: ContiguousArray<SourceState> = []
    var shared: WorkPool<SharedWork> = WorkPool()
    var batches: WorkPool<BatchWork> = WorkPool()
    var tokens: WorkPool<TokenWork> = WorkPool()

    var policies: [any ScalingPolicy] = []
    /// Services by policy, and what each policy was made from.
    var governed: [[Int]] = []
    var references: [PolicyReference] = []
    var actions: [PolicyAction] = []
    var isAutoscalerDown = false
    /// Services whose load is reported, in no order.
    var reported: [Int] = []
    var isReportSet = false
    /// Room for the reports of one moment.
    var samples: [MetricSample] = []
    let reportInterval: Int64
    let isRestAllowed: Bool
    /// Services that rest.
    var resting = 0
    var deliveries = DeliveryRing()
    var preWarms: [(service: Int, replicas: Int)] = []

    var cluster: ClusterState?
    var artifacts: [Artifact] = []
    var faultStream: RandomStream
    var faultCounts: [UInt64] = []
    /// Positions of the faults that last at the moment.
    var activeFaults: [Int] = []

    var isCounting = true
    /// How long the request was worked on that was done last, in nanoseconds.
    var lastWork: Int64 = 0
    var result: RunResult

    init(_ run: SimulationRun) {
        let scenario = run.scenario
        self.scenario = scenario
        self.seed = run.seed
        self.replication = run.replication
        self.catalogue = run.catalogue
        self.horizon = Int64((scenario.horizonSeconds * 1e9).rounded())
        self.warmUp = Int64((scenario.warmUpSeconds * 1e9).rounded())
        self.reportInterval = max(1, Int64((scenario.metrics.reportSeconds * 1e9).rounded()))
        self.isRestAllowed = !run.keepsAllAwake && Self.allowsRest(scenario)
        self.faultStream = RandomStream(seed: run.seed, replication: run.replication, purpose: .faults)
        self.result = RunResult(
            scenario: scenario.name,
            seed: run.seed,
            replication: run.replication,
            horizonNanoseconds: self.horizon,
            warmUpNanoseconds: self.warmUp
        )
        self.cluster = scenario.cluster.map { ClusterState($0, seed: run.seed, replication: run.replication) }
        self.setUp()
    }

    var instant: MonotonicInstant { MonotonicInstant(nanoseconds: self.now) }

    mutating func schedule(_ kind: EventKind, after nanoseconds: Int64, lane: UInt16 = 0, argument: Int) {
        self.schedule(kind, at: self.now &+ nanoseconds, lane: lane, argument: argument)
    }

    @inline(__always)
    mutating func schedule(_ kind: EventKind, at nanoseconds: Int64, lane: UInt16 = 0, argument: Int) {
        // What lies beyond the end need not be remembered.
        guard nanoseconds <= self.horizon else { return }
        self.queue.schedule(
            at: nanoseconds,
            kind.eventClass,
            kind: kind.rawValue,
            lane: lane,
            argument: UInt32(truncatingIfNeeded: argument)
        )
    }

    /// Works on events until the horizon, or until `isStopped` says so.
    mutating func run(isStopped: () -> Bool) {
        var untilAsked = 8192
        while let event = self.queue.next() {
            self.now = event.nanoseconds
            self.events &+= 1
            self.handle(event)
            untilAsked -= 1
            guard untilAsked == 0 else { continue }
            untilAsked = 8192
            if isStopped() { return }
        }
        self.now = self.horizon
    }

    @inline(__always)
    private mutating func handle(_ event: Event) {
        guard let kind = EventKind(rawValue: event.kind) else { preconditionFailure("event kind \(event.kind)") }
        let subject = Int(event.argument)
        switch kind {
        case .slotDone: self.slotDone(event.argument, generation: event.lane)
        case .arrival: self.sourceArrived(subject)
        case .workDone: self.workDone(subject, epoch: event.lane)
        case .batchDue: self.batchDue(subject, epoch: event.lane)
        case .idleExpiry: self.idleTimerFired(subject, epoch: event.lane)
        case .clientThought: self.clientThought(subject)
        case .retry: self.requestRetried(event.argument)
        case .waitExpiry: self.waitTimerFired(subject)
        default: self.handleRare(kind, subject, lane: event.lane)
        }
    }

    private mutating func handleRare(_ kind: EventKind, _ subject: Int, lane: UInt16) {
        switch kind {
        case .phaseDone: self.phaseDone(subject, epoch: lane)
        case .routable: self.replicaRoutable(subject, epoch: lane)
        case .transferDone: self.transferDone(epoch: lane)
        case .fetchDone: self.fetchDone(subject)
        case .nodeReady: self.nodeReady(subject)
        case .nodeNotice: self.nodeNoticed(subject)
        case .nodeLost: self.nodeLost(subject)
        case .nodeIdle: self.nodeIdle(subject, epoch: lane)
        case .rebalanced: self.topicRebalanced(subject, epoch: lane)
        case .drainExpiry: self.drainExpired(subject, epoch: lane)
        case .tick: self.tick(subject, epoch: lane)
        case .wake: self.queueGrew(subject)
        case .actuation: self.actuate(subject)
        case .preWarm: self.preWarm(subject)
        case .poll: self.pollLag(subject)
        case .report: self.report()
        case .delivery: self.deliver()
        case .fault: self.faultBegins(subject)
        case .faultEnd: self.faultEnds(subject)
        case .warmUpEnd: self.beginCounting()
        case .timeline: self.recordStep()
        case .restEnd: self.restEnded(subject, epoch: lane)
        default: preconditionFailure("event kind \(kind)")
        }
    }
}
