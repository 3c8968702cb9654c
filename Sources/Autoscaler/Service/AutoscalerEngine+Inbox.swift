import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry
import Timekeeping

extension AutoscalerEngine {
    /// Feeds in what came from outside, waiting requests first.
    mutating func take(_ content: Inbox.Content, at now: MonotonicInstant, wallTime: WallTime) {
        for wake in content.wakes { self.woke(wake.revision, waiting: wake.waiting, at: now) }
        for event in content.events { self.take(event, at: now, wallTime: wallTime) }
        self.counters.batchesDropped += content.batchesDropped
        for batch in content.batches { self.reported(batch.loads, from: batch.activator, at: batch.receivedAt) }
    }

    private mutating func take(_ event: Inbox.Event, at now: MonotonicInstant, wallTime: WallTime) {
        switch event {
        case .revisions(let changes, let receivedAt):
            for change in changes { self.takeRevision(change, at: receivedAt, wallTime: wallTime) }
        case .pods(let changes, let isFirstList, let receivedAt):
            for change in changes {
                self.takePod(change, isFirstList: isFirstList, at: receivedAt, wallTime: wallTime)
            }
            if isFirstList { self.replicasKnown(true, at: receivedAt) }
        case .deployments(let changes, let isFirstList, let receivedAt):
            for change in changes { self.takeDeployment(change, at: receivedAt) }
            if isFirstList { self.workloadsKnown(at: receivedAt) }
        case .scaleEnded(let plan, nil):
            self.scaleSucceeded(plan, at: now)
        case .scaleEnded(let plan, let error?):
            self.scaleFailed(plan, isMissing: error.code == .notFound, at: now)
        case .statusEnded(let write, let error):
            self.statusWritten(write, succeeded: error == nil, at: now)
        case .objectStatusEnded(let write, let error):
            self.objectStatusWritten(write, succeeded: error == nil, at: now)
        case .scaledObject(let scaling, let status):
            let found = FoundScaledObjectStatus(status, now: now, wallTime: wallTime)
            self.scaledObjectChanged(scaling, found: found, at: now)
        case .scaledObjectGone(let key):
            self.scaledObjectRemoved(key, at: now)
        case .scaledObjectRefused(let key, let uid, let message):
            self.refuse(key, uid: uid, reason: "ScaledObjectCheckFailed", message: message, at: now)
        case .triggerRead(let report):
            self.triggerRead(report, at: now)
        case .measured(let target, let usage):
            self.replicasMeasured(usage, of: target)
        case .triggerActivated(let job, let isActive):
            self.triggerActivated(job.object, build: job.build, trigger: job.trigger, isActive: isActive, at: now)
        case .lookEnded:
            // The rows of looks are the service's business.
            break
        }
    }

    private mutating func takeRevision(_ change: InformerChange, at now: MonotonicInstant, wallTime: WallTime) {
        let object = change.object
        let id = RevisionID(namespace: object.namespace, name: object.name)
        if case .removed = change { return self.revisionRemoved(id) }
        // One that is on its way out, or that cannot be read, is not scaled; its replicas stay as they are.
        guard !object.isDeleting else { return self.revisionRemoved(id) }
        do throws(ProblemList) {
            let revision = try Revision(json: object.json)
            let status = object.json["status"] == nil ? nil : revision.status
            let learnedAt = status?.keepAlive.flatMap { WallTime(rfc3339: $0.time) }
                .map { now.advanced(by: .seconds(-max(0, wallTime.seconds(since: $0)))) }
            self.revisionChanged(ScaledRevision(revision), status: status, learnedAt: learnedAt, at: now)
        } catch {
            self.revisionRemoved(id)
            let message = "Revision \(id) cannot be read and is not scaled: \(error)"
            self.actions.append(.announce(AutoscalerNote(kind: .warning, subject: "\(id)", message: message)))
        }
    }

    private mutating func takePod(
        _ change: InformerChange,
        isFirstList: Bool,
        at now: MonotonicInstant,
        wallTime: WallTime
    ) {
        let pod = change.object
        if case .removed = change {
            guard let target = self.owners.remove(pod.key) else { return }
            return self.replicaRemoved(pod.name, of: target, at: now)
        }
        var isNews = false
        if case .added = change { isNews = !isFirstList }
        let known = self.owners.owner(of: pod.key).map { self.replica(pod.name, of: $0) } ?? self.owners.stray(pod.key)
        let replica = ReplicaSnapshot(pod, isNews: isNews, known: known, now: now, wallTime: wallTime)
        guard let target = self.owners.place(pod.key, labels: pod.labels, replica) else { return }
        self.replicaChanged(replica, of: target, at: now)
    }

    private mutating func takeDeployment(_ change: InformerChange, at now: MonotonicInstant) {
        let deployment = change.object
        if case .removed = change {
            _ = self.owners.setSelector(nil, of: deployment.key)
            return self.workloadChanged(deployment.key, replicas: nil, at: now)
        }
        // What Kubernetes assumes when nothing is written.
        self.workloadChanged(deployment.key, replicas: deployment.spec["replicas"]?.intValue ?? 1, at: now)
        let selector = deployment.spec["selector"]?["matchLabels"]?.objectValue ?? [:]
        let labels = selector.reduce(into: [String: String]()) { $0[$1.key] = $1.value.stringValue }
        for replica in self.owners.setSelector(labels, of: deployment.key) {
            self.replicaChanged(replica, of: deployment.key, at: now)
        }
    }
}
