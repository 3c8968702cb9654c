/// A formula cannot be read or cannot be computed.
public struct FormulaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The character it is about, counted from one; `nil` for the formula as a whole.
    public var column: Int?
    /// What is wrong, as it follows the place.
    public var message: String

    public init(_ message: String, column: Int? = nil) {
        self.message = message
        self.column = column
    }

    public var description: String { self.column.map { "column \($0): \(self.message)" } ?? self.message }
}
