/// What an embedded cluster is made with.
public struct EmbeddedClusterSettings: Sendable {
    /// Where everything durable lies: objects, logs, the pods' folders.
    public var directory: String
    /// What pods are told they run on.
    public var nodeName = "embedded"
    public var api = EmbeddedAPISettings()
    public var runner = ProcessRunnerSettings()

    public init(directory: String) {
        self.directory = directory
    }
}
