import Telemetry
import Timekeeping

/// What is known of one container of a pod.
struct ContainerState: Sendable {
    enum Stage: Sendable, Equatable {
        /// Not begun yet.
        case pending
        /// Between two runs.
        case waiting(reason: String, message: String)
        case starting
        case running(ProcessIdentity, since: Moment)
        /// Ended and not to be started again.
        case ended
    }

    /// A run that is over.
    struct Termination: Sendable, Equatable {
        let status: ProcessExit
        let identity: ProcessIdentity
        let started: WallTime
        let finished: WallTime
        /// Why it was ended from outside, or its last words.
        let message: String

        var reason: String { self.status.isSuccess ? "Completed" : "Error" }
    }

    let description: ContainerDescription
    var stage = Stage.pending
    /// Counts the starts.
    var run = 0
    /// Whether it is up: its startup probe has passed, or it has none.
    var isStarted = false
    var isReady = false
    var trackers: [ProbeKind: ProbeTracker] = [:]
    /// Why it is being ended while the pod goes on; `nil` when it is not.
    var endingBecause: String?
    var last: Termination?
    /// Why the last start brought no process; `nil` when it did.
    var problem: String?
    var backoff: RestartBackoff
    /// Processes so far but the first; -1 before it.
    var restartCount = -1

    /// Whether a process is there or on its way.
    var isAlive: Bool {
        switch self.stage {
        case .starting, .running: true
        case .pending, .waiting, .ended: false
        }
    }

    /// Whether what follows an init container may begin.
    var isPassed: Bool {
        switch self.description.role {
        case .initial: self.stage == .ended && self.last?.status.isSuccess == true
        case .sidecar: self.isStarted
        case .main: false
        }
    }
}
