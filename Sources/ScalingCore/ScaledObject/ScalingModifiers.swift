public import Formulas

/// One formula over all triggers in place of each trigger for itself.
public struct ScalingModifiers: Sendable, Equatable {
    /// Over the names of triggers.
    public var formula: Formula
    /// What one replica (`averageValue`) or all of them together (`value`) should have of the result; above zero.
    public var target: Double
    /// What the result must exceed for a replica to be wanted at all.
    public var activationTarget: Double
    public var metricType: TriggerConfiguration.MetricType

    public init(
        formula: Formula,
        target: Double,
        activationTarget: Double = 0,
        metricType: TriggerConfiguration.MetricType = .averageValue
    ) {
        self.formula = formula
        self.target = target
        self.activationTarget = activationTarget
        self.metricType = metricType
    }

    /// What the formula calls a trigger's metrics: `queue`, `queue01`, `queue02`.
    static func valueName(_ trigger: String, _ number: Int) -> String {
        number == 0 ? trigger : trigger + (number < 10 ? "0" : "") + "\(number)"
    }
}
