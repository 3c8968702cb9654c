/// Computes one value of a formula.
struct FormulaEvaluation {
    private let values: [String: Double?]
    private var bound: [(name: String, value: FormulaValue)] = []
    /// Elements that the predicates around look at, innermost last.
    private var elements: [FormulaValue] = []
    private var steps = 0

    init(values: [String: Double?]) {
        self.values = values
    }

    mutating func value(of node: FormulaNode) throws(FormulaError) -> FormulaValue {
        try self.countStep()
        switch node {
        case .literal(let value): return value
        case .name(let name, let column): return try self.value(named: name, column)
        case .variable(let name): return self.bound.last { $0.name == name }?.value ?? .none
        case .element(let column):
            guard let element = self.elements.last else {
                throw FormulaError("'#' stands for nothing", column: column)
            }
            return element
        case .list(let parts): return .list(try self.values(of: parts))
        case .unary(let unary, let operand, let column):
            return try Self.apply(unary, try self.value(of: operand), column)
        case .binary(let binary, let left, let right, let column):
            return try self.value(of: binary, left, right, column)
        case .choice(let condition, let yes, let no, let column):
            return try self.choice(condition, yes, no, column)
        case .binding(let name, let value, let rest):
            self.bound.append((name, try self.value(of: value)))
            defer { self.bound.removeLast() }
            return try self.value(of: rest)
        case .call(let function, let arguments, let column):
            return try self.call(function, arguments, column)
        case .index(let list, let index, let column):
            return try self.element(of: try self.value(of: list), at: try self.value(of: index), column)
        }
    }

    mutating func countStep(_ count: Int = 1) throws(FormulaError) {
        self.steps += count
        guard self.steps > FormulaLimits.steps else { return }
        throw FormulaError("takes more than \(FormulaLimits.steps) steps")
    }

    mutating func values(of nodes: [FormulaNode]) throws(FormulaError) -> [FormulaValue] {
        var values: [FormulaValue] = []
        for node in nodes { values.append(try self.value(of: node)) }
        return values
    }

    /// What a predicate says of one element.
    mutating func value(
        of predicate: FormulaNode,
        over element: FormulaValue
    ) throws(FormulaError) -> FormulaValue {
        self.elements.append(element)
        defer { self.elements.removeLast() }
        return try self.value(of: predicate)
    }

    private func value(named name: String, _ column: Int) throws(FormulaError) -> FormulaValue {
        guard let value = self.values[name] else {
            throw FormulaError("there is no value with the name '\(name)'", column: column)
        }
        return value.map(FormulaValue.number) ?? .none
    }

    private mutating func choice(
        _ condition: FormulaNode,
        _ yes: FormulaNode,
        _ no: FormulaNode,
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        let isTrue = try Self.bool(try self.value(of: condition), "the condition before '?'", column)
        return try self.value(of: isTrue ? yes : no)
    }

    private mutating func value(
        of binary: FormulaBinary,
        _ left: FormulaNode,
        _ right: FormulaNode,
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        let first = try self.value(of: left)
        switch binary {
        case .coalesce:
            return first == .none ? try self.value(of: right) : first
        case .and, .or:
            let decides = binary == .or
            let what = "what stands beside '\(binary.rawValue)'"
            guard try Self.bool(first, what, column) != decides else { return .bool(decides) }
            return .bool(try Self.bool(try self.value(of: right), what, column))
        case .range:
            return try self.range(first, try self.value(of: right), column)
        default:
            return try FormulaArithmetic.apply(binary, first, try self.value(of: right), column)
        }
    }

    private mutating func range(
        _ first: FormulaValue,
        _ last: FormulaValue,
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        guard case .number(let from) = first, case .number(let to) = last, let start = Int32(exactly: from),
            let end = Int32(exactly: to)
        else { throw FormulaError("'..' needs whole numbers on both sides", column: column) }
        guard start <= end else { return .list([]) }
        try self.countStep(Int(end) - Int(start) + 1)
        return .list((start...end).map { .number(Double($0)) })
    }

    private func element(
        of list: FormulaValue,
        at index: FormulaValue,
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        guard case .list(let elements) = list else {
            throw FormulaError("\(list.kindName) has no elements", column: column)
        }
        guard case .number(let number) = index, let position = Int(exactly: number) else {
            throw FormulaError("an element is chosen by a whole number", column: column)
        }
        let place = position < 0 ? elements.count + position : position
        guard elements.indices.contains(place) else {
            throw FormulaError("there is no element \(position) in a list of \(elements.count)", column: column)
        }
        return elements[place]
    }

    private static func apply(
        _ unary: FormulaUnary,
        _ operand: FormulaValue,
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        switch (unary, operand) {
        case (.negative, .number(let number)): return .number(-number)
        case (.positive, .number(let number)): return .number(number)
        case (.not, .bool(let bool)): return .bool(!bool)
        case (.not, _): throw FormulaError("'not' needs a boolean, but has \(operand.kindName)", column: column)
        default: throw FormulaError("a sign needs a number, but has \(operand.kindName)", column: column)
        }
    }

    static func bool(_ value: FormulaValue, _ what: String, _ column: Int) throws(FormulaError) -> Bool {
        guard case .bool(let bool) = value else {
            throw FormulaError("\(what) must be a boolean, but is \(value.kindName)", column: column)
        }
        return bool
    }
}
