/// The keys of log metadata, one spelling for each fact throughout the program.
public enum LogKey {
    public static let namespace = "namespace"
    /// The name of an InferenceService.
    public static let service = "service"
    /// A revision, as `default/iris-predictor`.
    public static let revision = "revision"
    public static let pod = "pod"
    /// An object of the API, as `deployments.apps default/iris-predictor`.
    public static let object = "object"
    public static let address = "address"
    public static let path = "path"
    public static let processID = "pid"
    public static let exitStatus = "exit"
    public static let replicas = "replicas"
    public static let desired = "desired"
    public static let reason = "reason"
    public static let seconds = "seconds"
    public static let count = "count"
    public static let error = "error"
}
