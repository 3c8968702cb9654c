import ScalingCore
public import Timekeeping

/// KEDA's two loops: one that polls the source and moves between zero and one, and an HPA from one upward.
///
/// A yardstick, with its published mechanics: the poll comes every 30 s, activation gives one replica, growth beyond it
/// waits for the HPA's own 15 s, and zero comes when nothing was active for five minutes.
public struct TwoLoopPolicy: ScalingPolicy {
    private struct Loop: Sendable {
        let least: Int
        var level = 0.0
        var lastActive: MonotonicInstant?
        var nextPoll: MonotonicInstant
        /// At zero the HPA is switched off, and nobody waits for it.
        var isHorizontal = false
        var explanation = ""
    }

    private let pollSeconds: Double
    private let cooldownSeconds: Double
    private var loops: [Int: Loop] = [:]
    private var horizontal: HorizontalPolicy

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
        self.pollSeconds = context.parameters.number("poll") ?? 30
        self.cooldownSeconds = context.parameters.number("cooldown") ?? 300
        self.horizontal = HorizontalPolicy(context)
        for service in context.services {
            self.loops[service.index] = Loop(least: service.model.scaling.minScale, nextPoll: context.now)
        }
    }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        self.loops[sample.service]?.level = sample.lag.map(Double.init) ?? sample.averageConcurrency
        return self.horizontal.observe(sample, now: now)
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard var loop = self.loops[view.service] else { return }
        let current = max(view.desired, view.committed)
        if now >= loop.nextPoll {
            loop.nextPoll = now.advanced(by: .seconds(self.pollSeconds))
            let isActive = loop.level > 0
            if isActive { loop.lastActive = now }
            let isCool = loop.lastActive.map { now.seconds(since: $0) >= self.cooldownSeconds } ?? true
            if isActive, current == 0 {
                loop.explanation = "the poll found \(loop.level), so one replica comes"
                actions.append(.setReplicas(max(1, loop.least), service: view.service))
                loop.isHorizontal = true
                self.horizontal.skipSyncs(service: view.service, to: now)
                self.loops[view.service] = loop
                return
            }
            if !isActive, isCool, current > loop.least {
                loop.explanation = "nothing was active for \(Int(self.cooldownSeconds)) s"
                actions.append(.setReplicas(loop.least, service: view.service))
                loop.isHorizontal = loop.least > 0
                self.loops[view.service] = loop
                return
            }
        }
        loop.isHorizontal = current > 0
        if loop.isHorizontal { self.horizontal.decide(view, now: now, actions: &actions) }
        loop.explanation = self.horizontal.explanation(service: view.service)
        self.loops[view.service] = loop
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        guard let loop = self.loops[service] else { return nil }
        let sync = loop.isHorizontal ? self.horizontal.nextWake(service: service, after: now) : nil
        return [loop.nextPoll, sync].compactMap(\.self).map { max($0, now.advanced(byNanoseconds: 1)) }.min()
    }

    public func explanation(service: Int) -> String { self.loops[service]?.explanation ?? "" }
}
