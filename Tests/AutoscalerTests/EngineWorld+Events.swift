import KubernetesClient
import ScalingCore
import ServingAPI
import Timekeeping

@testable import Autoscaler

/// Sources of events in the world of the tests.
extension EngineWorld {
    /// What a source answers at each second of the run.
    struct Source: Sendable {
        var answer: @Sendable (Double) -> Result<TriggerReading, TriggerFailure>
        /// How long a look takes.
        var seconds = 0.0

        static func depth(_ target: Double = 10, _ depth: @escaping @Sendable (Double) -> Double) -> Source {
            Source { second in
                let value = depth(second)
                let metric = TriggerReading.Metric(name: "queue", value: value, target: target)
                return .success(TriggerReading(metrics: [metric], isActive: value > 0))
            }
        }

        static func failing(_ sentence: String = "The broker is away.") -> Source {
            Source { _ in .failure(TriggerFailure(.unavailable, sentence)) }
        }
    }

    struct Look: Equatable {
        let seconds: Double
        let object: String
        let trigger: Int
    }

    static let object = ObjectKey(namespace: "default", name: "iris-queue")

    /// A ScaledObject on the Deployment of `revision()`.
    static func scaling(
        _ name: String = "iris-queue",
        target: String = "iris-predictor",
        triggers: Int = 1,
        build: Int = 1,
        restoresReplicas: Bool = false,
        _ change: (inout ScaledObjectConfiguration) -> Void = { _ in }
    ) -> EventScaling {
        var configuration = ScaledObjectConfiguration(
            pollingIntervalSeconds: 30,
            cooldownSeconds: 30,
            triggers: (0..<triggers).map { _ in TriggerConfiguration(type: "queue") }
        )
        change(&configuration)
        return EventScaling(
            key: ObjectKey(namespace: "default", name: name),
            uid: "uid-\(name)",
            target: ObjectKey(namespace: "default", name: target),
            service: "iris",
            configuration: configuration,
            triggers: (0..<triggers).map { _ in EventScaling.Trigger(type: "queue") },
            build: build,
            restoresReplicas: restoresReplicas
        )
    }

    /// Adds a ScaledObject, and the Deployment that it scales unless `replicas` is `nil`.
    mutating func add(
        _ scaling: EventScaling,
        replicas: Int? = 0,
        sources: [Source],
        found: FoundScaledObjectStatus? = nil
    ) {
        self.sources[scaling.key] = sources
        if let replicas {
            let id = RevisionID(namespace: scaling.target.namespace, name: scaling.target.name)
            self.addWorkload(id, replicas: replicas)
        }
        self.engine.scaledObjectChanged(scaling, found: found, at: self.now)
    }

    /// Tells the engine by which labels the Deployment finds its pods.
    mutating func selectPods(of id: RevisionID) {
        _ = self.engine.owners.setSelector(["app": id.name], of: id.target)
    }

    mutating func look(_ order: PollOrder) {
        for trigger in order.triggers {
            self.looks.append(Look(seconds: self.seconds, object: order.object.name, trigger: trigger))
            guard let source = self.sources[order.object]?[trigger] else { continue }
            let report = TriggerReport(
                object: order.object,
                build: order.build,
                trigger: trigger,
                result: source.answer(self.seconds),
                latencySeconds: source.seconds
            )
            self.pendingLooks.append((self.now.advanced(by: .seconds(source.seconds)), report))
        }
        self.finishLooks()
    }

    mutating func finishLooks() {
        let due = self.pendingLooks.filter { $0.at <= self.now }
        self.pendingLooks.removeAll { $0.at <= self.now }
        for look in due { self.engine.triggerRead(look.report, at: self.now) }
    }

    /// What the status of the ScaledObject said last.
    func report(on object: ObjectKey = Self.object) -> ScaledObjectReport? {
        self.objectWrites.last { $0.object == object }?.report
    }

    func condition(_ kind: EventCondition.Kind, of object: ObjectKey = Self.object) -> EventCondition? {
        self.report(on: object)?.conditions.first { $0.kind == kind }
    }
}
