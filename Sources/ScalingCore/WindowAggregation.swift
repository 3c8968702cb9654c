/// How the seconds of a window become one number.
public enum WindowAggregation: String, Sendable, Hashable, CaseIterable {
    /// Every second counts alike.
    case linear
    /// Recent seconds count more.
    case weightedExponential = "weighted-exponential"
}
