import StructuredData

/// Metrics of the author's own to scale on, and how fast replicas may come and go.
public struct AutoScalingSpec: Sendable, Equatable {
    public var metrics: [AutoScalingMetric]
    public var behavior: BehaviorSpec?

    init(reading reader: FieldReader) {
        self.metrics = reader.children("metrics").map(AutoScalingMetric.init(reading:))
        self.behavior = reader.child("behavior").map(BehaviorSpec.init(reading:))
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("metrics", .list(self.metrics.map { .object($0.json) })), ("behavior", self.behavior.map(\.json)),
        ])
    }
}
