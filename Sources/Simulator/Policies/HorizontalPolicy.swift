import ScalingCore
public import Timekeeping

/// Kubernetes's HorizontalPodAutoscaler on requests in flight, or on messages that wait: every 15 s.
///
/// A yardstick: `HorizontalPodAutoscalerModel` is what the real one computes.
public struct HorizontalPolicy: ScalingPolicy {
    private struct Service: Sendable {
        var model: HorizontalPodAutoscalerModel
        let target: Double
        /// `nil` before the first measurement.
        var level: Double?
        var wake: MonotonicInstant
        var explanation = "no measurement yet"
    }

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
            standard: HorizontalSettings.downWindowSeconds,
            range: 0...3600
        )
    ]

    init(_ context: PolicyContext) {
        for service in context.services {
            let settings = HorizontalSettings(service.model, context.parameters)
            self.services[service.index] = Service(
                model: HorizontalPodAutoscalerModel(
                    minReplicas: max(1, settings.least),
                    maxReplicas: settings.most,
                    behavior: settings.behavior
                ),
                target: settings.target,
                wake: context.now
            )
        }
    }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        self.services[sample.service]?.level = sample.lag.map(Double.init) ?? sample.averageConcurrency
        return false
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard var service = self.services[view.service], now >= service.wake else { return }
        service.wake = now.advanced(by: .seconds(HorizontalPodAutoscalerModel.syncSeconds))
        let current = max(view.desired, view.committed)
        // It is off at zero; whoever uses it has one replica to begin with.
        let desired =
            current == 0
            ? service.model.minReplicas
            : service.model.reconcile(
                [.average(service.level, target: service.target)],
                current: current,
                existing: view.committed,
                ready: view.ready,
                now: now
            )
        service.explanation = HorizontalSettings.explanation(
            service.level,
            target: service.target,
            ready: view.ready,
            desired: desired
        )
        self.services[view.service] = service
        if desired != current { actions.append(.setReplicas(desired, service: view.service)) }
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.services[service].map { max($0.wake, now.advanced(byNanoseconds: 1)) }
    }

    public func explanation(service: Int) -> String { self.services[service]?.explanation ?? "" }
}
