public import Logging
public import ServiceLifecycle
public import Telemetry

/// A Kubernetes cluster of one machine in one process: the API, the deployment controller and the kubelet.
///
/// ```swift
/// let cluster = try EmbeddedCluster(EmbeddedClusterSettings(directory: "./data"), activities: feed, log: log)
/// let group = ServiceGroup(services: cluster.services, logger: log)
/// try await group.run()
/// ```
public struct EmbeddedCluster: Sendable {
    public let api: EmbeddedAPI
    /// What the containers of its pods write.
    public let logs: LogReader
    /// In the order in which they are to be started; they are stopped in the opposite one.
    public let services: [any Service]

    /// Opens the data directory, ends the processes that an earlier run has left and makes the store say so.
    ///
    /// Nothing is started before the services run.
    ///
    /// - Throws: `KubernetesError.unavailable` when another process holds the directory, or what the system refuses.
    public init(
        _ settings: EmbeddedClusterSettings,
        admission: [AdmissionRule] = [],
        activities: ActivityFeed,
        log: Logger
    ) throws {
        let api = try EmbeddedAPI(directory: settings.directory, admission: admission, settings: settings.api)
        let runner = try ProcessRunner(
            api: api,
            node: settings.nodeName,
            directory: settings.directory,
            settings: settings.runner,
            activities: activities,
            log: log
        )
        self.api = api
        self.logs = runner.logs
        self.services = [api, runner, DeploymentController(api: api, node: settings.nodeName, log: log)]
    }
}
