import ScalingCore
public import Timekeeping

/// The autoscaler's loop over a queue as it ships: `ScaledObjectScaler`, fed with the lag of the service's own topic.
public struct ScaledObjectPolicy: ScalingPolicy {
    private struct Target {
        let service: Int
        let targetLag: Double
        var scaler: ScaledObjectScaler
        var due: MonotonicInstant?
        var explanation = ""
    }

    private var targets: [Target]

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "scaled-object",
            summary: "The autoscaler that ships, on the lag of a queue: one loop from zero to many.",
            parameters: [
                .init(
                    name: "cooldown",
                    summary: "How long nothing must have been active before the scale becomes the minimum.",
                    unit: "seconds",
                    standard: 300,
                    range: 0...7200
                )
            ]
        ),
        make: { ScaledObjectPolicy($0) }
    )

    init(_ context: PolicyContext) {
        self.targets = zip(context.services, context.readyReplicas).map { service, ready in
            var queue = QueueModel()
            if case .queue(let model) = service.model.entry { queue = model }
            let scaling = service.model.scaling
            let most = scaling.maxScale == 0 ? Int(Int32.max) : scaling.maxScale
            let configuration = ScaledObjectConfiguration(
                minReplicas: scaling.minScale,
                // One consumer a partition is all that can work.
                maxReplicas: queue.partitions > 0 ? min(most, queue.partitions) : most,
                pollingIntervalSeconds: queue.pollSeconds,
                cooldownSeconds: context.parameters.number("cooldown") ?? 300,
                triggers: [TriggerConfiguration(type: "lag")]
            )
            return Target(
                service: service.index,
                targetLag: queue.targetLag,
                scaler: ScaledObjectScaler(configuration: configuration, now: context.now, currentReplicas: ready),
                due: nil
            )
        }
    }

    private func position(of service: Int) -> Int {
        guard let position = self.targets.firstIndex(where: { $0.service == service }) else {
            preconditionFailure("service \(service) is not governed by this policy")
        }
        return position
    }

    public var interests: PolicyInterests { [.samples, .replicas] }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        guard let lag = sample.lag else { return false }
        let position = self.position(of: sample.service)
        let metric = TriggerReading.Metric(name: "lag", value: Double(lag), target: self.targets[position].targetLag)
        let reading = TriggerReading(metrics: [metric], isActive: lag > 0)
        self.targets[position].scaler.record(reading, trigger: 0, at: now)
        return true
    }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool { event.kind != .replicasMoved }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        let position = self.position(of: view.service)
        let observation = ReplicaObservation(ready: view.ready, startingSince: view.startingSince)
        let decision = self.targets[position].scaler.decide(observation, now: now)
        self.targets[position].explanation = decision.explanation
        self.targets[position].due = decision.recheckAfterSeconds.map { now.advanced(by: .seconds($0)) }
        if let desired = decision.desiredReplicas { actions.append(.setReplicas(desired, service: view.service)) }
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.targets[self.position(of: service)].due
    }

    public func nextPoll(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.targets[self.position(of: service)].scaler.nextPoll(now: now)
    }

    public func explanation(service: Int) -> String { self.targets[self.position(of: service)].explanation }
}
