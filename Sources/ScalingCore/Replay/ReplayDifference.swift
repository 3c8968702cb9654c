public import StructuredData

/// Where a replayed decision is not the recorded one.
public struct ReplayDifference: Sendable, Equatable, CustomStringConvertible {
    /// The number of the trace in its list, or its name.
    public let trace: JSONValue
    /// Counted from zero.
    public let step: Int
    /// Seconds after the begin of the trace.
    public let seconds: Double
    /// The field as the record names it.
    public let field: String
    public let expected: JSONValue
    public let got: JSONValue

    public var description: String {
        "trace \(self.trace.jsonText()), step \(self.step) (t = \(NumberText.of(self.seconds, digits: 3)) s): "
            + "\(self.field) is \(self.got.jsonText()), but \(self.expected.jsonText()) is recorded"
    }
}
