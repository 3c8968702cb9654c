public import ScalingCore
public import Timekeeping

/// Scales up by request, and asks a keep-alive rule what becomes of a service without load.
///
/// The rule is the one that an annotation names in production, the same type. While there is load there are as many
/// replicas as requests need; when it ends the rule says whether one stays, goes, or comes back before the next request.
public struct KeepAliveScalingPolicy: ScalingPolicy {
    private struct Service: Sendable {
        var rule: KeepAlivePolicy
        let need: ReplicaNeed
        var surplus: RecentPeak
        var isIdle = true
        var plan: KeepAlivePlan?
        var wake: MonotonicInstant?
        var explanation = ""
    }

    private var services: [Int: Service]

    init(_ context: PolicyContext, configuration: KeepAliveConfiguration) {
        let surplusSeconds = context.parameters.number("surplus") ?? Self.surplus.standard
        self.services = [:]
        for service in context.services {
            self.services[service.index] = Service(
                rule: KeepAlivePolicy(configuration),
                need: ReplicaNeed(service),
                surplus: RecentPeak(keepSeconds: surplusSeconds)
            )
        }
    }

    public var interests: PolicyInterests { [.arrivals, .waits, .idleness] }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool {
        switch event.kind {
        case .requestArrived:
            let load = Double(event.inFlight + event.waiting)
            self.services[event.service]?.rule.loadBegan(max(1, load), at: now)
            self.services[event.service]?.isIdle = false
            return false
        case .requestWaits:
            return true
        case .becameIdle:
            self.services[event.service]?.rule.loadEnded(at: now)
            self.services[event.service]?.isIdle = true
            return true
        default:
            return false
        }
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard var service = self.services[view.service] else { return }
        let requests = view.inFlight + view.waiting
        let needed = service.need.replicas(for: Double(requests))
        service.surplus.update(needed, nanoseconds: now.nanoseconds)
        var desired = max(needed, service.surplus.replicas)
        service.wake = desired > needed ? MonotonicInstant(nanoseconds: service.surplus.endsAt) : nil
        service.plan = nil
        if requests == 0, service.isIdle {
            let plan = service.rule.plan(at: now, leadSeconds: service.need.startSeconds)
            // Several replicas after a burst shrink to the one that the rule is about.
            desired = plan.isWarm ? max(1, desired) : 0
            service.plan = plan
            let change = plan.changesInSeconds.map { now.advanced(by: .seconds($0)) }
            service.wake = [plan.isWarm ? service.wake : nil, change].compactMap(\.self).min()
        }
        service.explanation = service.plan?.explanation ?? "\(requests) requests need \(needed) replicas"
        self.services[view.service] = service
        if desired != view.desired || desired != view.committed {
            actions.append(.setReplicas(desired, service: view.service))
        }
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.services[service]?.wake.map { max($0, now.advanced(byNanoseconds: 1)) }
    }

    public func explanation(service: Int) -> String { self.services[service]?.explanation ?? "" }
}

extension KeepAliveScalingPolicy {
    private static let surplus = PolicyDescription.Parameter(
        name: "surplus",
        summary: "How long replicas beyond the first stay after they were needed.",
        unit: "seconds",
        standard: 60,
        range: 0...3600
    )

    /// The policy around one rule; `fixed` is called `fixed-keep-alive`, because a fixed scale is something else.
    public static func factory(_ name: KeepAliveName) -> PolicyFactory {
        let parameters = name.parameters.map(PolicyDescription.Parameter.init) + [Self.surplus]
        let known = Set(name.parameters.map(\.name))
        return PolicyFactory(
            description: PolicyDescription(
                name: name == .fixed ? "fixed-keep-alive" : name.rawValue,
                summary: name.meaning,
                parameters: parameters
            ),
            problems: { ParameterCheck.problems(of: $0, known: parameters) },
            make: { context in
                let numbers = context.parameters.parameters.compactMapValues { value -> Double? in
                    if case .number(let number) = value { number } else { nil }
                }
                let configuration = KeepAliveConfiguration(name, parameters: numbers.filter { known.contains($0.key) })
                return KeepAliveScalingPolicy(context, configuration: configuration)
            }
        )
    }
}

extension PolicyDescription.Parameter {
    init(_ parameter: KeepAliveParameter) {
        self.init(
            name: parameter.name,
            summary: parameter.meaning,
            unit: parameter.unit == .seconds ? "seconds" : "",
            standard: parameter.defaultValue,
            range: parameter.range,
            isLogarithmic: parameter.unit == .seconds && parameter.range.lowerBound > 0
        )
    }
}
