import ScalingCore
import SimulationKit
import Simulator
import Timekeeping

/// Drives one policy over one service by hand: replicas are there the moment they are asked for.
struct PolicyHarness {
    var policy: any ScalingPolicy
    private(set) var replicas: [Int: Int] = [:]
    private(set) var inFlight: [Int: Int] = [:]
    private(set) var waiting: [Int: Int] = [:]
    private let services: Int

    init(
        _ factory: PolicyFactory,
        _ parameters: [String: PolicyReference.Value] = [:],
        services: [ServiceModel] = [PolicyHarness.service()],
        startSeconds: Double = 0,
        future: @escaping @Sendable () -> [any ArrivalSource] = { [] }
    ) {
        self.services = services.count
        self.policy = factory.make(
            PolicyContext(
                services: services.enumerated().map {
                    .init(index: $0, model: $1, meanStartSeconds: startSeconds, future: future)
                },
                pipeline: MetricPipeline(),
                parameters: PolicyReference(name: factory.description.name, parameters: parameters),
                readyReplicas: services.map { _ in 0 }
            )
        )
    }

    /// Serves one request at a time.
    static func service(_ name: String = "s", memoryBytes: Double = 1, slots: Int = 1) -> ServiceModel {
        ServiceModel(
            name: name,
            workloads: [],
            serving: .slots(SlotServing(slots: slots, time: .constant(1))),
            scaling: ScalingConfiguration(target: Double(slots), total: Double(slots)),
            resources: ReplicaResources(memoryBytes: memoryBytes)
        )
    }

    /// A request comes; it waits when no replica is there for it.
    mutating func arrive(service: Int = 0, at seconds: Double) {
        let isServed = self.replicas[service, default: 0] > self.inFlight[service, default: 0]
        if isServed {
            self.inFlight[service, default: 0] += 1
        } else {
            self.waiting[service, default: 0] += 1
        }
        self.tell(.requestArrived, service, at: seconds)
        if !isServed { self.tell(.requestWaits, service, at: seconds) }
        self.settle()
    }

    /// A request ends.
    mutating func finish(service: Int = 0, at seconds: Double) {
        self.inFlight[service, default: 0] -= 1
        self.tell(.requestFinished, service, at: seconds)
        if self.inFlight[service] == 0, self.waiting[service, default: 0] == 0 {
            self.tell(.becameIdle, service, at: seconds)
        }
        self.settle()
    }

    /// Lets time pass: the policy is asked whenever it wished to be.
    mutating func pass(from start: Double, to end: Double) {
        var now = MonotonicInstant.seconds(start)
        for _ in 0..<100_000 {
            let wakes = (0..<self.services).compactMap { service in
                self.policy.nextWake(service: service, after: now).map { (at: $0, service: service) }
            }
            guard let next = wakes.min(by: { ($0.at, $0.service) < ($1.at, $1.service) }), next.at <= .seconds(end)
            else { return }
            now = next.at
            self.decide(next.service, now)
            self.settle()
        }
    }

    mutating func sample(concurrency: Double, service: Int = 0, at seconds: Double) {
        let sample = MetricSample(
            service: service,
            measuredAt: .seconds(seconds),
            intervalSeconds: 1,
            averageConcurrency: concurrency,
            requestsPerSecond: 0
        )
        if self.policy.observe(sample, now: .seconds(seconds)) { self.decide(service, .seconds(seconds)) }
    }

    private mutating func tell(_ kind: PolicyEvent.Kind, _ service: Int, at seconds: Double) {
        let event = PolicyEvent(
            kind,
            service: service,
            waiting: self.waiting[service, default: 0],
            inFlight: self.inFlight[service, default: 0],
            ready: self.replicas[service, default: 0]
        )
        if self.policy.noticed(event, now: .seconds(seconds)) { self.decide(service, .seconds(seconds)) }
    }

    mutating func decide(_ service: Int, _ now: MonotonicInstant) {
        let ready = self.replicas[service, default: 0]
        let view = PolicyView(
            service: service,
            ready: ready,
            idle: max(0, ready - self.inFlight[service, default: 0]),
            waiting: self.waiting[service, default: 0],
            inFlight: self.inFlight[service, default: 0],
            desired: ready
        )
        var actions: [PolicyAction] = []
        self.policy.decide(view, now: now, actions: &actions)
        for case .setReplicas(let replicas, let service) in actions { self.replicas[service] = replicas }
    }

    /// What waits goes to replicas that are free.
    private mutating func settle() {
        for service in 0..<self.services {
            while self.waiting[service, default: 0] > 0,
                self.inFlight[service, default: 0] < self.replicas[service, default: 0]
            {
                self.waiting[service, default: 0] -= 1
                self.inFlight[service, default: 0] += 1
            }
        }
    }
}
