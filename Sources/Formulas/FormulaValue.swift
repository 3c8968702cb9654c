/// What a part of a formula can give.
enum FormulaValue: Sendable, Equatable {
    case none
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([FormulaValue])

    /// With an article, for messages.
    var kindName: String {
        switch self {
        case .none: "nil"
        case .bool: "a boolean"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        }
    }
}
