public import StructuredData

/// Metrics of the author's own to scale on, and how fast replicas may come and go.
public struct AutoScalingSpec: Sendable, Equatable {
    public var metrics: [AutoScalingMetric]
    /// An autoscaling/v2 behaviour as it was written.
    public var behavior: JSONValue?

    init(reading reader: FieldReader) {
        self.metrics = reader.children("metrics").map(AutoScalingMetric.init(reading:))
        self.behavior = reader.child("behavior").map { .object($0.object) }
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [("metrics", .list(self.metrics.map { .object($0.json) })), ("behavior", self.behavior)])
    }
}
