import StructuredData

extension AnnotationName {
    // KEDA's, set by users.
    public static let kedaPaused = "autoscaling.keda.sh/paused"
    public static let kedaPausedReplicas = "autoscaling.keda.sh/paused-replicas"
    public static let kedaPausedScaleIn = "autoscaling.keda.sh/paused-scale-in"
    public static let kedaPausedScaleOut = "autoscaling.keda.sh/paused-scale-out"
    /// The older name of `paused-scale-in`.
    public static let kedaPausedScaleDown = "autoscaling.keda.sh/paused-scale-down"
    public static let kedaForceActivation = "autoscaling.keda.sh/force-activation"
}

extension ScaledObject {
    /// Nothing is decided while it stands.
    public var isPaused: Bool {
        self.isAnnotated(AnnotationName.kedaPaused) || self.pausedReplicas != nil
    }

    /// The scale while paused; `nil` for whatever it is.
    public var pausedReplicas: Int? {
        self.metadata.annotations[AnnotationName.kedaPausedReplicas].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    public var pausesScaleIn: Bool {
        self.isAnnotated(AnnotationName.kedaPausedScaleIn) || self.isAnnotated(AnnotationName.kedaPausedScaleDown)
    }

    public var pausesScaleOut: Bool { self.isAnnotated(AnnotationName.kedaPausedScaleOut) }

    /// Counts as active whatever the triggers say.
    public var forcesActivation: Bool { self.isAnnotated(AnnotationName.kedaForceActivation) }

    /// What is no boolean counts as true, as it does with KEDA.
    private func isAnnotated(_ name: String) -> Bool {
        guard let value = self.metadata.annotations[name] else { return false }
        return !["0", "f", "F", "false", "False", "FALSE"].contains(value)
    }
}
