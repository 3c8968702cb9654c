import KubernetesClient
public import Logging
public import ServiceLifecycle
import StructuredData
import Telemetry

/// Makes the pods that deployments ask for.
///
/// It acts on every change of a deployment or of one of its pods, at once, and reads what it decides on from the store
/// itself: between a write and the decision there is neither a cache that lags nor an interval.
public final class DeploymentController: Service {
    private let api: EmbeddedAPI
    private let node: String
    private let log: Logger
    private let queue = WorkQueue<ObjectKey>()

    /// - Parameter node: What pods are told they run on.
    public init(api: EmbeddedAPI, node: String, log: Logger) {
        self.api = api
        self.node = node
        self.log = log
    }

    /// Works until the task is cancelled or the service group shuts down.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                let deployments = Informer(api: self.api, type: .deployment, log: self.log)
                let pods = Informer(api: self.api, type: .pod, log: self.log)
                group.addTask {
                    await deployments.run { changes in self.queue.add(changes.map(\.object.key)) }
                }
                group.addTask {
                    await pods.run { changes in self.queue.add(changes.compactMap { Self.owner(of: $0.object) }) }
                }
                await self.work(&group)
                group.cancelAll()
            }
        }
    }

    private func work(_ group: inout DiscardingTaskGroup) async {
        let timers = TimerSet<ObjectKey>()
        var failures: [ObjectKey: Int] = [:]
        while let key = await self.queue.next() {
            let wait: Duration?
            switch await self.reconcile(key) {
            case .done(let changesAfterSeconds):
                failures[key] = nil
                wait = changesAfterSeconds.map { .seconds($0) }
            case .failed(let error):
                failures[key, default: 0] += 1
                wait = min(.seconds(60), .milliseconds(250) * (1 << min(failures[key, default: 1], 10)))
                self.log.error(
                    "cannot carry out a deployment, trying again after a pause",
                    metadata: ["deployment": "\(key)", "error": "\(error)", "pause": "\(wait ?? .zero)"]
                )
            }
            guard let wait else { continue }
            let due = ContinuousClock.now + wait
            guard timers.arm(key, at: due) else { continue }
            group.addTask {
                try? await Task.sleep(until: due)
                timers.fired(key, at: due)
                self.queue.add([key])
            }
        }
    }

    private static func owner(of pod: KubernetesObject) -> ObjectKey? {
        let owner = pod.ownerReferences.first { $0.isController && $0.kind == ResourceType.deployment.kind }
        return owner.map { ObjectKey(namespace: pod.namespace, name: $0.name) }
    }

    private enum Outcome {
        /// Look again after so many seconds although nothing happens; `nil` for never.
        case done(changesAfterSeconds: Double?)
        case failed(KubernetesError)
    }

    /// Takes the next step for one deployment.
    private func reconcile(_ key: ObjectKey) async -> Outcome {
        guard let deployment = try? await self.api.get(.deployment, key), !deployment.isDeleting else {
            return .done(changesAfterSeconds: nil)
        }
        let template = PodTemplate(of: deployment)
        let target = RolloutTarget(of: deployment, template: template)
        let pods = self.api.dependents(of: deployment.uid, .pod).map(ObservedPod.init)
        let now = WallTime.now()
        let plan = RolloutPlan(target, pods: pods, now: now)
        let status = DeploymentStatus(of: deployment, target: target, pods: pods, now: now)
        do throws(KubernetesError) {
            // Pods first: a request may be waiting for them, nobody waits for the status.
            for _ in 0..<plan.creations {
                _ = try await self.api.create(.pod, template.pod(onNode: self.node))
            }
            for pod in plan.removals {
                try await self.remove(ObjectKey(namespace: key.namespace, name: pod.name), uid: pod.uid)
            }
            try self.api.modify(.deployment, key, uid: deployment.uid) { $0.status = status.json }
            return .done(changesAfterSeconds: status.changesAfterSeconds)
        } catch {
            // Whoever deleted or replaced the deployment meanwhile has put it into the queue again.
            if error.code == .notFound || error.code == .conflict { return .done(changesAfterSeconds: nil) }
            return .failed(error)
        }
    }

    /// A pod that has gone in the meantime is as good as removed.
    private func remove(_ key: ObjectKey, uid: String) async throws(KubernetesError) {
        do {
            try await self.api.delete(.pod, key, uid: uid)
        } catch  where error.code == .notFound || error.code == .conflict {}
    }
}

extension RolloutTarget {
    init(of deployment: KubernetesObject, template: PodTemplate) {
        let spec = deployment.spec
        let replicas = max(0, spec["replicas"]?.intValue ?? 1)
        self.init(
            replicas: replicas,
            templateHash: template.hash,
            limits: RolloutLimits(of: deployment, replicas: replicas),
            isRecreate: spec["strategy"]?["type"] == "Recreate",
            isPaused: spec["paused"]?.boolValue ?? false,
            minReadySeconds: max(0, spec["minReadySeconds"]?.intValue ?? 0)
        )
    }
}
