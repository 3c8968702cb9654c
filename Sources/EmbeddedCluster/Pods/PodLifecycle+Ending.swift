import KubernetesClient
import Telemetry
import Timekeeping

/// Ending, and what comes after an end.
extension PodLifecycle {
    // MARK: One container

    /// Ends a container that failed a probe and is to be started again.
    mutating func end(_ index: Int, after kind: ProbeKind, _ message: String) {
        let run = self.run(of: index)
        let reason = "\(kind.rawValue) probe failed: \(message)"
        let grace = self.containers[index].description.probes[kind]?.terminationGrace
        self.containers[index].endingBecause = reason
        self.setReady(false, index)
        self.announce(.warning, "Container \(self.name(index)) is restarted: \(reason)")
        self.actions.append(.signal(run, .terminate))
        self.actions.append(.startTimer(.killContainer(run), after: grace ?? self.pod.grace))
    }

    mutating func exited(_ run: ContainerRun, _ status: ProcessExit, lastLines: String) {
        guard let index = self.index(of: run), case .running(let identity, let since) = self.containers[index].stage
        else { return }
        let ranFor = self.now.monotonic.duration(since: since.monotonic)
        let because = self.containers[index].endingBecause
        self.containers[index].last = ContainerState.Termination(
            status: status,
            identity: identity,
            started: since.wall,
            finished: self.now.wall,
            message: because ?? (status.isSuccess ? "" : lastLines)
        )
        self.containers[index].isStarted = false
        self.containers[index].isReady = false
        self.containers[index].trackers = [:]
        self.containers[index].endingBecause = nil
        self.containers[index].stage = .ended
        self.report()
        switch self.stage {
        case .serving: self.goOn(after: index, status, ranFor: ranFor, lastLines: lastLines)
        case .stopping(isKilling: false): self.terminateSidecarsIfAlone()
        case .stopping(isKilling: true), .draining, .over: break
        }
        self.finishIfOver()
    }

    mutating func goOn(after index: Int, _ status: ProcessExit, ranFor: Duration, lastLines: String) {
        let role = self.containers[index].description.role
        if role != .initial || !status.isSuccess {
            let words = lastLines.isEmpty ? "" : " Its last lines: \(lastLines)"
            self.announce(
                .replicaFailed,
                "Container \(self.name(index)) \(status.sentence) after \(Self.text(ranFor)).\(words)",
                ["exit": "\(status.code)"]
            )
        }
        if self.isRestarted(role, after: status) {
            self.restart(index, ranFor: ranFor)
        } else if role == .initial, status.isSuccess {
            self.startNext()
        } else if role == .initial || self.containers.allSatisfy({ $0.description.role != .main || $0.stage == .ended })
        {
            self.stop(within: self.pod.grace)
        }
    }

    private func isRestarted(_ role: ContainerDescription.Role, after status: ProcessExit) -> Bool {
        switch (role, self.pod.restartPolicy) {
        case (.sidecar, _), (.main, .always): true
        case (.initial, .always), (_, .onFailure): !status.isSuccess
        case (_, .never): false
        }
    }

    mutating func restart(_ index: Int, ranFor: Duration) {
        let wait = self.containers[index].backoff.wait(afterRunningFor: ranFor)
        self.begun = self.begun ?? self.now
        guard wait > .zero else {
            self.start(index)
            return
        }
        self.containers[index].stage = .waiting(
            reason: "CrashLoopBackOff",
            message: "back-off \(Self.text(wait)) restarting container \(self.name(index))"
        )
        self.actions.append(.startTimer(.restart(self.run(of: index)), after: wait))
    }

    // MARK: The pod

    mutating func deletionRequested(grace: Duration) {
        guard self.stage == .serving else { return }
        guard self.pod.isDrained, self.containers.contains(where: \.isStarted) else {
            self.stop(within: grace)
            return
        }
        self.stage = .draining(deadline: self.now.monotonic.advanced(by: grace))
        self.announce(.replicaDraining, "Replica \(self.pod.key.name) finishes its requests and then stops.")
        self.actions.append(.startTimer(.drainOver, after: grace))
    }

    mutating func drained() {
        guard case .draining(let deadline) = self.stage else { return }
        self.stop(within: max(self.settings.leastStopGrace, deadline.duration(since: self.now.monotonic)))
    }

    /// Tells every process to end, and kills what is left after `grace`.
    mutating func stop(within grace: Duration) {
        guard self.isServing else { return }
        self.stage = .stopping(isKilling: false)
        for index in self.containers.indices where !self.containers[index].isAlive {
            self.containers[index].stage = .ended
        }
        self.terminate { $0 != .sidecar }
        self.terminateSidecarsIfAlone()
        if self.isAlive { self.actions.append(.startTimer(.killPod, after: grace)) }
        self.report()
        self.finishIfOver()
    }

    private mutating func terminate(_ isMeant: (ContainerDescription.Role) -> Bool) {
        for index in self.containers.indices where isMeant(self.containers[index].description.role) {
            guard case .running = self.containers[index].stage else { continue }
            self.actions.append(.signal(self.run(of: index), .terminate))
        }
    }

    /// Sidecars end when those whom they serve have ended.
    var isAlone: Bool {
        !self.containers.contains { $0.isAlive && $0.description.role != .sidecar }
    }

    private mutating func terminateSidecarsIfAlone() {
        if self.isAlone { self.terminate { $0 == .sidecar } }
    }

    mutating func finishIfOver() {
        guard self.stage != .serving, self.stage != .over, !self.isAlive else { return }
        self.stage = .over
        self.announce(.replicaStopped, "Replica \(self.pod.key.name) has stopped.")
        self.actions.append(.finish)
    }
}
