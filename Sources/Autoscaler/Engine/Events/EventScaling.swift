public import KubernetesClient
public import ScalingCore
public import Timekeeping

/// A ScaledObject as the engine needs it.
public struct EventScaling: Sendable, Equatable {
    /// One entry of `spec.triggers`.
    public struct Trigger: Sendable, Equatable {
        /// `kafka`, `cron`.
        public var type: String
        /// `nil` when it was given none.
        public var name: String?
        /// Why it could not be made, one sentence; `nil` when it can be asked.
        public var problem: String?

        public init(type: String, name: String? = nil, problem: String? = nil) {
            self.type = type
            self.name = name
            self.problem = problem
        }
    }

    /// Of the ScaledObject.
    public var key: ObjectKey
    /// Tells a ScaledObject from an earlier one of the same name.
    public var uid: String
    public var generation: Int
    /// The Deployment whose replica count is set.
    public var target: ObjectKey
    /// What people call the target: the InferenceService, or the Deployment.
    public var service: String
    public var configuration: ScaledObjectConfiguration
    public var triggers: [Trigger]
    /// Rises whenever the triggers are made anew: what older ones still answer does not count.
    public var build: Int
    /// Whether the replica count from before is put back when the ScaledObject goes.
    public var restoresReplicas: Bool
    /// When the ScaledObject was created, on the engine's clock; `nil` when that is not known.
    public var createdAt: MonotonicInstant?

    public init(
        key: ObjectKey,
        uid: String,
        generation: Int = 1,
        target: ObjectKey,
        service: String,
        configuration: ScaledObjectConfiguration,
        triggers: [Trigger],
        build: Int = 1,
        restoresReplicas: Bool = false,
        createdAt: MonotonicInstant? = nil
    ) {
        self.key = key
        self.uid = uid
        self.generation = generation
        self.target = target
        self.service = service
        self.configuration = configuration
        self.triggers = triggers
        self.build = build
        self.restoresReplicas = restoresReplicas
        self.createdAt = createdAt
    }

    /// Whether nothing but the reading of the calendar is different.
    func says(theSameAs other: EventScaling) -> Bool {
        var other = other
        other.createdAt = self.createdAt
        return self == other
    }

    /// As people call a trigger: its name and its type.
    func label(_ index: Int) -> String {
        let trigger = self.triggers[index]
        if let name = trigger.name { return "\(name) (\(trigger.type))" }
        let isOnly = self.triggers.count(where: { $0.type == trigger.type }) == 1
        return isOnly ? trigger.type : "\(trigger.type) (trigger \(index))"
    }
}
