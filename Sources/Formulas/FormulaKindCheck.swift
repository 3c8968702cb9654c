/// Finds out, without values, that a formula can give a number: what is always a boolean never will.
enum FormulaKindCheck {
    enum Kind: Sendable {
        case none, bool, number, text, list
        /// Only values tell.
        case any

        var name: String {
            switch self {
            case .none: "nil"
            case .bool: "a boolean"
            case .number: "a number"
            case .text: "a text"
            case .list: "a list"
            case .any: "anything"
            }
        }
    }

    static func expectNumber(_ root: FormulaNode) throws(FormulaError) {
        let kind = try Self.kind(of: root)
        guard kind == .number || kind == .any else {
            throw FormulaError("gives \(kind.name), but must give a number")
        }
    }

    private static func kind(of node: FormulaNode) throws(FormulaError) -> Kind {
        switch node {
        case .literal(.none): return .none
        case .literal(.bool): return .bool
        case .literal(.number): return .number
        case .literal(.text): return .text
        case .literal(.list), .list: return try Self.checkAll(Self.parts(of: node), giving: .list)
        // It may stand for a value that is not known, which an operator reports when it meets it.
        case .name: return .number
        case .variable, .element, .index: return try Self.checkAll(Self.parts(of: node), giving: .any)
        case .unary(let unary, let operand, let column):
            let wanted: Kind = unary == .not ? .bool : .number
            return try Self.expect(wanted, operand, unary == .not ? "'not'" : "a sign", column)
        case .binary(let binary, let left, let right, let column):
            return try Self.kind(of: binary, left, right, column)
        case .choice(let condition, let yes, let no, let column):
            _ = try Self.expect(.bool, condition, "'?'", column)
            return Self.either(try Self.kind(of: yes), try Self.kind(of: no))
        case .binding(_, let value, let rest):
            _ = try Self.kind(of: value)
            return try Self.kind(of: rest)
        case .call(let function, let arguments, _):
            return try Self.checkAll(arguments, giving: Self.result(of: function))
        }
    }

    private static func parts(of node: FormulaNode) -> [FormulaNode] {
        switch node {
        case .list(let parts): parts
        case .index(let list, let index, _): [list, index]
        default: []
        }
    }

    private static func checkAll(_ nodes: [FormulaNode], giving kind: Kind) throws(FormulaError) -> Kind {
        for node in nodes { _ = try Self.kind(of: node) }
        return kind
    }

    private static func expect(
        _ wanted: Kind,
        _ node: FormulaNode,
        _ what: String,
        _ column: Int
    ) throws(FormulaError) -> Kind {
        let kind = try Self.kind(of: node)
        guard kind == wanted || kind == .any else {
            throw FormulaError("\(what) needs \(wanted.name), but has \(kind.name)", column: column)
        }
        return wanted
    }

    private static func kind(
        of binary: FormulaBinary,
        _ left: FormulaNode,
        _ right: FormulaNode,
        _ column: Int
    ) throws(FormulaError) -> Kind {
        let sign = "'\(binary.rawValue)'"
        switch binary {
        case .or, .and:
            _ = try Self.expect(.bool, left, sign, column)
            return try Self.expect(.bool, right, sign, column)
        case .equal, .notEqual:
            return try Self.checkAll([left, right], giving: .bool)
        case .isIn:
            _ = try Self.kind(of: left)
            _ = try Self.expect(.list, right, sign, column)
            return .bool
        case .coalesce:
            let first = try Self.kind(of: left)
            let second = try Self.kind(of: right)
            return first == .none ? second : Self.either(first, second)
        case .range:
            _ = try Self.expect(.number, left, sign, column)
            _ = try Self.expect(.number, right, sign, column)
            return .list
        case .plus, .less, .greater, .notLess, .notGreater:
            return try Self.ofTextOrNumbers(binary, left, right, column)
        case .minus, .times, .divided, .remainder, .power:
            _ = try Self.expect(.number, left, sign, column)
            return try Self.expect(.number, right, sign, column)
        }
    }

    private static func ofTextOrNumbers(
        _ binary: FormulaBinary,
        _ left: FormulaNode,
        _ right: FormulaNode,
        _ column: Int
    ) throws(FormulaError) -> Kind {
        let kinds = (try Self.kind(of: left), try Self.kind(of: right))
        switch kinds {
        case (.text, .text), (.text, .any), (.any, .text): return binary == .plus ? .text : .bool
        case (.number, .number), (.number, .any), (.any, .number): return binary == .plus ? .number : .bool
        case (.any, .any): return binary == .plus ? .any : .bool
        default:
            let message = "'\(binary.rawValue)' does not work on \(kinds.0.name) and \(kinds.1.name)"
            throw FormulaError(message, column: column)
        }
    }

    private static func either(_ left: Kind, _ right: Kind) -> Kind {
        if left == right { return left }
        // One branch that gives a number is enough for the formula to be of use.
        return .any
    }

    private static func result(of function: FormulaFunction) -> Kind {
        switch function {
        case .max, .min, .sum, .mean, .median, .abs, .ceil, .floor, .round, .int, .float, .len, .count: .number
        case .string: .text
        case .all, .any, .one, .none: .bool
        case .sort, .reverse, .uniq, .concat, .flatten, .filter, .map: .list
        case .first, .last, .find: .any
        }
    }
}
