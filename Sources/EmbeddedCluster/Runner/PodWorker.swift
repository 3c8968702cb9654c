import Glibc
import KubernetesClient
import Logging
import ServingAPI
import StructuredData
import Synchronization
import Telemetry

/// Lives one pod's life: carries out what `PodLifecycle` decides and tells it what comes of it.
final class PodWorker: Sendable {
    /// What is known of a run that the lifecycle does not need to know.
    struct Run: Sendable {
        let plan: ContainerPlan
        let file: LogFile
        let child: ChildProcess
    }

    private struct Notices {
        var isDeletionKnown = false
        var isDrainKnown = false
    }

    let description: PodDescription
    private let environment: RunnerEnvironment
    private let port: Int
    private let events: AsyncStream<PodEvent>
    // Every event has one origin that waits for it to be dealt with (a process, a probe, a timer), so few ever wait.
    private let feed: AsyncStream<PodEvent>.Continuation
    private let notices = Mutex(Notices())
    private let runs = Mutex<[ContainerRun: Run]>([:])
    private let restarts: [String: Int]

    init(_ pod: KubernetesObject, port: Int, _ environment: RunnerEnvironment) {
        self.description = PodDescription(pod)
        self.environment = environment
        self.port = port
        (self.events, self.feed) = AsyncStream.makeStream()
        var restarts: [String: Int] = [:]
        for field in ["initContainerStatuses", "containerStatuses"] {
            for status in pod.status[field]?.arrayValue ?? [] where status["lastState"]?["terminated"] != nil {
                restarts[status["name"]?.stringValue ?? ""] = status["restartCount"]?.intValue
            }
        }
        self.restarts = restarts
    }

    // MARK: From outside

    /// The pod is another than before.
    func podChanged(_ pod: KubernetesObject) {
        guard pod.isDeleting else { return }
        let grace = Duration.seconds(pod.metadata["deletionGracePeriodSeconds"]?.intValue ?? 0)
        self.end(within: grace, isDrained: pod.annotations[AnnotationName.drained] == "true")
    }

    /// The pod has gone from the store, with or without us.
    func podRemoved() {
        self.end(within: self.description.grace, isDrained: true)
    }

    func platformStopping(grace: Duration) {
        self.feed.yield(.platformStopping(grace: grace))
    }

    private func end(within grace: Duration, isDrained: Bool) {
        let (isNewDeletion, isNewDrain) = self.notices.withLock { notices in
            let isNewDeletion = !notices.isDeletionKnown
            let isNewDrain = isDrained && !notices.isDrainKnown
            notices.isDeletionKnown = true
            notices.isDrainKnown = notices.isDrainKnown || isDrained
            return (isNewDeletion, isNewDrain)
        }
        if isNewDeletion { self.feed.yield(.deletionRequested(grace: grace)) }
        if isNewDrain { self.feed.yield(.drained) }
    }

    // MARK: Running

    /// Runs the pod until none of its processes is left.
    func run() async {
        var lifecycle = PodLifecycle(
            self.description,
            settings: self.environment.settings.lifecycle,
            restarts: self.restarts
        )
        self.feed.yield(.begun)
        await withDiscardingTaskGroup { group in
            var isPlatformStopping = false
            for await event in self.events {
                if case .platformStopping = event { isPlatformStopping = true }
                for action in lifecycle.handle(event, at: .now()) {
                    // What a stopping platform does to its processes is no news of the pods, which come back with it.
                    if action == .report, isPlatformStopping { continue }
                    self.perform(action, lifecycle, &group)
                }
                if lifecycle.stage == .over { break }
            }
            group.cancelAll()
        }
        self.leave()
    }

    private func perform(_ action: PodAction, _ lifecycle: PodLifecycle, _ group: inout DiscardingTaskGroup) {
        switch action {
        case .start(let run): self.start(run)
        case .signal(let run, let signal): self.signal(run, signal)
        case .report: self.report(lifecycle)
        case .announce(let announcement): self.announce(announcement)
        case .finish: break
        case .startTimer(let timer, let wait):
            group.addTask {
                guard (try? await Task.sleep(for: wait)) != nil else { return }
                self.feed.yield(.timerFired(timer))
            }
        case .probe(let run, let kind):
            group.addTask { await self.probe(run, kind) }
        }
    }

    /// Lets go of everything the pod had.
    private func leave() {
        self.feed.finish()
        // Cancelled in mid-life: nobody will be there to see them end.
        for run in self.runs.withLock({ $0.values }) { self.environment.children.kill(run.child) }
        self.environment.logs.close(self.description.key)
        self.environment.ports.release(self.port)
        self.storage.remove()
        do throws(KubernetesError) {
            try self.environment.api.release(pod: self.description.key, uid: self.description.uid)
        } catch {
            // Somebody else's pod by now, or nobody's.
            guard error.code != .notFound, error.code != .conflict else { return }
            self.environment.log.error("cannot let go of a pod", metadata: self.metadata(error: error))
        }
    }

    // MARK: Processes

    private var storage: ModelStorage {
        ModelStorage(podDirectory: "\(self.environment.podDirectory)/\(self.description.uid)")
    }

    private func start(_ run: ContainerRun) {
        do throws(ContainerProblem) {
            let plan = try self.plan(run)
            let (file, pipe) = try self.output(of: run)
            let request = ChildRequest(plan: plan, standardOutput: pipe.writing, standardError: pipe.writing)
            self.environment.children.start(request) { outcome in
                close(pipe.writing)
                switch outcome {
                case .success(let child):
                    self.runs.withLock { $0[run] = Run(plan: plan, file: file, child: child) }
                    self.feed.yield(.started(run, child.identity))
                case .failure(let problem):
                    self.environment.pump.drain(pipe) {}
                    self.feed.yield(.startFailed(run, reason: problem.reason, message: problem.message))
                }
            } onExit: { status in
                self.environment.pump.drain(pipe) {
                    self.runs.withLock { _ = $0.removeValue(forKey: run) }
                    let words = status.isSuccess ? "" : file.lastLines(5, maximumBytes: 2048)
                    self.feed.yield(.exited(run, status, lastLines: words))
                }
            }
        } catch {
            self.feed.yield(.startFailed(run, reason: error.reason, message: error.message))
        }
    }

    private func plan(_ run: ContainerRun) throws(ContainerProblem) -> ContainerPlan {
        guard let pod = self.environment.api.object(.pod, self.description.key) else {
            throw ContainerProblem(reason: "PodGone", message: "the pod has been deleted")
        }
        let planner = ContainerPlanner(
            pod: pod,
            port: self.port,
            address: self.environment.settings.address,
            modelPath: try self.storage.materialise(for: pod),
            ownExecutable: self.environment.settings.ownExecutable,
            inherited: self.environment.inherited,
            lookUp: { self.environment.api.object($0, $1) }
        )
        return try planner.plan(self.description.containers[run.container].container)
    }

    private func output(of run: ContainerRun) throws(ContainerProblem) -> (LogFile, LogPipe) {
        do throws(SystemError) {
            let name = self.description.containers[run.container].name
            let file = try self.environment.logs.file(self.description.key, container: name)
            return (file, try self.environment.pump.connect(to: file))
        } catch {
            throw ContainerProblem(reason: "RunContainerError", message: "the container's log cannot be kept: \(error)")
        }
    }

    private func signal(_ run: ContainerRun, _ signal: ContainerSignal) {
        guard let child = self.runs.withLock({ $0[run]?.child }) else { return }
        switch signal {
        case .terminate: self.environment.children.terminate(child)
        case .kill: self.environment.children.kill(child)
        }
    }

    private func probe(_ run: ContainerRun, _ kind: ProbeKind) async {
        let container = self.description.containers[run.container]
        guard let spec = container.probes[kind], let plan = self.runs.withLock({ $0[run]?.plan }) else { return }
        let outcome = await self.environment.prober.probe(
            spec,
            of: container.container,
            address: self.environment.settings.address,
            port: self.port,
            plan: plan
        )
        self.feed.yield(.probed(run, kind, outcome))
    }

    // MARK: News

    private func report(_ lifecycle: PodLifecycle) {
        let address = self.environment.settings.address
        do throws(KubernetesError) {
            try self.environment.api.modify(.pod, self.description.key, uid: self.description.uid) { pod in
                pod.annotations[AnnotationName.port] = "\(self.port)"
                pod.spec["nodeName"] = .string(self.environment.node)
                pod.status = lifecycle.status(after: pod.status, address: address)
            }
        } catch {
            if error.code == .notFound || error.code == .conflict {
                self.podRemoved()
            } else {
                self.environment.log.error("cannot record the state of a pod", metadata: self.metadata(error: error))
            }
        }
    }

    private func announce(_ announcement: PodAnnouncement) {
        self.environment.activities.publish(
            announcement.kind,
            subject: self.description.subject,
            message: announcement.message,
            fields: announcement.fields
        )
    }

    private func metadata(error: any Error) -> Logger.Metadata {
        [LogKey.pod: "\(self.description.key)", LogKey.error: "\(error)"]
    }
}
