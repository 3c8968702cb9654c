import ScalingCore
public import Timekeeping

/// FaasCache: replicas of all services of the group share one memory, and none goes before room is needed.
///
/// A request that finds no replica gets a new one; when the memory is full, idle replicas go in greedy-dual order. When
/// nothing is idle the request waits for something to end.
public struct GreedyDualPolicy: ScalingPolicy {
    private struct Service: Sendable {
        let need: ReplicaNeed
        let bytes: Double
        let cost: Double
        var replicas = 0
        var requests = 0
        var waiting = 0

        /// Replicas that nobody needs at the moment.
        var idle: Int { max(0, self.replicas - self.need.replicas(for: Double(self.requests))) }
    }

    private var services: [Int: Service] = [:]
    private let indices: [Int]
    private let memoryBytes: Double
    private var order = GreedyDual()
    private var usedBytes = 0.0
    private var lastSentence = "nothing has happened yet"

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "greedy-dual",
            summary: "Shares one memory among services and evicts what is cheap to start, large and seldom used.",
            parameters: parameters
        ),
        problems: { ParameterCheck.problems(of: $0, known: parameters) },
        make: { GreedyDualPolicy($0) }
    )

    private static let parameters = [
        PolicyDescription.Parameter(
            name: "memory",
            summary: "Memory that all replicas of the group share.",
            unit: "bytes",
            standard: 64 * 1024 * 1024 * 1024,
            range: 1...1e15,
            isLogarithmic: true
        )
    ]

    init(_ context: PolicyContext) {
        self.memoryBytes = context.parameters.number("memory") ?? Self.parameters[0].standard
        self.indices = context.services.map(\.index)
        for (position, service) in context.services.enumerated() {
            let need = ReplicaNeed(service)
            let ready = position < context.readyReplicas.count ? context.readyReplicas[position] : 0
            let bytes = max(1, service.model.resources.memoryBytes)
            self.services[service.index] = Service(
                need: need,
                bytes: bytes,
                cost: max(1e-3, need.startSeconds),
                replicas: ready
            )
            self.usedBytes += bytes * Double(ready)
        }
    }

    public var interests: PolicyInterests { [.arrivals, .waits, .completions, .replicas] }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool {
        guard var service = self.services[event.service] else { return false }
        service.requests = event.inFlight + event.waiting
        service.waiting = event.waiting
        if event.kind == .requestArrived {
            self.order.used(event.service, cost: service.cost, size: service.bytes)
        }
        if event.kind == .replicaLost, service.replicas > 0 {
            service.replicas -= 1
            self.usedBytes -= service.bytes
            self.order.evicted(event.service)
        }
        self.services[event.service] = service
        switch event.kind {
        case .requestWaits, .replicaLost: return true
        // What ended may be the room that somebody waits for.
        case .requestFinished: return self.indices.contains { self.services[$0]?.waiting ?? 0 > 0 }
        default: return false
        }
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        self.services[view.service]?.requests = view.inFlight + view.waiting
        self.services[view.service]?.waiting = view.waiting
        // First who asks, then those that wait for room.
        let waiting = self.indices.filter { $0 != view.service && self.services[$0]?.waiting ?? 0 > 0 }
        for index in [view.service] + waiting { self.grow(index, &actions) }
    }

    private mutating func grow(_ index: Int, _ actions: inout [PolicyAction]) {
        guard let service = self.services[index] else { return }
        let needed = service.need.replicas(for: Double(service.requests))
        var evicted = 0
        var replicas = service.replicas
        while replicas < needed {
            while self.usedBytes + service.bytes > self.memoryBytes {
                guard self.evict(sparing: index, &actions) else { break }
                evicted += 1
            }
            guard self.usedBytes + service.bytes <= self.memoryBytes else { break }
            replicas += 1
            self.usedBytes += service.bytes
            self.order.started(index)
        }
        guard replicas != service.replicas else { return }
        self.services[index]?.replicas = replicas
        self.lastSentence = "\(service.requests) requests need \(needed) replicas, for which \(evicted) others went"
        actions.append(.setReplicas(replicas, service: index))
    }

    private mutating func evict(sparing spared: Int, _ actions: inout [PolicyAction]) -> Bool {
        let idle = self.indices.filter { $0 != spared && self.services[$0]?.idle ?? 0 > 0 }
        guard let victim = self.order.victim(among: idle), let service = self.services[victim] else { return false }
        self.services[victim]?.replicas -= 1
        self.usedBytes -= service.bytes
        self.order.evicted(victim)
        actions.append(.setReplicas(service.replicas - 1, service: victim))
        return true
    }

    public func explanation(service: Int) -> String { self.lastSentence }
}
