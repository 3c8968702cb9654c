import ScalingCore
public import Timekeeping

/// Kubernetes's HorizontalPodAutoscaler on requests in flight: every 15 s, by the ratio of use to target.
///
/// A yardstick, with its published mechanics: the ratio counts ready replicas, a tenth off the target is tolerated,
/// growth is bounded by four replicas or doubling every 15 s, shrinking waits for the highest of five minutes.
public struct HorizontalPolicy: ScalingPolicy {
    struct Service: Sendable {
        let target: Double
        let least: Int
        let most: Int
        var concurrency = 0.0
        var hasSample = false
        var recommendations: [(replicas: Int, at: MonotonicInstant)] = []
        var changes: [(change: Int, at: MonotonicInstant)] = []
        var wake: MonotonicInstant?
        var explanation = "no measurement yet"
    }

    static let syncSeconds = 15.0
    static let tolerance = 0.1
    private let downWindowSeconds: Double
    private var services: [Int: Service] = [:]

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "hpa",
            summary: "Kubernetes's HorizontalPodAutoscaler on requests in flight; at least one replica, always.",
            parameters: parameters
        ),
        problems: { ParameterCheck.problems(of: $0, known: parameters) },
        make: { HorizontalPolicy($0) }
    )

    static let parameters = [
        PolicyDescription.Parameter(
            name: "downWindow",
            summary: "Shrinks to the highest that was right within so long.",
            unit: "seconds",
            standard: 300,
            range: 0...3600
        )
    ]

    init(_ context: PolicyContext) {
        self.downWindowSeconds = context.parameters.number("downWindow") ?? 300
        for service in context.services {
            let scaling = service.model.scaling
            self.services[service.index] = Service(
                target: scaling.target,
                least: max(1, scaling.minScale),
                most: scaling.maxScale > 0 ? scaling.maxScale : 100_000,
                wake: context.now
            )
        }
    }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        self.services[sample.service]?.concurrency = sample.lag.map(Double.init) ?? sample.averageConcurrency
        self.services[sample.service]?.hasSample = true
        return false
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard var service = self.services[view.service] else { return }
        let current = max(view.desired, view.committed)
        if service.wake.map({ now >= $0 }) ?? true {
            service.wake = now.advanced(by: .seconds(Self.syncSeconds))
            let desired = Self.desired(&service, view, current: current, window: self.downWindowSeconds, now: now)
            if desired != current {
                service.changes.append((desired - current, now))
                actions.append(.setReplicas(desired, service: view.service))
            }
        }
        self.services[view.service] = service
    }

    static func desired(
        _ service: inout Service,
        _ view: PolicyView,
        current: Int,
        window: Double,
        now: MonotonicInstant
    ) -> Int {
        guard service.hasSample else { return max(service.least, current) }
        let ready = max(1, view.ready)
        let ratio = service.concurrency / (Double(ready) * service.target)
        var wanted = Int(min((service.concurrency / service.target).rounded(.up), 1e6))
        if abs(ratio - 1) <= Self.tolerance { wanted = current }
        service.recommendations.append((wanted, now))
        service.recommendations.removeAll { now.seconds(since: $0.at) > max(window, Self.syncSeconds) }
        let highest = service.recommendations.filter { now.seconds(since: $0.at) <= window }.map(\.replicas).max()
        if wanted < current { wanted = min(current, max(wanted, highest ?? wanted)) }
        service.changes.removeAll { now.seconds(since: $0.at) >= Self.syncSeconds }
        let before = current - service.changes.reduce(0) { $0 + $1.change }
        wanted = min(wanted, max(before + 4, before * 2, current))
        let desired = min(max(wanted, service.least), service.most)
        let load = (service.concurrency * 100).rounded() / 100
        service.explanation = "\(load) requests in flight at \(service.target) each, for \(ready) ready: \(desired)"
        return desired
    }

    /// Goes on with the next sync behind `now`; those in between found nothing to scale.
    mutating func skipSyncs(service: Int, to now: MonotonicInstant) {
        guard let wake = self.services[service]?.wake, wake <= now else { return }
        let syncs = (now.seconds(since: wake) / Self.syncSeconds).rounded(.down) + 1
        self.services[service]?.wake = wake.advanced(by: .seconds(syncs * Self.syncSeconds))
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.services[service]?.wake.map { max($0, now.advanced(byNanoseconds: 1)) }
    }

    public func explanation(service: Int) -> String { self.services[service]?.explanation ?? "" }
}
