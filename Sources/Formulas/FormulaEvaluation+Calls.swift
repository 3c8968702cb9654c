extension FormulaEvaluation {
    mutating func call(
        _ function: FormulaFunction,
        _ arguments: [FormulaNode],
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        switch function {
        case .max, .min, .mean, .median:
            return try self.aggregate(function, arguments, column)
        case .abs, .ceil, .floor, .round, .int, .float, .string:
            return try Self.convert(function, try self.value(of: arguments[0]), column)
        case .concat, .len, .first, .last, .sort, .reverse, .uniq, .flatten:
            return try self.rearrange(function, arguments, column)
        case .sum, .count, .all, .any, .one, .none, .filter, .map, .find:
            return try self.look(function, arguments, column)
        }
    }

    // MARK: Numbers

    private mutating func aggregate(
        _ function: FormulaFunction,
        _ arguments: [FormulaNode],
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        var numbers: [Double] = []
        for value in try self.values(of: arguments) { try self.collect(value, into: &numbers, function, column) }
        guard !numbers.isEmpty else {
            throw FormulaError("'\(function.rawValue)' of nothing is no number", column: column)
        }
        switch function {
        case .max: return .number(numbers.reduce(-.infinity, Swift.max))
        case .min: return .number(numbers.reduce(.infinity, Swift.min))
        case .mean: return .number(numbers.reduce(0, +) / Double(numbers.count))
        default:
            numbers.sort()
            let middle = numbers.count / 2
            return .number(
                numbers.count.isMultiple(of: 2) ? (numbers[middle - 1] + numbers[middle]) / 2 : numbers[middle]
            )
        }
    }

    /// A number, or the numbers of a list, however deep.
    private mutating func collect(
        _ value: FormulaValue,
        into numbers: inout [Double],
        _ function: FormulaFunction,
        _ column: Int
    ) throws(FormulaError) {
        try self.countStep()
        switch value {
        case .number(let number): numbers.append(number)
        case .list(let elements):
            for element in elements { try self.collect(element, into: &numbers, function, column) }
        case .none, .bool, .text:
            throw FormulaError("'\(function.rawValue)' needs numbers, but has \(value.kindName)", column: column)
        }
    }

    private static func convert(
        _ function: FormulaFunction,
        _ value: FormulaValue,
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        if function == .string { return .text(Self.text(of: value)) }
        if case .text(let text) = value, function == .int || function == .float, let number = Double(text) {
            return .number(function == .int ? number.rounded(.towardZero) : number)
        }
        guard case .number(let number) = value else {
            throw FormulaError("'\(function.rawValue)' needs a number, but has \(value.kindName)", column: column)
        }
        switch function {
        case .abs: return .number(number.magnitude)
        case .ceil: return .number(number.rounded(.up))
        case .floor: return .number(number.rounded(.down))
        case .round: return .number(number.rounded(.toNearestOrAwayFromZero))
        case .int: return .number(number.rounded(.towardZero))
        default: return value
        }
    }

    private static func text(of value: FormulaValue) -> String {
        switch value {
        case .none: "nil"
        case .bool(let bool): "\(bool)"
        case .number(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        case .text(let text): text
        case .list(let elements): "[" + elements.map(Self.text).joined(separator: " ") + "]"
        }
    }

    // MARK: Lists

    private mutating func list(
        _ node: FormulaNode,
        _ function: FormulaFunction,
        _ column: Int
    ) throws(FormulaError) -> [FormulaValue] {
        let value = try self.value(of: node)
        guard case .list(let elements) = value else {
            throw FormulaError("'\(function.rawValue)' needs a list, but has \(value.kindName)", column: column)
        }
        try self.countStep(elements.count)
        return elements
    }

    private mutating func rearrange(
        _ function: FormulaFunction,
        _ arguments: [FormulaNode],
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        if function == .len, case .text(let text) = try self.value(of: arguments[0]) {
            return .number(Double(text.unicodeScalars.count))
        }
        if function == .concat {
            var joined: [FormulaValue] = []
            for argument in arguments { joined += try self.list(argument, function, column) }
            return .list(joined)
        }
        let elements = try self.list(arguments[0], function, column)
        switch function {
        case .len: return .number(Double(elements.count))
        case .first: return elements.first ?? .none
        case .last: return elements.last ?? .none
        case .reverse: return .list(elements.reversed())
        case .uniq:
            // Quadratic, so its steps are too.
            try self.countStep(elements.count * elements.count)
            return .list(elements.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        case .flatten:
            return .list(elements.flatMap { if case .list(let inner) = $0 { inner } else { [$0] } })
        default:
            return try self.sorted(arguments, elements, column)
        }
    }

    private mutating func sorted(
        _ arguments: [FormulaNode],
        _ elements: [FormulaValue],
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        var numbers: [Double] = []
        try self.collect(.list(elements), into: &numbers, .sort, column)
        let order = arguments.count > 1 ? try self.value(of: arguments[1]) : .text("asc")
        guard order == .text("asc") || order == .text("desc") else {
            throw FormulaError("'sort' takes the order \"asc\" or \"desc\"", column: column)
        }
        numbers.sort()
        if order == .text("desc") { numbers.reverse() }
        return .list(numbers.map(FormulaValue.number))
    }

    // MARK: Predicates

    private mutating func look(
        _ function: FormulaFunction,
        _ arguments: [FormulaNode],
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        let elements = try self.list(arguments[0], function, column)
        var results = elements
        if arguments.count > 1 {
            results = []
            for element in elements { results.append(try self.value(of: arguments[1], over: element)) }
        }
        switch function {
        case .map: return .list(results)
        case .sum:
            var numbers: [Double] = []
            try self.collect(.list(results), into: &numbers, function, column)
            return .number(numbers.reduce(0, +))
        default:
            return try Self.judge(function, elements, results, column)
        }
    }

    /// What follows from what a predicate said of each element.
    private static func judge(
        _ function: FormulaFunction,
        _ elements: [FormulaValue],
        _ results: [FormulaValue],
        _ column: Int
    ) throws(FormulaError) -> FormulaValue {
        var flags: [Bool] = []
        for result in results { flags.append(try Self.bool(result, "the predicate of '\(function.rawValue)'", column)) }
        let count = flags.count { $0 }
        switch function {
        case .count: return .number(Double(count))
        case .all: return .bool(count == flags.count)
        case .any: return .bool(count > 0)
        case .one: return .bool(count == 1)
        case .none: return .bool(count == 0)
        case .find: return zip(elements, flags).first { $0.1 }?.0 ?? .none
        default: return .list(zip(elements, flags).filter(\.1).map(\.0))
        }
    }
}
