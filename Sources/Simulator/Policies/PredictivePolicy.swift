public import ScalingCore
public import Timekeeping

/// As many replicas as the forecast of the load will need by the time they could be ready, and never fewer than now.
public struct PredictivePolicy: ScalingPolicy {
    private struct Service: Sendable {
        var forecaster: LoadForecaster
        let need: ReplicaNeed
        var surplus: RecentPeak
        let target: Double
        /// The highest load of the step that is going on.
        var highest = 0.0
        var step: Int64 = 0
        var wake: MonotonicInstant?
        var explanation = "nothing was seen yet"
    }

    private var services: [Int: Service] = [:]
    private let stepSeconds: Double

    init(_ context: PolicyContext, method: ForecastMethod, stepSeconds: Double) {
        self.stepSeconds = stepSeconds
        let surplusSeconds = context.parameters.number("keep") ?? 120
        for service in context.services {
            let need = ReplicaNeed(service)
            let scaling = service.model.scaling
            self.services[service.index] = Service(
                forecaster: LoadForecaster(method),
                need: need,
                surplus: RecentPeak(keepSeconds: surplusSeconds),
                // The room that the service's own target leaves.
                target: need.capacity * min(1, scaling.target / max(scaling.total, scaling.target)),
                wake: context.now
            )
        }
    }

    public var interests: PolicyInterests { [.samples, .waits, .arrivals, .idleness] }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        self.raise(sample.service, to: sample.averageConcurrency, at: now)
        return false
    }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool {
        self.raise(event.service, to: Double(event.inFlight + event.waiting), at: now)
        return event.kind == .requestWaits || event.kind == .becameIdle
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard var service = self.services[view.service] else { return }
        self.services[view.service] = nil
        self.advance(&service, to: now)
        let requests = Double(view.inFlight + view.waiting)
        let needed = service.need.replicas(for: requests)
        service.surplus.update(needed, nanoseconds: now.nanoseconds)
        let steps = 1 + Int((service.need.startSeconds / self.stepSeconds).rounded(.up))
        let forecasts = (1...min(steps, 1000)).compactMap { service.forecaster.forecast(stepsAhead: $0) }
        let expected = forecasts.max()
        // Rounded to the nearest, so that the tail of a fading wave keeps nothing.
        let predicted = expected.map { Int(min(max(0, $0 / service.target + 0.499), 1e6)) } ?? 0
        let desired = max(needed, service.surplus.replicas, predicted)
        service.wake = MonotonicInstant(
            nanoseconds: Int64(((Double(service.step) + 1) * self.stepSeconds * 1e9).rounded())
        )
        service.explanation = Self.explanation(expected: expected, predicted: predicted, needed: needed)
        self.services[view.service] = service
        if desired != view.desired || desired != view.committed {
            actions.append(.setReplicas(desired, service: view.service))
        }
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.services[service]?.wake.map { max($0, now.advanced(byNanoseconds: 1)) }
    }

    public func explanation(service: Int) -> String { self.services[service]?.explanation ?? "" }

    private mutating func raise(_ index: Int, to load: Double, at now: MonotonicInstant) {
        guard var service = self.services[index] else { return }
        guard load > service.highest || Self.step(of: now, self.stepSeconds) > service.step else { return }
        self.services[index] = nil  // Taken out, so that its history is not copied.
        self.advance(&service, to: now)
        service.highest = max(service.highest, load)
        self.services[index] = service
    }

    private static func step(of now: MonotonicInstant, _ stepSeconds: Double) -> Int64 {
        Int64((now.seconds(since: .zero) / stepSeconds).rounded(.down))
    }

    private func advance(_ service: inout Service, to now: MonotonicInstant) {
        let present = Self.step(of: now, self.stepSeconds)
        guard present > service.step else { return }
        for index in 0..<min(present - service.step, 100_000) {
            service.forecaster.observe(index == 0 ? service.highest : 0)
        }
        service.highest = 0
        service.step = present
    }

    private static func explanation(expected: Double?, predicted: Int, needed: Int) -> String {
        guard let expected else { return "too little was seen to forecast; requests need \(needed) replicas" }
        let load = (expected * 100).rounded() / 100
        return "a load of \(load) is expected, for \(predicted) replicas; requests need \(needed)"
    }
}

extension PredictivePolicy {
    /// The policies that forecast, by the names of their rules.
    public static func factory(_ name: KeepAliveName) -> PolicyFactory {
        let parameters = name.parameters.filter { $0.name != "threshold" }.map(PolicyDescription.Parameter.init)
        return PolicyFactory(
            description: PolicyDescription(name: name.rawValue, summary: name.meaning, parameters: parameters),
            problems: { ParameterCheck.problems(of: $0, known: parameters) },
            make: { context in
                let numbers = context.parameters.parameters.compactMapValues { value -> Double? in
                    if case .number(let number) = value { number } else { nil }
                }
                let configuration = KeepAliveConfiguration(name, parameters: numbers)
                return PredictivePolicy(
                    context,
                    method: configuration.forecastMethod,
                    stepSeconds: max(1, configuration.parameters["step"] ?? 60)
                )
            }
        )
    }
}
