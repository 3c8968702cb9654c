public import StructuredData

/// One replayed decision.
public struct ReplayOutcome: Sendable, Equatable {
    /// The number of the trace in its list, or its name.
    public let trace: JSONValue
    /// Counted from zero.
    public let step: Int
    /// Seconds after the begin of the trace.
    public let seconds: Double
    public let decision: ScalingDecision
    /// The first field that is not as recorded; `nil` when all are, or when nothing is recorded.
    public let difference: ReplayDifference?

    init(trace: JSONValue, index: Int, step: ReplayStep, decision: ScalingDecision) {
        self.trace = trace
        self.step = index
        self.seconds = step.seconds
        self.decision = decision

        let recorded: [(field: String, expected: JSONValue?, got: JSONValue)] = [
            (
                "desired", step.expectedDesired.map { JSONValue($0) },
                decision.desiredReplicas.map { JSONValue($0) } ?? .null
            ),
            ("ebc", step.expectedExcess.map { JSONValue($0) }, JSONValue(decision.excessBurstCapacity)),
            ("inPanic", step.expectedPanic.map { .bool($0) }, .bool(decision.isPanicking)),
        ]
        self.difference =
            recorded.first { $0.expected != nil && $0.expected != $0.got }.map {
                ReplayDifference(
                    trace: trace,
                    step: index,
                    seconds: step.seconds,
                    field: $0.field,
                    expected: $0.expected ?? .null,
                    got: $0.got
                )
            }
    }

    /// The decision with its place in the record, for one line of output.
    public var json: JSONValue {
        var line: JSONValue = [
            "trace": self.trace, "step": JSONValue(self.step), "t": .double(self.seconds),
        ]
        for (key, value) in self.decision.json.objectValue ?? [:] { line[key] = value }
        return line
    }
}
