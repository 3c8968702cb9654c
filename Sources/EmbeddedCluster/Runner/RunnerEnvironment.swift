import Logging
import Telemetry

/// What all pods of one runner share.
struct RunnerEnvironment: Sendable {
    /// Stands in the environment of every replica: tells those of this platform from all other processes.
    static let instanceVariable = "PILOTLIGHT_INSTANCE"

    let api: EmbeddedAPI
    let node: String
    let settings: ProcessRunnerSettings
    /// Variables that every container gets.
    let inherited: [String: String]
    /// Where pods have their folders.
    let podDirectory: String
    let children: ChildProcesses
    let pump: LogPump
    let logs: LogStore
    let prober: ContainerProber
    let ports: PortAllocator
    let activities: ActivityFeed
    let log: Logger
}
