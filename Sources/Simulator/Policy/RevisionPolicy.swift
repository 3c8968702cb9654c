import ScalingCore
public import Timekeeping

/// The autoscaler that ships: `RevisionScaler`, looked at in the rhythm of the live loop.
///
/// Nothing is decided here. What a report, a wake or a replica means, and when to look, is `ScalingCore`'s word; this
/// only hands on what the engine tells.
public struct RevisionPolicy: ScalingPolicy {
    /// What one reporter said last.
    private struct Report {
        var waiting = 0
        var inFlight = 0
    }

    private struct Revision {
        let service: Int
        let configuration: ScalingConfiguration
        var scaler: RevisionScaler
        var wake = WakeMemory()
        var stuck = StuckStart()
        var reports: [Report] = []
        var decidedAt: MonotonicInstant?
        var due: MonotonicInstant?
        /// What is in force, which the wake of Knative's policy asks for.
        var desired = 0
        var decision: ScalingDecision?
        var objection: String?
    }

    private let timing: DecisionTiming
    private let reporters: [String]
    private var revisions: [Revision]

    public static let factories: [PolicyFactory] = ScalingPolicyName.allCases.map { name in
        PolicyFactory(
            description: PolicyDescription(name: name.rawValue, summary: Self.summary(name)),
            make: { RevisionPolicy(name, $0) }
        )
    }

    private static func summary(_ name: ScalingPolicyName) -> String {
        switch name {
        case .pilotlight: "The autoscaler that ships: counts replicas that are starting, and never saws."
        case .knative: "Knative's decider, tick for tick."
        }
    }

    init(_ name: ScalingPolicyName, _ context: PolicyContext) {
        self.timing = DecisionTiming(tick: .seconds(context.pipeline.tickSeconds))
        self.reporters = (0..<max(1, context.pipeline.activators)).map { "activator-\($0)" }
        self.revisions = zip(context.services, context.readyReplicas).map { service, ready in
            var configuration = service.model.scaling
            configuration.policy = name
            return Revision(
                service: service.index,
                configuration: configuration,
                scaler: RevisionScaler(
                    configuration: configuration,
                    now: context.now,
                    readyReplicas: ready,
                    // A scenario begins in the middle of a service's life.
                    hasReachedInitialScale: true
                ),
                due: context.now
            )
        }
    }

    public var interests: PolicyInterests { [.samples, .wakes, .replicas] }

    private func position(of service: Int) -> Int {
        if self.revisions.count == 1 { return 0 }
        guard let position = self.revisions.firstIndex(where: { $0.service == service }) else {
            preconditionFailure("service \(service) is not governed by this policy")
        }
        return position
    }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        let position = self.position(of: sample.service)
        while self.revisions[position].reports.count <= sample.reporter {
            self.revisions[position].reports.append(Report())
        }
        self.revisions[position].reports[sample.reporter] = Report(waiting: sample.waiting, inFlight: sample.inFlight)
        self.revisions[position].wake.heard(waiting: sample.waiting, at: now)
        self.revisions[position].scaler.record(
            LoadSample(averageConcurrency: sample.averageConcurrency, requestsPerSecond: sample.requestsPerSecond),
            from: self.reporters[min(sample.reporter, self.reporters.count - 1)],
            at: now
        )
        let wasAsleep = self.revisions[position].due == nil
        if wasAsleep || self.revisions[position].wake.hasGrown(to: sample.waiting) { self.ask(position, now) }
        return false
    }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool {
        let position = self.position(of: event.service)
        switch event.kind {
        case .queueGrew:
            let isNews = self.revisions[position].wake.woke(
                waiting: event.waiting,
                at: now,
                spacing: self.timing.eventSpacing
            )
            let isHeard = self.timing.isWakeHeard(
                policy: self.revisions[position].configuration.policy,
                current: self.revisions[position].desired
            )
            if isNews, isHeard { return true }
            self.ask(position, now)
        case .replicaReady:
            self.revisions[position].scaler.replicaStarted(tookSeconds: event.seconds)
            self.ask(position, now)
        case .replicasMoved, .replicaLost, .replicaGone: self.ask(position, now)
        case .requestArrived, .requestWaits, .requestFinished, .becameIdle: break
        }
        return false
    }

    /// Asks for a decision because something happened.
    private mutating func ask(_ position: Int, _ now: MonotonicInstant) {
        let due = self.timing.afterEvent(
            policy: self.revisions[position].configuration.policy,
            hasDecided: self.revisions[position].decision != nil,
            place: self.revisions[position].service,
            decidedAt: self.revisions[position].decidedAt,
            now: now
        )
        self.revisions[position].due = min(self.revisions[position].due ?? due, due)
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        let position = self.position(of: view.service)
        let reports = self.revisions[position].reports
        let waiting = self.revisions[position].wake.waitingToDecide(
            reported: reports.reduce(0) { $0 + $1.waiting },
            now: now,
            hold: self.timing.wakeHold
        )
        let observation = ReplicaObservation(
            ready: view.ready,
            startingSince: view.startingSince,
            waitingRequests: waiting,
            inFlightRequests: reports.reduce(0) { $0 + $1.inFlight }
        )
        let decision = self.revisions[position].scaler.decide(observation, now: now)
        self.revisions[position].decision = decision
        self.revisions[position].decidedAt = now
        var desired = decision.desiredReplicas ?? self.revisions[position].configuration.bounded(view.desired)
        self.revisions[position].objection = nil
        if decision.desiredReplicas != nil {
            let stuck = self.revisions[position].stuck.objection(
                wanted: desired,
                current: view.desired,
                ready: view.ready,
                policy: self.revisions[position].configuration.policy,
                deadlineSeconds: self.revisions[position].configuration.progressDeadlineSeconds,
                now: now
            )
            if let stuck {
                desired = view.desired
                self.revisions[position].objection =
                    "Holding \(desired): no replica became ready for \(Int(stuck)) s; still trying."
            }
        }
        self.revisions[position].desired = desired
        self.planNext(position, decision, view, now)
        actions.append(.setReplicas(desired, service: view.service))
    }

    private mutating func planNext(
        _ position: Int,
        _ decision: ScalingDecision,
        _ view: PolicyView,
        _ now: MonotonicInstant
    ) {
        let revision = self.revisions[position]
        // Who could not decide yet will once its load is known, and does not sleep before.
        let isAsleep =
            decision.desiredReplicas != nil && view.committed == 0 && revision.desired == 0
            && !revision.reports.contains { $0.waiting + $0.inFlight > 0 }
            && !revision.wake.isWoken(now: now, hold: self.timing.wakeHold)
            && (decision.stableValue ?? 0) == 0 && (decision.panicValue ?? 0) == 0
        guard !isAsleep else {
            // A keep-alive rule may want a replica there before the next request.
            let change = decision.keepAlive?.changesInSeconds
            self.revisions[position].due = change.map { now.advanced(by: .seconds($0)) }
            return
        }
        var due = self.timing.nextTick(place: revision.service, after: now)
        if let seconds = decision.recheckAfterSeconds { due = min(due, now.advanced(by: .seconds(seconds))) }
        self.revisions[position].due = due
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.revisions[self.position(of: service)].due.map { self.timing.roundedUp($0) }
    }

    public func explanation(service: Int) -> String {
        let revision = self.revisions[self.position(of: service)]
        return revision.objection ?? revision.decision?.explanation ?? ""
    }
}
