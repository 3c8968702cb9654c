import KubernetesClient
import StructuredData
import Telemetry
import Timekeeping

@testable import EmbeddedCluster

/// A pod's life on a stage: events by the names of containers, a clock that moves when told.
struct Stage {
    private(set) var lifecycle: PodLifecycle
    private var now = MonotonicInstant.zero

    /// - Parameter drained: Whether the activator says when the pod's last request is out.
    init(_ spec: JSONValue, drained: Bool = false) {
        var pod = KubernetesObject(.pod, ObjectKey(namespace: "default", name: "pod"))
        pod.spec = spec
        if drained { pod.annotations = ["pilotlight.dev/drain": "activator"] }
        self.lifecycle = PodLifecycle(PodDescription(pod), settings: PodLifecycle.Settings())
    }

    var status: JSONValue { self.lifecycle.status(after: [:], address: "127.0.0.1") }

    mutating func wait(_ duration: Duration) { self.now = self.now.advanced(by: duration) }

    mutating func tell(_ event: PodEvent) -> Reaction {
        let wall = WallTime(unixNanoseconds: 1_700_000_000_000_000_000 + self.now.nanoseconds)
        let actions = self.lifecycle.handle(event, at: Moment(monotonic: self.now, wall: wall))
        return Reaction(actions: actions, names: self.lifecycle.containers.map(\.description.name))
    }

    func run(_ name: String) -> ContainerRun {
        let index = self.lifecycle.containers.firstIndex { $0.description.name == name } ?? 0
        return ContainerRun(container: index, run: self.lifecycle.containers[index].run)
    }

    mutating func start(_ name: String) -> Reaction {
        self.tell(.started(self.run(name), ProcessIdentity(bootID: "boot", pid: 4711, startTicks: 1)))
    }

    mutating func exit(_ name: String, _ status: ProcessExit, lastLines: String = "") -> Reaction {
        self.tell(.exited(self.run(name), status, lastLines: lastLines))
    }

    mutating func probed(_ name: String, _ kind: ProbeKind, _ outcome: ProbeOutcome) -> Reaction {
        self.tell(.probed(self.run(name), kind, outcome))
    }
}

/// What came of one event.
struct Reaction {
    let actions: [PodAction]
    let names: [String]

    var starts: [String] {
        self.actions.compactMap { if case .start(let run) = $0 { self.names[run.container] } else { nil } }
    }

    var probes: [ProbeKind] {
        self.actions.compactMap { if case .probe(_, let kind) = $0 { kind } else { nil } }
    }

    var signals: [ContainerSignal] {
        self.actions.compactMap { if case .signal(_, let signal) = $0 { signal } else { nil } }
    }

    var timers: [PodTimer: Duration] {
        var timers: [PodTimer: Duration] = [:]
        for case .startTimer(let timer, let wait) in self.actions { timers[timer] = wait }
        return timers
    }

    var announcements: [Activity.Kind] {
        self.actions.compactMap { if case .announce(let news) = $0 { news.kind } else { nil } }
    }
}
