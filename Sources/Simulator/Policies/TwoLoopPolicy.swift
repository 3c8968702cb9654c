import ScalingCore
public import Timekeeping

/// KEDA's two loops: one that polls the source and moves between zero and one, and an HPA from one upward.
///
/// A yardstick: `KedaModel` is what the real one computes. At zero the HPA is off, and nobody waits for it.
public struct TwoLoopPolicy: ScalingPolicy {
    private struct Loop: Sendable {
        var model: KedaModel
        let target: Double
        var level = 0.0
        var isAtZero = true
        var explanation = ""

        var reading: TriggerReading {
            let metric = TriggerReading.Metric(name: "level", value: self.level, target: self.target)
            return TriggerReading(metrics: [metric], isActive: self.level > 0)
        }
    }

    private var loops: [Int: Loop] = [:]

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "keda",
            summary: "KEDA's two loops: polls between zero and one, and an HPA from one upward.",
            parameters: parameters
        ),
        problems: { ParameterCheck.problems(of: $0, known: parameters) },
        make: { TwoLoopPolicy($0) }
    )

    private static let parameters =
        [
            PolicyDescription.Parameter(
                name: "poll",
                summary: "How often the source is looked at.",
                unit: "seconds",
                standard: 30,
                range: 1...600
            ),
            .init(
                name: "cooldown",
                summary: "How long nothing must have been active before the scale becomes zero.",
                unit: "seconds",
                standard: 300,
                range: 0...7200
            ),
        ] + HorizontalPolicy.parameters

    init(_ context: PolicyContext) {
        for service in context.services {
            let settings = HorizontalSettings(service.model, context.parameters)
            let configuration = ScaledObjectConfiguration(
                minReplicas: settings.least,
                maxReplicas: settings.most,
                pollingIntervalSeconds: context.parameters.number("poll") ?? 30,
                cooldownSeconds: context.parameters.number("cooldown") ?? 300,
                triggers: [TriggerConfiguration(type: "level")],
                behavior: settings.behavior
            )
            self.loops[service.index] = Loop(
                model: KedaModel(configuration: configuration, now: context.now),
                target: settings.target
            )
        }
    }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        self.loops[sample.service]?.level = sample.lag.map(Double.init) ?? sample.averageConcurrency
        return false
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard var loop = self.loops[view.service] else { return }
        let before = max(view.desired, view.committed)
        var scale = before
        if now >= loop.model.nextPoll {
            scale = loop.model.poll([loop.reading], current: before, now: now)
            if scale != before { loop.explanation = "the poll found \(loop.level): \(scale)" }
        }
        // What the poll has just written the other loop sees at its next look.
        if now >= loop.model.nextSync {
            let synced = loop.model.sync([loop.reading], current: before, ready: view.ready, now: now)
            if scale == before, before > 0 {
                scale = synced
                loop.explanation = HorizontalSettings.explanation(
                    loop.level,
                    target: loop.target,
                    ready: view.ready,
                    desired: scale
                )
            }
        }
        loop.isAtZero = scale == 0
        self.loops[view.service] = loop
        if scale != before { actions.append(.setReplicas(scale, service: view.service)) }
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        guard let loop = self.loops[service] else { return nil }
        let due = loop.isAtZero ? loop.model.nextPoll : min(loop.model.nextPoll, loop.model.nextSync)
        return max(due, now.advanced(byNanoseconds: 1))
    }

    public func explanation(service: Int) -> String { self.loops[service]?.explanation ?? "" }
}
