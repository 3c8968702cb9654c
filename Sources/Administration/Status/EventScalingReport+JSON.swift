import StructuredData

extension EventScalingReport {
    var json: JSONValue {
        .present([
            ("namespace", .string(self.namespace)), ("name", .string(self.name)), ("target", .string(self.target)),
            ("service", self.service.map { .string($0) }), ("ready", self.isReady.map { .bool($0) }),
            ("active", self.isActive.map { .bool($0) }), ("paused", .bool(self.isPaused)),
            ("fallback", .bool(self.isFallback)), ("message", self.message.map { .string($0) }),
            ("desiredReplicas", self.desiredReplicas.map { JSONValue($0) }),
            ("readyReplicas", JSONValue(self.readyReplicas)), ("lastDecision", self.decision.map(\.json)),
            ("triggers", .array(self.triggers.map(\.json))),
        ])
    }

    init(reading reader: FieldReader) {
        self.init(
            namespace: reader.requiredString("namespace"),
            name: reader.requiredString("name"),
            target: reader.requiredString("target"),
            service: reader.string("service"),
            isReady: reader.bool("ready"),
            isActive: reader.bool("active"),
            isPaused: reader.bool("paused") ?? false,
            isFallback: reader.bool("fallback") ?? false,
            message: reader.string("message"),
            desiredReplicas: reader.int("desiredReplicas"),
            readyReplicas: reader.int("readyReplicas") ?? 0,
            decision: reader.child("lastDecision").map(DecisionReport.init(reading:)),
            triggers: reader.children("triggers").map(TriggerReport.init(reading:))
        )
    }
}

extension TriggerReport {
    var json: JSONValue {
        .present([
            ("type", .string(self.type)), ("name", self.name.map { .string($0) }),
            ("metrics", .array(self.metrics.map(\.json))), ("active", self.isActive.map { .bool($0) }),
            ("problem", self.problem.map { .string($0) }), ("readTime", self.readTime.map { .string($0) }),
            ("nextReadTime", self.nextReadTime.map { .string($0) }),
        ])
    }

    init(reading reader: FieldReader) {
        self.init(
            type: reader.requiredString("type"),
            name: reader.string("name"),
            metrics: reader.children("metrics").map { metric in
                Metric(
                    name: metric.requiredString("name"),
                    value: metric.requiredNumber("value"),
                    target: metric.requiredNumber("target")
                )
            },
            isActive: reader.bool("active"),
            problem: reader.string("problem"),
            readTime: reader.string("readTime"),
            nextReadTime: reader.string("nextReadTime")
        )
    }
}

extension TriggerReport.Metric {
    var json: JSONValue {
        ["name": .string(self.name), "value": .rounded(self.value), "target": .rounded(self.target)]
    }
}
