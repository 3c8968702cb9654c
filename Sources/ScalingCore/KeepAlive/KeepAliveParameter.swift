/// A number that a keep-alive rule can be tuned with.
public struct KeepAliveParameter: Sendable, Equatable {
    public enum Unit: String, Sendable {
        /// Written as a duration: `10m`.
        case seconds
        case count
        case factor
    }

    public let name: String
    public let defaultValue: Double
    /// The values that make sense, ends included.
    public let range: ClosedRange<Double>
    public let unit: Unit
    public let meaning: String

    init(_ name: String, _ value: Double, in range: ClosedRange<Double>, _ unit: Unit, _ meaning: String) {
        self.name = name
        self.defaultValue = value
        self.range = range
        self.unit = unit
        self.meaning = meaning
    }
}
