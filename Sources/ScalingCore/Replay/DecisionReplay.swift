public import StructuredData

/// Recorded load and replicas, to be decided upon anew.
///
/// Two forms are read. A list of traces, each an object with its settings (`Target`, `Total`, `TBC`, `PanicThreshold`,
/// `Up`, `Down`, `StableWindowS`, `PanicWindowS`, `DelayS`, `ActivationScale`, `Reachable`, `StartReady`) and its
/// `Steps`. Or an object of scenarios by name, each a list of steps, which were recorded with target 7, total 10, burst
/// capacity 211 and otherwise defaults. A step has `t` (seconds), `stable`, `panic`, `ready`, where `null` means
/// unknown; optionally `starting` (when each starting replica was ordered, in seconds), `waiting`, `inFlight`; and
/// optionally what was decided: `desired`, `ebc`, `inPanic`. Where `starting` is absent, it follows from `desired` and
/// `ready`.
///
/// Averages are taken as recorded, so a replay is of the decider alone: no windows, bounds or grace periods with
/// policy `knative`.
public struct DecisionReplay: Sendable, Equatable {
    private let traces: [ReplayTrace]

    /// - Throws: Everything that is wrong with the record, each with the path of its field.
    public init(json: JSONValue) throws(ProblemList) {
        switch json {
        case .array(let elements):
            var problems: [Problem] = []
            self.traces = elements.enumerated().map { index, element in
                let reader = FieldReader(element, at: .root.element(index))
                let trace = ReplayTrace(label: JSONValue(index), reader)
                problems += reader.problems
                return trace
            }
            guard problems.isEmpty else { throw ProblemList(problems) }
        case .object(let scenarios):
            let reader = FieldReader(json)
            self.traces = scenarios.keys.map { ReplayTrace(name: $0, steps: reader) }
            try reader.finish()
        default:
            let message = "must be a list of traces or an object of scenarios, but is a \(json.typeName)"
            throw ProblemList([Problem(path: "", message: message)])
        }
        guard self.traces.contains(where: { !$0.steps.isEmpty }) else {
            throw ProblemList([Problem(path: "", message: "holds no steps, so there is nothing to decide")])
        }
    }

    /// Whether any step says what was decided, so that there is something to compare with.
    public var isVerifiable: Bool { self.traces.contains { $0.steps.contains(where: \.isExpectingAnything) } }

    /// Every decision in order, made as it is asked for.
    public func outcomes(policy: ScalingPolicyName) -> some Sequence<ReplayOutcome> {
        self.traces.lazy.flatMap { ReplayPlayer($0, policy: policy) }
    }

    /// The first decision that is not as recorded, or `nil` when all are.
    public func firstDifference(policy: ScalingPolicyName) -> ReplayDifference? {
        self.outcomes(policy: policy).lazy.compactMap(\.difference).first { _ in true }
    }
}
