public import Timekeeping

/// Keeps spare replicas ready beside those that work, and replaces what is used.
public struct WarmPoolPolicy: ScalingPolicy {
    private struct Service: Sendable {
        let need: ReplicaNeed
        var surplus: RecentPeak
        let spares: Int
        var wake: MonotonicInstant?
        var explanation = ""
    }

    private var services: [Int: Service] = [:]

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "warm-pool",
            summary: "Keeps spare replicas ready beside those that work, and replaces each one that is used.",
            parameters: parameters
        ),
        problems: { ParameterCheck.problems(of: $0, known: parameters) },
        make: { WarmPoolPolicy($0) }
    )

    private static let parameters = [
        PolicyDescription.Parameter(
            name: "spares",
            summary: "Spare replicas, where their demand is not said.",
            unit: "replicas",
            standard: 1,
            range: 0...1000
        ),
        .init(
            name: "demand",
            summary: "Spares that are taken a second; with it the number follows from how long one takes to start.",
            standard: 0,
            range: 0...1000
        ),
        .init(
            name: "attainment",
            summary: "The share of demands that is to find a spare.",
            unit: "ratio",
            standard: 0.99,
            range: 0.5...0.99999
        ),
        .init(
            name: "surplus",
            summary: "How long replicas beyond need and spares stay.",
            unit: "seconds",
            standard: 60,
            range: 0...3600
        ),
    ]

    init(_ context: PolicyContext) {
        func number(_ name: String, _ standard: Double) -> Double { context.parameters.number(name) ?? standard }
        let surplus = number("surplus", 60)
        for service in context.services {
            let need = ReplicaNeed(service)
            let demand = number("demand", 0)
            let spares =
                demand > 0
                ? Self.spares(demandPerRefill: demand * need.startSeconds, attainment: number("attainment", 0.99))
                : Int(number("spares", 1))
            self.services[service.index] = Service(
                need: need,
                surplus: RecentPeak(keepSeconds: surplus),
                spares: spares,
                wake: context.now
            )
        }
    }

    /// The least number of spares that suffices with this probability when so many are taken while one is replaced, at
    /// random: the quantile of a Poisson law.
    public static func spares(demandPerRefill mean: Double, attainment: Double) -> Int {
        guard mean > 0 else { return 0 }
        // Beyond that the law is as good as normal, and its terms would vanish.
        guard mean < 500 else { return Int((mean + 3.1 * mean.squareRoot()).rounded(.up)) }
        var term = 1.0
        var sum = 1.0
        var count = 0
        // Terms without their common factor, compared with a total that has it out as well.
        var total = 1.0
        var next = 1.0
        for index in 1...2000 {
            next *= mean / Double(index)
            total += next
        }
        while sum < attainment * total, count < 2000 {
            count += 1
            term *= mean / Double(count)
            sum += term
        }
        return count
    }

    public var interests: PolicyInterests { [.arrivals, .waits, .idleness] }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool { true }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard var service = self.services[view.service] else { return }
        let needed = service.need.replicas(for: Double(view.inFlight + view.waiting)) + service.spares
        service.surplus.update(needed, nanoseconds: now.nanoseconds)
        let desired = max(needed, service.surplus.replicas)
        service.wake = desired > needed ? MonotonicInstant(nanoseconds: service.surplus.endsAt) : nil
        service.explanation = "\(needed - service.spares) replicas are needed and \(service.spares) are kept spare"
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
