import KubernetesClient
import StructuredData
import Telemetry

/// The status of a deployment, as the deployment controller of Kubernetes writes it; pure.
struct DeploymentStatus: Sendable, Equatable {
    let json: JSONValue
    /// When time alone will change it: seconds from `now`, `nil` for never.
    let changesAfterSeconds: Double?

    private struct Counts: Equatable {
        let replicas: Int
        let updated: Int
        let ready: Int
        let available: Int
    }

    init(of deployment: KubernetesObject, target: RolloutTarget, pods: [ObservedPod], now: WallTime) {
        let active = pods.filter { !$0.isDeleting && !$0.isFinished }
        let available = active.filter { $0.isAvailable(minReadySeconds: target.minReadySeconds, now: now) }
        let counts = Counts(
            replicas: active.count,
            updated: active.count { $0.templateHash == target.templateHash },
            ready: active.count(where: \.isReady),
            available: available.count
        )
        let old = deployment.status
        let deadline = deployment.spec["progressDeadlineSeconds"]?.doubleValue
        let progress = Self.progress(old, counts, target: target, deadlineSeconds: deadline, now: now)
        var json: JSONValue = ["observedGeneration": JSONValue(deployment.generation)]
        // Kubernetes leaves out what is zero.
        for (field, count) in [
            ("replicas", counts.replicas), ("updatedReplicas", counts.updated), ("readyReplicas", counts.ready),
            ("availableReplicas", counts.available),
            ("unavailableReplicas", max(0, max(target.replicas, counts.replicas) - counts.available)),
        ] where count != 0 {
            json[field] = JSONValue(count)
        }
        json["conditions"] = .array([Self.availability(old, counts, target: target, now: now), progress.condition])
        self.json = json
        let becomesAvailable = active.compactMap { pod -> Double? in
            guard let since = pod.readySince, target.minReadySeconds > 0 else { return nil }
            let left = Double(target.minReadySeconds) - now.seconds(since: since)
            return left > 0 ? left : nil
        }
        self.changesAfterSeconds = (becomesAvailable + [progress.endsAfterSeconds].compactMap(\.self)).min()
    }

    private static func availability(
        _ old: JSONValue,
        _ counts: Counts,
        target: RolloutTarget,
        now: WallTime
    ) -> JSONValue {
        let isAvailable = counts.available >= target.replicas - target.limits.unavailable
        return Self.condition(
            "Available",
            isTrue: isAvailable,
            reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            message: "Deployment \(isAvailable ? "has" : "does not have") minimum availability.",
            after: Self.condition("Available", of: old),
            isUpdate: false,
            now: now
        )
    }

    private static func progress(
        _ old: JSONValue,
        _ counts: Counts,
        target: RolloutTarget,
        deadlineSeconds: Double?,
        now: WallTime
    ) -> (condition: JSONValue, endsAfterSeconds: Double?) {
        let before = Self.condition("Progressing", of: old)
        // A rollout that is over stays over when replicas come and go with the scale.
        if let before, before["reason"] == "NewReplicaSetAvailable", counts.replicas == counts.updated {
            return (before, nil)
        }
        func next(_ isTrue: Bool, _ reason: String, _ message: String, isUpdate: Bool) -> JSONValue {
            Self.condition(
                "Progressing",
                isTrue: isTrue,
                reason: reason,
                message: message,
                after: before,
                isUpdate: isUpdate,
                now: now
            )
        }
        let isComplete =
            counts.updated == target.replicas && counts.replicas == target.replicas
            && counts.available == target.replicas
        if isComplete {
            let message = "Every replica has the present template (\(target.templateHash)) and is available."
            return (next(true, "NewReplicaSetAvailable", message, isUpdate: true), nil)
        }
        // Fewer pods of the present template than before: the template is another one, and its time begins now.
        let isNew =
            before == nil || before?["reason"] == "NewReplicaSetAvailable"
            || counts.updated < old["updatedReplicas"]?.intValue ?? 0
        let hasMoved = isNew || Self.hasMoved(from: old, to: counts)
        let last = before?["lastUpdateTime"]?.stringValue.flatMap { WallTime(rfc3339: $0) } ?? now
        let left = deadlineSeconds.map { $0 - (hasMoved ? 0 : now.seconds(since: last)) }
        if let left, left <= 0 {
            let message = "The rollout of template \(target.templateHash) has made no progress within its deadline."
            return (next(false, "ProgressDeadlineExceeded", message, isUpdate: before?["status"] == "True"), nil)
        }
        let message = "Replicas of template \(target.templateHash) are being started."
        return (next(true, "ReplicaSetUpdated", message, isUpdate: hasMoved), left)
    }

    private static func hasMoved(from old: JSONValue, to counts: Counts) -> Bool {
        func count(_ field: String) -> Int { old[field]?.intValue ?? 0 }
        let oldPods = count("replicas") - count("updatedReplicas")
        return counts.updated > count("updatedReplicas") || counts.replicas - counts.updated < oldPods
            || counts.ready > count("readyReplicas") || counts.available > count("availableReplicas")
    }

    private static func condition(_ type: String, of status: JSONValue) -> JSONValue? {
        status["conditions"]?.arrayValue?.first { $0["type"] == .string(type) }
    }

    private static func condition(
        _ type: String,
        isTrue: Bool,
        reason: String,
        message: String,
        after before: JSONValue?,
        isUpdate: Bool,
        now: WallTime
    ) -> JSONValue {
        let status: JSONValue = isTrue ? "True" : "False"
        let isSameStatus = before?["status"] == status
        let isSame = isSameStatus && before?["reason"] == .string(reason)
        let time = JSONValue.string(now.rfc3339)
        return [
            "type": .string(type),
            "status": status,
            "lastUpdateTime": isSame && !isUpdate ? before?["lastUpdateTime"] ?? time : time,
            "lastTransitionTime": isSameStatus ? before?["lastTransitionTime"] ?? time : time,
            "reason": .string(reason),
            "message": .string(message),
        ]
    }
}
