import ScalingCore
public import Timekeeping

/// The autoscaler that ships: `RevisionScaler`, looked at in the rhythm of the live loop.
///
/// Nothing is decided here. What a report, a wake or a replica means, and when to look, is `ScalingCore`'s word; this
/// only hands on what the engine tells.
public struct RevisionPolicy: ScalingPolicy {
    private let timing: DecisionTiming
    private let reporters: [String]
    private var revisions: [ObservedRevision]

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
            return ObservedRevision(
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
        let reporter = self.reporters[min(sample.reporter, self.reporters.count - 1)]
        self.revisions[self.position(of: sample.service)].observe(sample, from: reporter, self.timing, now: now)
        return false
    }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool {
        self.revisions[self.position(of: event.service)].noticed(event, self.timing, now: now)
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        let desired = self.revisions[self.position(of: view.service)].decide(view, self.timing, now: now)
        actions.append(.setReplicas(desired, service: view.service))
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.revisions[self.position(of: service)].due.map { self.timing.roundedUp($0) }
    }

    public func explanation(service: Int) -> String { self.revisions[self.position(of: service)].explanation }
}

// MARK: - Services that rest

extension RevisionPolicy {
    public mutating func rest(_ view: PolicyView, after now: MonotonicInstant) -> PolicyRest? {
        guard self.reporters.count == 1 else { return nil }
        return self.revisions[self.position(of: view.service)].rest(view, self.timing, now: now)
    }

    public mutating func catchUp(_ kept: KeptReports, view: PolicyView, before end: MonotonicInstant) -> Int {
        self.revisions[self.position(of: view.service)].catchUp(
            kept,
            from: self.reporters[0],
            view,
            self.timing,
            before: end
        )
    }
}
