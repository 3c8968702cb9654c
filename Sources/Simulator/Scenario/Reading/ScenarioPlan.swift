public import SimulationKit
public import StructuredData

/// A scenario file, read: the model, and what is to be done with it.
public struct ScenarioPlan: Sendable {
    public var name: String
    /// What it is to answer; empty when it does not say.
    public var question: String
    public var seed: UInt64
    /// Of all prices, as `USD`; empty when there are none.
    public var currency: String
    public var scenario: Scenario
    /// The run's beginning that does not count is found by a pilot run.
    public var findsWarmUp: Bool
    public var replications: PrecisionRule
    /// The figure that the replications must make sure.
    public var sureFigure: Figure
    /// What the scenario as it stands is called beside its alternatives.
    public var baseline: String
    public var alternatives: [Alternative]
    public var sweep: [SweepField]
    public var optimize: OptimizePlan?
    public var sensitivity: SensitivityPlan?
    /// The traces that were read, with the hashes of their contents.
    public var traces: [TraceUse]
    /// Traces whose files were not read: made-up requests stand in for them.
    public var standIns: [String] = []

    /// The scenario with some fields changed.
    public struct Alternative: Sendable, Equatable {
        public var name: String
        public var settings: [Setting]
    }

    /// A field by its path, and a value for it.
    public struct Setting: Sendable, Equatable {
        public var path: String
        public var value: JSONValue

        public init(path: String, value: JSONValue) {
            self.path = path
            self.value = value
        }
    }

    /// A field and the values it takes in a sweep.
    public struct SweepField: Sendable, Equatable {
        public var path: String
        public var values: [JSONValue]

        public init(path: String, values: [JSONValue]) {
            self.path = path
            self.values = values
        }
    }

    public struct TraceUse: Sendable, Equatable {
        public var path: String
        public var sha256: String
        /// Rows that made no sense and were left out.
        public var skippedRows = 0
        /// What was wrong with the first of them, and where; `nil` when there are none.
        public var firstProblem: String?
    }
}

/// What `optimize` looks for.
public struct OptimizePlan: Sendable, Equatable {
    /// What must hold of a figure.
    public struct Limit: Sendable, Equatable {
        public var figure: Figure
        /// `nil`: over all services.
        public var service: String?
        public var atMost: Double?
        public var atLeast: Double?
    }

    /// A whole number for which more is never worse.
    public struct Capacity: Sendable, Equatable {
        public var paths: [String]
        public var range: ClosedRange<Int>
    }

    public var minimize: Figure
    public var limits: [Limit]
    public var over: [ScenarioPlan.SweepField]
    public var capacity: Capacity?
}
