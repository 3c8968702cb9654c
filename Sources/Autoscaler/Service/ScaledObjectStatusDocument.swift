import KubernetesClient
import ScalingCore
import StructuredData
import Telemetry
import Timekeeping

/// A ScaledObject's status as JSON: KEDA's fields, and with `lastDecision` what each trigger said and why.
struct ScaledObjectStatusDocument {
    let report: ScaledObjectReport
    let now: MonotonicInstant
    let wallTime: WallTime

    private func text(_ instant: MonotonicInstant) -> JSONValue {
        .string(WallTime(unixSeconds: self.wallTime.unixSeconds - self.now.seconds(since: instant)).rfc3339)
    }

    /// A merge patch: what is not known any more is `null`.
    var patch: JSONValue {
        let metrics = self.report.triggers.enumerated().flatMap { index, trigger in
            trigger.metrics.map { (key: "s\(index)-\($0.name)", trigger: trigger, metric: $0) }
        }
        var health: JSONValue = [:]
        var activity: JSONValue = [:]
        for entry in metrics {
            health[entry.key] = [
                "numberOfFailures": JSONValue(entry.trigger.failures),
                "status": entry.trigger.problem == nil ? "Happy" : "Failing",
            ]
            activity[entry.key] = ["isActive": .bool(entry.trigger.isActive ?? false)]
        }
        var types: [String] = []
        for trigger in self.report.triggers where !types.contains(trigger.type) { types.append(trigger.type) }
        return [
            "scaleTargetKind": "apps/v1.Deployment",
            "scaleTargetGVKR": [
                "group": "apps", "version": "v1", "kind": "Deployment", "resource": "deployments",
            ],
            "conditions": .array(self.report.conditions.map(self.condition)),
            "externalMetricNames": .array(metrics.map { .string($0.key) }),
            "triggersTypes": .string(types.joined(separator: ",")),
            "health": health,
            "triggersActivity": activity,
            "originalReplicaCount": self.report.originalReplicas.map { JSONValue($0) } ?? .null,
            "lastActiveTime": self.report.lastActiveAt.map(self.text) ?? .null,
            "observedGeneration": self.report.generation.map { JSONValue($0) } ?? .null,
            "lastDecision": self.decision,
        ]
    }

    private func condition(_ condition: EventCondition) -> JSONValue {
        [
            "type": .string(condition.kind.rawValue), "status": .string(condition.status.rawValue),
            "reason": .string(condition.reason), "message": .string(condition.message),
            "lastTransitionTime": self.text(condition.since),
        ]
    }

    private var decision: JSONValue {
        [
            "time": self.report.decidedAt.map(self.text) ?? .null,
            "desired": self.report.desiredReplicas.map { JSONValue($0) } ?? .null,
            "reason": .string(self.report.explanation),
            "triggers": .array(self.report.triggers.map(self.trigger)),
        ]
    }

    private func trigger(_ trigger: ScaledObjectReport.Trigger) -> JSONValue {
        var json: JSONValue = ["type": .string(trigger.type)]
        json["name"] = trigger.name.map { .string($0) }
        json["active"] = trigger.isActive.map { .bool($0) }
        json["problem"] = trigger.problem.map { .string($0) }
        if trigger.failures > 0 { json["failures"] = JSONValue(trigger.failures) }
        json["lastReadTime"] = trigger.readAt.map(self.text)
        json["remark"] = trigger.remark.map { .string($0) }
        json["metrics"] = .array(
            trigger.metrics.map {
                ["name": .string($0.name), "value": .double($0.value), "target": .double($0.target)]
            }
        )
        return json
    }
}

extension FoundScaledObjectStatus {
    /// Reads what an earlier life of the autoscaler wrote.
    init(_ status: JSONValue, now: MonotonicInstant, wallTime: WallTime) {
        func instant(_ value: JSONValue?) -> MonotonicInstant? {
            value?.stringValue.flatMap { WallTime(rfc3339: $0) }.map {
                now.advanced(by: .seconds(-max(0, wallTime.seconds(since: $0))))
            }
        }
        self.init(
            originalReplicas: status["originalReplicaCount"]?.intValue,
            lastActiveAt: instant(status["lastActiveTime"]),
            desiredReplicas: status["lastDecision"]?["desired"]?.intValue,
            conditions: (status["conditions"]?.arrayValue ?? []).compactMap { condition in
                guard let kind = condition["type"]?.stringValue.flatMap(EventCondition.Kind.init),
                    let status = condition["status"]?.stringValue.flatMap(EventCondition.Status.init),
                    let since = instant(condition["lastTransitionTime"])
                else { return nil }
                return EventCondition(
                    kind,
                    status,
                    reason: condition["reason"]?.stringValue ?? "",
                    message: condition["message"]?.stringValue ?? "",
                    since: since
                )
            }
        )
    }
}
