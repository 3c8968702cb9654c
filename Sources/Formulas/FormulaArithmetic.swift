/// Operators over two values.
enum FormulaArithmetic {
    static func apply(
        _ binary: FormulaBinary,
        _ left: FormulaValue,
        _ right: FormulaValue,
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        switch (binary, left, right) {
        case (.equal, _, _): return .bool(left == right)
        case (.notEqual, _, _): return .bool(left != right)
        case (.isIn, _, .list(let elements)): return .bool(elements.contains(left))
        case (.plus, .text(let first), .text(let second)):
            guard first.utf8.count + second.utf8.count <= Formula.maximumLength else {
                throw FormulaError("the text grows too long", column: column)
            }
            return .text(first + second)
        case (_, .number(let first), .number(let second)):
            return try Self.numbers(binary, first, second, column)
        case (_, .text(let first), .text(let second)) where binary.isComparison:
            return .bool(Self.compare(binary, first, second))
        default:
            let kinds = "\(left.kindName) and \(right.kindName)"
            throw FormulaError("'\(binary.rawValue)' does not work on \(kinds)", column: column)
        }
    }

    private static func numbers(
        _ binary: FormulaBinary,
        _ left: Double,
        _ right: Double,
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        switch binary {
        case .plus: return .number(left + right)
        case .minus: return .number(left - right)
        case .times: return .number(left * right)
        case .divided, .remainder:
            guard right != 0 else { throw FormulaError("divides by zero", column: column) }
            return .number(binary == .divided ? left / right : left.truncatingRemainder(dividingBy: right))
        case .power:
            guard let power = RealPower.of(left, right) else {
                throw FormulaError("\(left) to the power of \(right) is no number", column: column)
            }
            return .number(power)
        case .less, .greater, .notLess, .notGreater:
            return .bool(Self.compare(binary, left, right))
        default:
            throw FormulaError("'\(binary.rawValue)' does not work on numbers", column: column)
        }
    }

    private static func compare<Value: Comparable>(_ binary: FormulaBinary, _ left: Value, _ right: Value) -> Bool {
        switch binary {
        case .less: left < right
        case .greater: left > right
        case .notLess: left >= right
        default: left <= right
        }
    }
}
