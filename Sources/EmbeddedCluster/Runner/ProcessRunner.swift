import Foundation
import KubernetesClient
import Logging
import ServiceLifecycle
import StructuredData
import Synchronization
import Telemetry

/// Plays the kubelet: runs the containers of this node's pods as child processes.
final class ProcessRunner: Service {
    private struct State {
        var workers: [String: PodWorker] = [:]
        /// Pods for which there was no port.
        var unplaced: [String: KubernetesObject] = [:]
        var isStopping = false
    }

    private let environment: RunnerEnvironment
    private let state = Mutex(State())
    private let hired: AsyncStream<PodWorker>
    // At most one worker a pod.
    private let hire: AsyncStream<PodWorker>.Continuation

    /// Kills what an earlier life of the platform has left, and opens everything that running pods takes.
    ///
    /// - Parameter directory: Where pods have their folders and logs.
    init(
        api: EmbeddedAPI,
        node: String,
        directory: String,
        settings: ProcessRunnerSettings,
        activities: ActivityFeed,
        log: Logger
    ) throws(SystemError) {
        let instance = RandomNames.uid()
        Recovery(api: api, node: node, directory: directory, log: log).recover(instance: instance)
        var inherited = settings.inherited(from: ProcessInfo.processInfo.environment)
        inherited[RunnerEnvironment.instanceVariable] = instance
        let children = try ChildProcesses(marker: "\(RunnerEnvironment.instanceVariable)=\(instance)")
        self.environment = RunnerEnvironment(
            api: api,
            node: node,
            settings: settings,
            inherited: inherited,
            podDirectory: "\(directory)/pods",
            children: children,
            pump: try LogPump(),
            logs: LogStore(
                directory: "\(directory)/logs",
                limits: LogFile.Limits(bytesPerFile: settings.logFileBytes),
                keptPods: settings.keptPodLogs
            ),
            prober: try ContainerProber(children: children),
            ports: PortAllocator(range: settings.ports),
            activities: activities,
            log: log
        )
        (self.hired, self.hire) = AsyncStream.makeStream()
    }

    var logs: LogReader { LogReader(self.environment.logs) }

    /// Runs pods until the service group shuts down: then every process is told to end, and killed after the grace.
    func run() async {
        let pods = Informer(api: self.environment.api, type: .pod, log: self.environment.log)
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await pods.run { changes in for change in changes { self.podChanged(change) } }
                }
                await withDiscardingTaskGroup { workers in
                    for await worker in self.hired {
                        workers.addTask {
                            await worker.run()
                            self.retire(worker)
                        }
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.stopWorkers()
        }
        self.environment.prober.stop()
        self.environment.children.stop()
        self.environment.pump.stop()
    }

    private func podChanged(_ change: InformerChange) {
        let pod = change.object
        let worker = self.state.withLock { $0.workers[pod.uid] }
        if case .removed = change {
            self.state.withLock { _ = $0.unplaced.removeValue(forKey: pod.uid) }
            worker?.podRemoved()
        } else if let worker {
            worker.podChanged(pod)
        } else if self.isRunnable(pod) {
            self.take(pod)
        } else if pod.isDeleting, self.isOurs(pod) {
            // Nobody runs it (any longer), so nothing has to end before it goes.
            try? self.environment.api.release(pod: pod.key, uid: pod.uid)
        }
    }

    private func isOurs(_ pod: KubernetesObject) -> Bool {
        let node = pod.spec["nodeName"]?.stringValue ?? ""
        return node.isEmpty || node == self.environment.node
    }

    private func isRunnable(_ pod: KubernetesObject) -> Bool {
        let phase = pod.status["phase"]?.stringValue
        return self.isOurs(pod) && !pod.isDeleting && phase != "Succeeded" && phase != "Failed"
    }

    private func take(_ pod: KubernetesObject) {
        guard let port = self.environment.ports.allocate() else {
            let isNew = self.state.withLock { $0.unplaced.updateValue(pod, forKey: pod.uid) == nil }
            guard isNew else { return }
            self.environment.log.error(
                "no free port is left for a pod, it waits for one",
                metadata: [LogKey.pod: "\(pod.key)", "ports": "\(self.environment.settings.ports)"]
            )
            return
        }
        let worker = PodWorker(pod, port: port, self.environment)
        let isHired = self.state.withLock { state in
            guard !state.isStopping else { return false }
            state.workers[pod.uid] = worker
            return true
        }
        if isHired { self.hire.yield(worker) } else { self.environment.ports.release(port) }
    }

    private func retire(_ worker: PodWorker) {
        let next = self.state.withLock { state in
            state.workers[worker.description.uid] = nil
            return state.unplaced.popFirst()?.value
        }
        if let next { self.take(next) }
    }

    private func stopWorkers() {
        let workers = self.state.withLock { state in
            state.isStopping = true
            return Array(state.workers.values)
        }
        for worker in workers { worker.platformStopping(grace: self.environment.settings.shutdownGrace) }
        self.hire.finish()
    }
}
