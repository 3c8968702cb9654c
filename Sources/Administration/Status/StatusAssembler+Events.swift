import KubernetesClient
import StructuredData
import Telemetry

extension StatusAssembler {
    /// Every ScaledObject, by namespace and name.
    func eventScalings(at time: WallTime) -> [EventScalingReport] {
        let services = Dictionary(
            self.revisions.map { revision in
                let target = revision.spec["scaleTargetRef"]?["name"]?.stringValue ?? ""
                let service = revision.spec["inferenceService"]?.stringValue
                return (ObjectKey(namespace: revision.namespace, name: target), service)
            },
            uniquingKeysWith: { $1 }
        )
        let ready = Dictionary(
            self.deployments.map { ($0.key, $0.status["readyReplicas"]?.intValue ?? 0) },
            uniquingKeysWith: { $1 }
        )
        return self.scaledObjects.map { object in
            var report = EventScalingReport(of: object)
            let target = ObjectKey(namespace: report.namespace, name: report.target)
            report.service = services[target] ?? nil
            report.readyReplicas = ready[target] ?? 0
            if let live = self.triggers?[object.key], live.count == report.triggers.count {
                for (index, trigger) in live.enumerated() { report.triggers[index].take(trigger, at: time) }
            }
            return report.redacted
        }.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    }
}

extension EventScalingReport {
    /// Sources and their errors quote addresses, and addresses may hold passwords.
    fileprivate var redacted: EventScalingReport {
        var report = self
        report.message = report.message.map(Redaction.redacted)
        if let reason = self.decision?.reason { report.decision?.reason = Redaction.redacted(reason) }
        for index in report.triggers.indices {
            report.triggers[index].problem = report.triggers[index].problem.map(Redaction.redacted)
        }
        return report
    }
}

extension TriggerReport {
    /// Takes over what was read since the status was written.
    fileprivate mutating func take(_ live: LiveTrigger, at time: WallTime) {
        func text(_ seconds: Double) -> String {
            WallTime(unixSeconds: time.unixSeconds + seconds).rfc3339Milliseconds
        }
        self.metrics = live.metrics
        self.isActive = live.isActive
        self.problem = live.problem
        self.readTime = live.secondsSinceRead.map { text(-$0) }
        self.nextReadTime = live.secondsToNextRead.map(text)
    }
}
