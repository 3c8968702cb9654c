import Telemetry
import Timekeeping

/// Now, on both clocks: one to measure with, one to write down.
struct Moment: Sendable, Equatable {
    let monotonic: MonotonicInstant
    let wall: WallTime

    static func now() -> Moment { Moment(monotonic: MonotonicClock.now(), wall: .now()) }
}

/// One run of one container: the position in the pod, and how many times it was started.
///
/// What is heard of an earlier run is of no interest any longer.
struct ContainerRun: Sendable, Hashable {
    let container: Int
    let run: Int
}

/// Something that happened to a pod.
enum PodEvent: Sendable, Equatable {
    /// The pod was handed to this machine.
    case begun
    case started(ContainerRun, ProcessIdentity)
    /// No process came about; `reason` in one word as Kubernetes has them.
    case startFailed(ContainerRun, reason: String, message: String)
    /// The process and its whole group are gone; `lastLines` of its log.
    case exited(ContainerRun, ProcessExit, lastLines: String)
    case probed(ContainerRun, ProbeKind, ProbeOutcome)
    case timerFired(PodTimer)
    /// The pod is to end, within `grace`.
    case deletionRequested(grace: Duration)
    /// The activator has no request there any longer and sends no more.
    case drained
    /// The platform ends; the pod is to come back with it.
    case platformStopping(grace: Duration)
}

enum PodTimer: Sendable, Hashable {
    case probe(ContainerRun, ProbeKind)
    case restart(ContainerRun)
    case killContainer(ContainerRun)
    case drainOver
    case killPod
}

/// What is to be done about it.
enum PodAction: Sendable, Equatable {
    case start(ContainerRun)
    case probe(ContainerRun, ProbeKind)
    case startTimer(PodTimer, after: Duration)
    case signal(ContainerRun, ContainerSignal)
    /// The status is another one than before.
    case report
    case announce(PodAnnouncement)
    /// No process is left and none will come.
    case finish
}

enum ContainerSignal: Sendable, Equatable {
    /// SIGTERM to the container's first process.
    case terminate
    /// SIGKILL to all of its process group.
    case kill
}

/// News of a pod for people.
struct PodAnnouncement: Sendable, Equatable {
    let kind: Activity.Kind
    let message: String
    var fields: [String: String] = [:]
}
