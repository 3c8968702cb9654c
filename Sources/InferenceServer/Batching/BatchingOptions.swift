/// How far requests are run together.
public struct BatchingOptions: Sendable, Equatable {
    /// Rows that one run of the model may have; 1 runs every request by itself.
    public var maximumRows: Int
    /// How long a request waits for company, in seconds; at 0 only what waits anyway is run together.
    public var delaySeconds: Double
    /// Whether answers may differ from those of single runs in their last digits.
    ///
    /// A matrix product of many rows may add in another order than one of a single row.
    public var allowsRounding: Bool

    /// KServe's own default.
    public static let defaultMaximumRows = 32
    public static let off = BatchingOptions(maximumRows: 1)

    public init(
        maximumRows: Int = Self.defaultMaximumRows,
        delaySeconds: Double = 0,
        allowsRounding: Bool = false
    ) {
        precondition(maximumRows >= 1 && delaySeconds >= 0, "\(maximumRows) rows, \(delaySeconds) s")
        self.maximumRows = maximumRows
        self.delaySeconds = delaySeconds
        self.allowsRounding = allowsRounding
    }

    var isOn: Bool { self.maximumRows > 1 }
}
