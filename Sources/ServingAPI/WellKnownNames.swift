/// Annotations that this program reads or writes.
public enum AnnotationName {
    // KServe's, set by users.
    public static let deploymentMode = "serving.kserve.io/deploymentMode"
    public static let autoscalerClass = "serving.kserve.io/autoscalerClass"
    public static let stop = "serving.kserve.io/stop"
    public static let disableAutoUpdate = "serving.kserve.io/disable-auto-update"
    public static let gpuResourceTypes = "serving.kserve.io/gpu-resource-types"
    public static let serverType = "serving.kserve.io/server-type"
    public static let modelFormat = "modelFormat"

    // KServe's, between controllers.
    public static let storageSource = "internal.serving.kserve.io/storage-initializer-sourceuri"

    // Knative's.
    public static let autoscalingPrefix = "autoscaling.knative.dev/"
    public static let progressDeadline = "serving.knative.dev/progress-deadline"
    public static let rolloutDuration = "serving.knative.dev/rollout-duration"

    // Ours, set by users.
    public static let ownPrefix = "pilotlight.dev/"
    public static let policy = "pilotlight.dev/policy"
    public static let queueCapacity = "pilotlight.dev/queue-capacity"
    public static let coldStartTimeout = "pilotlight.dev/cold-start-timeout"
    public static let idleTimeout = "pilotlight.dev/idle-timeout"
    public static let ownAutoscalingPrefix = "autoscaling.pilotlight.dev/"
    public static let keepAlive = "autoscaling.pilotlight.dev/keep-alive"
    public static let keepAliveParameters = "autoscaling.pilotlight.dev/keep-alive-parameters"

    // Ours, between the roles, on pods.
    public static let port = "pilotlight.dev/port"
    public static let drain = "pilotlight.dev/drain"
    public static let drained = "pilotlight.dev/drained"

    // Kubernetes's.
    public static let podDeletionCost = "controller.kubernetes.io/pod-deletion-cost"
}

/// Labels that this program reads or writes.
public enum LabelName {
    public static let inferenceService = "serving.kserve.io/inferenceservice"
    public static let component = "component"
    public static let app = "app"
    public static let revision = "pilotlight.dev/revision"
    /// KServe's and Knative's way to ask for no external address: the value `cluster-local`.
    public static let visibility = ["networking.kserve.io/visibility", "networking.knative.dev/visibility"]
}

/// Containers with a meaning of their own.
public enum ContainerName {
    /// The one that serves the model.
    public static let server = "kserve-container"
    /// A transformer that lives in the predictor's pod.
    public static let transformer = "transformer-container"
}
