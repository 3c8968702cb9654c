public import KubernetesClient
public import Logging
public import ServiceLifecycle
public import ServingAPI
import Synchronization
public import Telemetry
import Timekeeping

/// The live autoscaler: follows revisions, pods and Deployments, takes in load, and writes scales.
///
/// All judgement is in `AutoscalerEngine`; this gives it a clock, a watch and a pen. One task drives the engine, in turns
/// of a few decisions each, so that a request that waits is never behind a long row of ticks.
public final class AutoscalerService: Service {
    /// Decisions and reports worked on before the inbox is looked at again: well below a millisecond.
    private static let turnBudget = 32

    let api: any KubernetesAPI
    let settings: AutoscalerSettings
    private let engine: Mutex<AutoscalerEngine>
    let inbox: Inbox
    let workshop: TriggerWorkshop
    let meters = AutoscalerMeters()
    private let feed: ActivityFeed
    private let log: Logger

    /// - Parameters:
    ///   - triggers: What can be asked how much work there is.
    ///   - credentials: Where triggers find what their `authenticationRef` names; `nil`: such triggers are refused.
    ///   - metrics: Where the autoscaler's metrics are reported; `nil` for nowhere.
    public init(
        api: any KubernetesAPI,
        triggers: any TriggerSource = TriggerSources([]),
        credentials: (any CredentialSource)? = nil,
        settings: AutoscalerSettings = AutoscalerSettings(),
        metrics: MetricsRegistry? = nil,
        feed: ActivityFeed = ActivityFeed(),
        log: Logger = Logger(label: "autoscaler")
    ) {
        self.api = api
        self.settings = settings
        self.engine = Mutex(AutoscalerEngine(settings: settings))
        let inbox = Inbox(batchLimit: settings.waitingBatches)
        self.inbox = inbox
        self.workshop = TriggerWorkshop(api: api, source: triggers, credentials: credentials, inbox: inbox, log: log)
        self.feed = feed
        self.log = log
        metrics?.register(AutoscalerMetrics(service: self))
    }

    // MARK: Ingestion

    /// Takes a batch of reports: every revision that had load at the activator in the last interval.
    ///
    /// Send one each second, an empty one too; an activator that sends nothing is unknown, not idle.
    ///
    /// Returns at once, from any thread.
    public func report(_ loads: [LoadReport], from activator: String) {
        self.inbox.put(Inbox.Batch(activator: activator, loads: loads, receivedAt: MonotonicClock.now()))
    }

    /// A request waits and no replica can take it.
    ///
    /// Returns at once, from any thread.
    ///
    /// - Parameter waiting: Requests that wait now. Call again whenever they have become twice as many.
    public func wake(_ revision: RevisionID, waiting: Int = 1) {
        self.inbox.put(Inbox.Wake(revision: revision, waiting: waiting, receivedAt: MonotonicClock.now()))
    }

    /// Every trigger of every ScaledObject as it is now, object by object in the order of `spec.triggers`.
    public var triggerStates: [TriggerState] {
        self.engine.withLock { engine in
            engine.slots.flatMap { state -> [TriggerState] in
                guard let events = state?.events else { return [] }
                return events.polls.indices.map { TriggerState(events, trigger: $0) }
            }
        }
    }

    /// What the metrics report.
    var reading: AutoscalerReading {
        self.engine.withLock { AutoscalerReading(engine: $0, meters: self.meters.snapshot()) }
    }

    // MARK: Running

    /// Runs until the task is cancelled or the service is asked to end; writes under way are abandoned then.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            self.follow(.revision, in: &group) { .revisions($0, receivedAt: $2) }
            self.follow(.pod, in: &group) { .pods($0, isFirstList: $1, receivedAt: $2) }
            self.follow(.deployment, in: &group) { .deployments($0, isFirstList: $1, receivedAt: $2) }
            group.addTask { await self.workshop.run() }
            var lanes = Lanes(self.settings)
            var timer = TimerState()
            for await _ in self.inbox.rings.cancelOnGracefulShutdown() {
                while self.turn(&lanes, in: &group) { await Task.yield() }
                self.arm(&timer, in: &group)
            }
            group.cancelAll()
        }
    }

    private func follow(
        _ type: ResourceType,
        in group: inout DiscardingTaskGroup,
        as event: @escaping @Sendable ([InformerChange], Bool, MonotonicInstant) -> Inbox.Event
    ) {
        let informer = Informer(api: self.api, type: type, log: self.log)
        group.addTask {
            await informer.run { changes in
                self.inbox.put(event(changes, !informer.isSynced, MonotonicClock.now()))
            }
        }
    }

    /// Tells the engine what came in, lets it do a little, and has carried out what it wants.
    ///
    /// - Returns: Whether there is more to do already.
    private func turn(_ lanes: inout Lanes, in group: inout DiscardingTaskGroup) -> Bool {
        let content = self.inbox.empty()
        let begin = MonotonicClock.now()
        let (actions, isMoreDue) = self.engine.withLock { engine in
            engine.take(content, at: begin, wallTime: .now())
            let isMoreDue = engine.advance(to: MonotonicClock.now(), budget: Self.turnBudget)
            return (engine.takeActions(), isMoreDue)
        }
        self.meters.busy(MonotonicClock.now().seconds(since: begin))
        for event in content.events { self.leaveLane(event, &lanes, in: &group) }
        for action in actions { self.perform(action, &lanes, in: &group) }
        self.meters.reacted(to: content.wakes, with: actions, at: MonotonicClock.now())
        return isMoreDue
    }

    /// What is under way and what waits for its turn.
    private struct Lanes {
        var writes: WriteLanes
        var polls: PollLanes

        init(_ settings: AutoscalerSettings) {
            self.writes = WriteLanes(limit: settings.writesAtOnce)
            self.polls = PollLanes(limit: settings.looksAtOnce)
        }
    }

    // MARK: Deadlines

    /// The earliest moment for which a sleeper rings; one that rings for nothing does no harm.
    private struct TimerState {
        var armedFor: MonotonicInstant?
    }

    private func arm(_ timer: inout TimerState, in group: inout DiscardingTaskGroup) {
        let now = MonotonicClock.now()
        if let armed = timer.armedFor, armed <= now { timer.armedFor = nil }
        guard let due = self.engine.withLock({ $0.nextDeadline }) else { return }
        if let armed = timer.armedFor, armed <= due { return }
        timer.armedFor = due
        let wait = max(.zero, due.duration(since: now))
        group.addTask {
            try? await Task.sleep(for: wait)
            self.inbox.ring()
        }
    }

    // MARK: Writing

    private func perform(
        _ action: AutoscalerAction,
        _ lanes: inout Lanes,
        in group: inout DiscardingTaskGroup
    ) {
        switch action {
        case .scale(let plan):
            if let plan = lanes.writes.enter(plan) { self.begin(plan, in: &group) }
        case .measure(let target, let selector):
            group.addTask { await self.measure(target, selector) }
        case .poll(let order):
            self.begin(order, &lanes.polls, in: &group)
        case .writeObjectStatus(let write):
            group.addTask {
                let error = await ScaleWriter(api: self.api).write(write)
                self.inbox.put(.objectStatusEnded(write, error))
            }
        case .writeStatus(let write):
            group.addTask {
                let error = await ScaleWriter(api: self.api).write(write)
                self.inbox.put(.statusEnded(write, error))
            }
        case .announce(let note):
            self.feed.publish(note.kind, subject: note.subject, message: note.message)
        }
    }

    private func leaveLane(_ event: Inbox.Event, _ lanes: inout Lanes, in group: inout DiscardingTaskGroup) {
        if case .lookEnded(let lane) = event { return self.lookEnded(lane, &lanes.polls, in: &group) }
        guard case .scaleEnded(let plan, let error) = event else { return }
        if let error {
            self.log.warning("scale not written", metadata: ["target": "\(plan.target)", "error": "\(error)"])
        }
        if let next = lanes.writes.leave(plan.target) { self.begin(next, in: &group) }
    }

    private func begin(_ plan: ScalePlan, in group: inout DiscardingTaskGroup) {
        group.addTask {
            let began = MonotonicClock.now()
            let outcome = await ScaleWriter(api: self.api).carryOut(plan) { self.engine.withLock { $0.isNewest(plan) } }
            self.meters.wrote(seconds: MonotonicClock.now().seconds(since: began))
            if case .done = outcome { self.announce(plan) }
            self.inbox.put(.scaleEnded(plan, outcome.error))
        }
    }

    private func announce(_ plan: ScalePlan) {
        guard plan.replicas != plan.previous else { return }
        let change = "from \(plan.previous) to \(plan.replicas)"
        self.log.info("scaled", metadata: ["target": "\(plan.target)", "change": "\(change)"])
        self.feed.publish(
            plan.replicas == 0 ? .scaledToZero : .scaled,
            subject: plan.subject,
            message: plan.replicas == 0
                ? "Back to zero from \(plan.previous). \(plan.explanation)"
                : "Scaled \(change). \(plan.explanation)",
            fields: ["replicas": "\(plan.replicas)", "previous": "\(plan.previous)", "target": plan.target.name]
        )
    }
}
