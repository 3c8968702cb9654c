import SimulationKit
public import Timekeeping

extension PolicyCatalogue {
    /// The autoscaler as it ships with both its policies, as many replicas as were said, and one for every request.
    public static let basic = PolicyCatalogue(
        RevisionPolicy.factories + [ScaledObjectPolicy.factory, FixedPolicy.factory, PerRequestPolicy.factory]
    )
}

/// Always the same number of replicas.
public struct FixedPolicy: ScalingPolicy {
    let replicas: Int
    let services: [Int]

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "fixed",
            summary: "Keeps the same number of replicas, whatever happens.",
            parameters: [
                .init(name: "replicas", summary: "How many.", unit: "replicas", standard: 1, range: 0...1000)
            ]
        ),
        make: { context in
            FixedPolicy(
                replicas: Int(context.parameters.number("replicas") ?? 1),
                services: context.services.map(\.index)
            )
        }
    )

    public var interests: PolicyInterests { [] }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard view.committed != self.replicas else { return }
        actions.append(.setReplicas(self.replicas, service: view.service))
    }

    public func explanation(service: Int) -> String { "\(self.replicas) replicas, as was said" }
}

/// A replica for every request: ordered when none is free, and let go after it was idle for a while.
///
/// This is how functions are scaled. With `cancel` a start that nobody waits for any more is given up.
public struct PerRequestPolicy: ScalingPolicy {
    let idleSeconds: Double?
    /// The idle time is exponential with that mean, as in models that can be solved.
    let isRandom: Bool
    let isCancelling: Bool
    private var isExpirySet: Set<Int> = []

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "per-request",
            summary: "Orders a replica for every request that finds none free, and lets idle ones go after a while.",
            parameters: [
                .init(
                    name: "keepAlive",
                    summary: "How long an idle replica stays; 0: none stays.",
                    unit: "seconds",
                    standard: 600,
                    range: 0...86_400,
                    isLogarithmic: true
                ),
                .init(
                    name: "randomKeepAlive",
                    summary: "1: the keep-alive is the mean of an exponential law, drawn for every idle period.",
                    standard: 0,
                    range: 0...1
                ),
                .init(name: "cancel", summary: "1: give up starts that nobody waits for.", standard: 0, range: 0...1),
            ]
        ),
        make: { context in
            let keepAlive = context.parameters.number("keepAlive") ?? 600
            return PerRequestPolicy(
                idleSeconds: keepAlive.isFinite ? keepAlive : nil,
                isRandom: context.parameters.number("randomKeepAlive") ?? 0 != 0,
                isCancelling: context.parameters.number("cancel") ?? 0 != 0
            )
        }
    )

    init(idleSeconds: Double?, isRandom: Bool = false, isCancelling: Bool) {
        self.idleSeconds = idleSeconds
        self.isRandom = isRandom
        self.isCancelling = isCancelling
    }

    public var interests: PolicyInterests { self.isCancelling ? [.waits, .completions] : [.waits] }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool { true }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        let needed = view.inFlight + view.waiting
        if self.isCancelling {
            if view.committed != needed { actions.append(.setReplicas(needed, service: view.service)) }
            return
        }
        if self.isExpirySet.insert(view.service).inserted {
            if self.isRandom, let idleSeconds {
                actions.append(.expireIdleAtRandom(.exponential(mean: idleSeconds), service: view.service))
            } else {
                actions.append(.expireIdle(afterSeconds: self.idleSeconds, service: view.service))
            }
        }
        if view.waiting > view.starting {
            actions.append(.setReplicas(view.ready + view.waiting, service: view.service))
        }
    }
}
