/// An expression over numbers with names, as KEDA's scaling modifiers write them.
///
/// ```swift
/// let formula = try Formula("max(kafka, http) > 0 ? sum([kafka, http]) / 2 : 0")
/// formula.names  // ["http", "kafka"]
/// try formula.value(of: ["kafka": 30, "http": 10])  // 20.0
/// ```
public struct Formula: Sendable, Equatable, CustomStringConvertible {
    public let text: String
    /// Names whose values it needs, sorted.
    public let names: [String]
    private let root: FormulaNode

    /// Longest formula that is read, in bytes.
    public static let maximumLength = 4096

    /// Reads a formula and checks that it can give a number.
    public init(_ text: String) throws(FormulaError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw FormulaError("has \(text.utf8.count) bytes, but \(Self.maximumLength) are the most")
        }
        var parser = try FormulaParser(text)
        self.text = text
        self.root = try parser.parse()
        self.names = parser.names.sorted()
        try FormulaKindCheck.expectNumber(self.root)
    }

    /// The number that the formula gives, or `nil` when it gives `nil`.
    ///
    /// - Parameter values: For every one of `names`; a value that is `nil` is not known, for the operator `??`.
    /// - Throws: For a division by zero, a name without a value, and for what gives no number.
    public func value(of values: [String: Double?]) throws(FormulaError) -> Double? {
        var evaluation = FormulaEvaluation(values: values)
        switch try evaluation.value(of: self.root) {
        case .none: return nil
        case .number(let number) where number.isFinite: return number
        case .number: throw FormulaError("gives a number without bound")
        case let other: throw FormulaError("gives \(other.kindName), but must give a number")
        }
    }

    /// Whether a formula can call something so.
    public static func isName(_ text: String) -> Bool {
        guard !Self.words.contains(text), let first = text.unicodeScalars.first else { return false }
        return !("0"..."9").contains(first) && text.unicodeScalars.allSatisfy(Self.isNamePart)
    }

    private static let words: Set<String> = ["true", "false", "nil", "and", "or", "not", "in", "let", "if", "else"]

    static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
            || scalar == "$"
    }

    public var description: String { self.text }

    public static func == (left: Formula, right: Formula) -> Bool { left.text == right.text }
}
