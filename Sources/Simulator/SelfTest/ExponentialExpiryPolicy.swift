import SimulationKit
import Timekeeping

/// A replica for every request that finds none free, and for each idle one an exponential time until it goes.
///
/// No memory: which idle replica goes does not matter, and the time until one of them does can be drawn anew at any
/// moment. So one clock for all of them is exact.
struct ExponentialExpiryPolicy: ScalingPolicy {
    private let rate: Double
    private var stream: RandomStream
    private var next: MonotonicInstant?

    static func factory(seed: UInt64) -> PolicyFactory {
        PolicyFactory(
            description: PolicyDescription(
                name: "exponential-expiry",
                summary: "Lets each idle replica go after an exponential time; only theory keeps replicas like that.",
                parameters: [.init(name: "rate", summary: "One by the mean time.", standard: 1, range: 0...1000)]
            ),
            make: { context in
                ExponentialExpiryPolicy(
                    rate: context.parameters.number("rate") ?? 1,
                    stream: RandomStream(seed: seed, replication: 0, purpose: .policy)
                )
            }
        )
    }

    private init(rate: Double, stream: RandomStream) {
        self.rate = rate
        self.stream = stream
    }

    var interests: PolicyInterests { [.arrivals, .waits, .completions] }

    mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool { true }

    mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        if view.waiting > view.starting {
            actions.append(.setReplicas(view.ready + view.waiting, service: view.service))
        } else if let next, now >= next, view.idle > 0 {
            actions.append(.setReplicas(view.committed - 1, service: view.service))
            return self.draw(idle: view.idle - 1, now: now)
        }
        self.draw(idle: view.idle, now: now)
    }

    private mutating func draw(idle: Int, now: MonotonicInstant) {
        guard idle > 0 else {
            self.next = nil
            return
        }
        let law = Distribution.exponential(mean: 1 / (self.rate * Double(idle)))
        self.next = now.advanced(byNanoseconds: max(law.sampleNanoseconds(&self.stream), 1))
    }

    func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? { self.next }
}
