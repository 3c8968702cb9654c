/// Something that a service may rightly ask for and that this version cannot do.
public struct UnsupportedFeature: Sendable, Equatable, CustomStringConvertible {
    /// The field, as `spec.transformer`.
    public let path: String
    /// What happens instead, as it follows the path.
    public let sentence: String
    /// Whether the service cannot run at all because of it.
    public let isBlocking: Bool

    public init(path: String, sentence: String, isBlocking: Bool = false) {
        self.path = path
        self.sentence = sentence
        self.isBlocking = isBlocking
    }

    public var description: String { "\(self.path): \(self.sentence)" }
}

extension Condition {
    /// The condition that says what is not supported; `nil` when everything is.
    ///
    /// It is true, not false: health checks take any condition that is false for a failure.
    public static func unsupported(_ features: [UnsupportedFeature]) -> Condition? {
        guard !features.isEmpty else { return nil }
        let blocking = features.filter(\.isBlocking)
        let others = features.filter { !$0.isBlocking }
        return Condition(
            .unsupportedFeatures,
            .yes,
            reason: blocking.isEmpty ? "SomeFieldsHaveNoEffect" : "ServiceCannotRun",
            message: (blocking + others).map(\.description).joined(separator: "; ")
        )
    }
}
