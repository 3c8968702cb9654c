/// One part of a formula.
indirect enum FormulaNode: Sendable {
    case literal(FormulaValue)
    /// A value from outside.
    case name(String, column: Int)
    /// What a `let` gave a name.
    case variable(String)
    /// The element that a predicate looks at: `#`.
    case element(column: Int)
    case list([FormulaNode])
    case unary(FormulaUnary, FormulaNode, column: Int)
    case binary(FormulaBinary, FormulaNode, FormulaNode, column: Int)
    case choice(FormulaNode, FormulaNode, FormulaNode, column: Int)
    case binding(String, FormulaNode, FormulaNode)
    case call(FormulaFunction, [FormulaNode], column: Int)
    /// An element of a list, counted from zero, from the end when negative.
    case index(FormulaNode, FormulaNode, column: Int)
}

enum FormulaUnary: Sendable {
    case negative, positive, not
}

enum FormulaBinary: String, Sendable, CaseIterable {
    case or, and
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case greater = ">"
    case notLess = ">="
    case notGreater = "<="
    case isIn = "in"
    case range = ".."
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divided = "/"
    case remainder = "%"
    case power = "**"
    case coalesce = "??"

    /// What stands for which operator; several have two spellings.
    static let spellings: [String: FormulaBinary] = {
        var spellings: [String: FormulaBinary] = ["||": .or, "&&": .and, "^": .power]
        for binary in Self.allCases { spellings[binary.rawValue] = binary }
        return spellings
    }()

    /// The higher, the closer it binds.
    var precedence: Int {
        switch self {
        case .or: 10
        case .and: 15
        case .equal, .notEqual, .less, .greater, .notLess, .notGreater, .isIn: 20
        case .range: 25
        case .plus, .minus: 30
        case .times, .divided, .remainder: 60
        case .power: 100
        case .coalesce: 500
        }
    }

    var isComparison: Bool {
        switch self {
        case .less, .greater, .notLess, .notGreater: true
        default: false
        }
    }
}

extension FormulaUnary {
    var precedence: Int { self == .not ? 50 : 90 }
}
