import KubernetesClient
import Telemetry
import Timekeeping

/// The life of one pod: what happens to it goes in, what is to be done about it comes out; pure.
///
/// It is the kubelet's judgement without the kubelet: it knows processes, clocks, logs and the API only by hearsay, and
/// so every race can be told to it in a test.
struct PodLifecycle: Sendable {
    struct Settings: Sendable, Equatable {
        var backoff = RestartBackoff.Settings()
        /// Between two attempts to find out whether a container is up.
        var eagerProbeInterval: Duration = .milliseconds(50)
        /// What a process has at least from SIGTERM to SIGKILL, however much of the grace draining has taken.
        var leastStopGrace: Duration = .seconds(2)
        /// Until a container that could not be started is tried again.
        var startRetryInterval: Duration = .seconds(2)
    }

    enum Stage: Sendable, Equatable {
        case serving
        /// Requests are still in flight; the pod has to end by `deadline`.
        case draining(deadline: MonotonicInstant)
        /// Every process has been told to end, and told again, the hard way, when `isKilling`.
        case stopping(isKilling: Bool)
        /// No process is left and none will come.
        case over
    }

    let pod: PodDescription
    let settings: Settings
    var containers: [ContainerState]
    var stage = Stage.serving
    /// Since when people wait for the pod to be ready; `nil` when they do not.
    var begun: Moment?
    var now = Moment(monotonic: .zero, wall: WallTime(unixNanoseconds: 0))
    var actions: [PodAction] = []

    /// - Parameter restarts: How often each container was started again in earlier lives of the platform.
    init(_ pod: PodDescription, settings: Settings, restarts: [String: Int] = [:]) {
        self.pod = pod
        self.settings = settings
        self.containers = pod.containers.map { description in
            ContainerState(
                description: description,
                backoff: RestartBackoff(settings.backoff),
                restartCount: restarts[description.name] ?? -1
            )
        }
    }

    /// Whether init containers are through.
    var isInitialized: Bool { self.containers.allSatisfy { $0.description.role == .main || $0.isPassed } }

    var isReady: Bool {
        guard self.isServing, self.isInitialized else { return false }
        return self.containers.allSatisfy { $0.description.role == .initial || $0.isReady }
    }

    /// Whether requests may still be answered here.
    var isServing: Bool {
        switch self.stage {
        case .serving, .draining: true
        case .stopping, .over: false
        }
    }

    var isAlive: Bool { self.containers.contains(where: \.isAlive) }

    mutating func handle(_ event: PodEvent, at now: Moment) -> [PodAction] {
        self.now = now
        self.actions = []
        switch event {
        case .begun: self.begin()
        case .started(let run, let identity): self.started(run, identity)
        case .startFailed(let run, let reason, let message): self.startFailed(run, reason: reason, message: message)
        case .exited(let run, let status, let lastLines): self.exited(run, status, lastLines: lastLines)
        case .probed(let run, let kind, let outcome): self.probed(run, kind, outcome)
        case .timerFired(let timer): self.fired(timer)
        case .deletionRequested(let grace): self.deletionRequested(grace: grace)
        case .drained: self.drained()
        case .platformStopping(let grace): self.stop(within: min(grace, self.pod.grace))
        }
        return self.actions
    }

    // MARK: Starting

    private mutating func begin() {
        self.begun = self.now
        self.announce(.replicaStarting, "Replica \(self.pod.key.name) is starting.")
        self.startNext()
    }

    /// Starts whatever has nothing left to wait for.
    mutating func startNext() {
        for index in self.containers.indices {
            let container = self.containers[index]
            if container.stage == .pending { self.start(index) }
            if container.description.role != .main, !container.isPassed { return }
        }
    }

    mutating func start(_ index: Int) {
        self.containers[index].run += 1
        self.containers[index].stage = .starting
        self.actions.append(.start(self.run(of: index)))
    }

    private mutating func started(_ run: ContainerRun, _ identity: ProcessIdentity) {
        guard let index = self.index(of: run), self.containers[index].stage == .starting else { return }
        let eager = self.settings.eagerProbeInterval
        self.containers[index].stage = .running(identity, since: self.now)
        self.containers[index].restartCount += 1
        self.containers[index].problem = nil
        for (kind, spec) in self.containers[index].description.probes {
            self.containers[index].trackers[kind] = ProbeTracker(kind, spec, eagerInterval: eager)
        }
        self.report()
        if case .stopping(let isKilling) = self.stage {
            self.actions.append(.signal(run, isKilling ? .kill : .terminate))
        } else if self.containers[index].trackers[.startup] != nil {
            self.schedule(.startup, of: index)
        } else {
            self.becameStarted(index)
        }
    }

    mutating func becameStarted(_ index: Int) {
        self.containers[index].isStarted = true
        self.schedule(.liveness, of: index)
        if self.containers[index].trackers[.readiness] != nil {
            self.schedule(.readiness, of: index)
        } else {
            self.setReady(true, index)
        }
        self.report()
        if self.containers[index].description.role == .sidecar { self.startNext() }
    }

    private mutating func startFailed(_ run: ContainerRun, reason: String, message: String) {
        guard let index = self.index(of: run), self.containers[index].stage == .starting else { return }
        let isNews = self.containers[index].problem != message
        self.containers[index].problem = message
        self.containers[index].stage = .waiting(reason: reason, message: message)
        self.report()
        guard self.stage == .serving else {
            self.finishIfOver()
            return
        }
        if isNews {
            self.announce(.replicaFailed, "Replica \(self.pod.key.name) cannot be started: \(message)")
        }
        self.actions.append(.startTimer(.restart(run), after: self.settings.startRetryInterval))
    }

    // MARK: Plumbing

    func run(of index: Int) -> ContainerRun {
        ContainerRun(container: index, run: self.containers[index].run)
    }

    /// Where the container is, or `nil` when the run is not its present one.
    func index(of run: ContainerRun) -> Int? {
        self.containers[run.container].run == run.run ? run.container : nil
    }

    func name(_ index: Int) -> String { "\(self.containers[index].description.name) of \(self.pod.key.name)" }

    mutating func report() {
        if !self.actions.contains(.report) { self.actions.append(.report) }
    }

    mutating func announce(_ kind: Activity.Kind, _ message: String, _ fields: [String: String] = [:]) {
        let fields = fields.merging(["pod": self.pod.key.name]) { given, _ in given }
        self.actions.append(.announce(PodAnnouncement(kind: kind, message: message, fields: fields)))
    }

    /// `0.3 s`, `12 s`.
    static func text(_ duration: Duration) -> String {
        let seconds = duration.inSeconds
        return seconds < 10 ? "\((seconds * 10).rounded() / 10) s" : "\(Int(seconds.rounded())) s"
    }
}
