/// Reads a formula by operator precedence, with the precedences of the expression language.
struct FormulaParser {
    /// Names whose values the formula needs.
    private(set) var names: Set<String> = []
    private let tokens: [FormulaToken]
    private var position = 0
    private var depth = 0
    private var predicates = 0
    private var parts = 0
    /// Names that `let` gave.
    private var bound: [String] = []

    init(_ text: String) throws(FormulaError) {
        var lexer = FormulaLexer(text)
        self.tokens = try lexer.tokens()
    }

    /// The whole formula.
    mutating func parse() throws(FormulaError) -> FormulaNode {
        guard self.current.kind != .end else { throw FormulaError("is empty") }
        let root = try self.expression(above: 0)
        guard self.current.kind == .end else { throw self.unexpected() }
        return root
    }

    // MARK: Tokens

    private var current: FormulaToken { self.tokens[min(self.position, self.tokens.count - 1)] }

    private func stands(_ sign: String) -> Bool { self.current.kind == .sign(sign) }

    private func stands(word: String) -> Bool { self.current.kind == .name(word) }

    private mutating func skip(_ sign: String) -> Bool {
        guard self.stands(sign) else { return false }
        self.position += 1
        return true
    }

    private mutating func expect(_ sign: String) throws(FormulaError) {
        guard self.skip(sign) else {
            throw FormulaError("expected '\(sign)', but found \(self.current.quoted)", column: self.current.column)
        }
    }

    private func unexpected() -> FormulaError {
        if case .name(let name) = self.current.kind, Self.unsupportedWords.contains(name) {
            return FormulaError("'\(name)' is not supported: formulas are over numbers", column: self.current.column)
        }
        let found = self.current.kind == .end ? "the formula ends too early" : "\(self.current.quoted) was not expected"
        return FormulaError(found, column: self.current.column)
    }

    private static let unsupportedWords: Set<String> = ["matches", "contains", "startsWith", "endsWith", "if", "else"]

    private mutating func countPart(_ count: Int = 1) throws(FormulaError) {
        self.parts += count
        guard self.parts > FormulaLimits.parts else { return }
        throw FormulaError("has too many parts; \(FormulaLimits.parts) are the most", column: self.current.column)
    }

    // MARK: Expressions

    /// What binds at least as close as `precedence`; a choice and a `let` only at the top.
    private mutating func expression(above precedence: Int) throws(FormulaError) -> FormulaNode {
        self.depth += 1
        defer { self.depth -= 1 }
        guard self.depth <= FormulaLimits.depth else {
            let message = "is nested too deep; \(FormulaLimits.depth) levels are the most"
            throw FormulaError(message, column: self.current.column)
        }
        if precedence == 0, self.stands(word: "let") { return try self.binding() }
        try self.countPart()
        var left = try self.primary()
        var wasCoalesce = false
        while let (binary, column, isNegated) = self.binaryOperator(above: precedence) {
            if wasCoalesce, binary != .coalesce {
                let message = "'??' cannot be mixed with '\(binary.rawValue)'; put one of them in parentheses"
                throw FormulaError(message, column: column)
            }
            wasCoalesce = binary == .coalesce
            try self.countPart()
            left = try self.binary(binary, left, column)
            if isNegated { left = .unary(.not, left, column: column) }
        }
        guard precedence == 0 else { return left }
        while self.stands("|") { left = try self.pipe(left) }
        return try self.choice(left)
    }

    /// Consumes an operator that binds close enough.
    private mutating func binaryOperator(above precedence: Int) -> (FormulaBinary, Int, Bool)? {
        let start = self.position
        let isNegated = self.stands(word: "not")
        if isNegated { self.position += 1 }
        let spelling: String
        switch self.current.kind {
        case .sign(let sign): spelling = sign
        case .name(let name): spelling = name
        default: spelling = ""
        }
        if let binary = FormulaBinary.spellings[spelling], binary.precedence >= precedence,
            !isNegated || binary == .isIn
        {
            let column = self.current.column
            self.position += 1
            return (binary, column, isNegated)
        }
        self.position = start
        return nil
    }

    private mutating func binary(
        _ binary: FormulaBinary,
        _ left: FormulaNode,
        _ column: Int
    ) throws(FormulaError) -> FormulaNode {
        // A power takes what stands to its right first.
        let right = try self.expression(above: binary.precedence + (binary == .power ? 0 : 1))
        var node = FormulaNode.binary(binary, left, right, column: column)
        guard binary.isComparison else { return node }
        // `0 < a < 10` means both.
        var middle = right
        while let (next, place, _) = self.comparison() {
            // The middle is computed twice, so its parts count twice.
            try self.countPart(self.parts)
            let last = try self.expression(above: next.precedence + 1)
            node = .binary(.and, node, .binary(next, middle, last, column: place), column: place)
            middle = last
        }
        return node
    }

    private mutating func comparison() -> (FormulaBinary, Int, Bool)? {
        guard case .sign(let sign) = self.current.kind, let next = FormulaBinary.spellings[sign], next.isComparison
        else { return nil }
        let column = self.current.column
        self.position += 1
        return (next, column, false)
    }

    private mutating func choice(_ condition: FormulaNode) throws(FormulaError) -> FormulaNode {
        let column = self.current.column
        guard self.skip("?") else { return condition }
        if self.skip(":") {
            return .choice(condition, condition, try self.expression(above: 0), column: column)
        }
        let yes = try self.expression(above: 0)
        try self.expect(":")
        let no = try self.expression(above: 0)
        return .choice(condition, yes, no, column: column)
    }

    private mutating func binding() throws(FormulaError) -> FormulaNode {
        self.position += 1
        guard case .name(let name) = self.current.kind else { throw self.unexpected() }
        self.position += 1
        try self.expect("=")
        let value = try self.expression(above: 0)
        try self.expect(";")
        self.bound.append(name)
        defer { self.bound.removeLast() }
        return .binding(name, value, try self.expression(above: 0))
    }

    private mutating func pipe(_ first: FormulaNode) throws(FormulaError) -> FormulaNode {
        try self.countPart()
        self.position += 1
        let column = self.current.column
        guard case .name(let name) = self.current.kind else { throw self.unexpected() }
        self.position += 1
        return try self.postfix(try self.call(name, column, first: first))
    }

    // MARK: Primaries

    private mutating func primary() throws(FormulaError) -> FormulaNode {
        let token = self.current
        if let unary = Self.unary(token.kind) {
            self.position += 1
            let operand = try self.expression(above: unary.precedence)
            return .unary(unary, operand, column: token.column)
        }
        self.position += 1
        switch token.kind {
        case .number(let number):
            return .literal(.number(number))
        case .text(let text):
            return .literal(.text(text))
        case .name(let name):
            return try self.postfix(try self.named(name, token.column))
        case .sign("("):
            let inner = try self.expression(above: 0)
            try self.expect(")")
            return try self.postfix(inner)
        case .sign("["):
            return try self.postfix(.list(try self.elements(until: "]")))
        case .sign("#"):
            guard self.predicates > 0 else {
                throw FormulaError("'#' stands for an element inside of a predicate only", column: token.column)
            }
            return try self.postfix(.element(column: token.column))
        default:
            self.position -= 1
            throw self.unexpected()
        }
    }

    private static func unary(_ kind: FormulaToken.Kind) -> FormulaUnary? {
        switch kind {
        case .sign("-"): .negative
        case .sign("+"): .positive
        case .sign("!"), .name("not"): .not
        default: nil
        }
    }

    private mutating func named(_ name: String, _ column: Int) throws(FormulaError) -> FormulaNode {
        if self.stands("(") { return try self.call(name, column, first: nil) }
        switch name {
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "nil": return .literal(.none)
        case "and", "or", "in", "let":
            self.position -= 1
            throw self.unexpected()
        default:
            if self.bound.contains(name) { return .variable(name) }
            self.names.insert(name)
            return .name(name, column: column)
        }
    }

    private mutating func postfix(_ node: FormulaNode) throws(FormulaError) -> FormulaNode {
        var node = node
        while self.stands("[") || self.stands(".") || self.stands("?.") {
            let column = self.current.column
            guard self.skip("[") else {
                throw FormulaError("numbers have no members", column: column)
            }
            let index = try self.expression(above: 0)
            try self.expect("]")
            try self.countPart()
            node = .index(node, index, column: column)
        }
        return node
    }

    /// Comma-separated expressions; a comma may stand after the last one.
    private mutating func elements(until closing: String) throws(FormulaError) -> [FormulaNode] {
        var elements: [FormulaNode] = []
        while !self.stands(closing) {
            if !elements.isEmpty {
                try self.expect(",")
                if self.stands(closing) { break }
            }
            elements.append(try self.expression(above: 0))
        }
        try self.expect(closing)
        return elements
    }

    // MARK: Calls

    private mutating func call(
        _ name: String,
        _ column: Int,
        first: FormulaNode?
    ) throws(FormulaError) -> FormulaNode {
        guard let function = FormulaFunction(rawValue: name) else { throw Self.unknown(name, column) }
        try self.expect("(")
        var arguments = first.map { [$0] } ?? []
        var isFirst = true
        while !self.stands(")") {
            if !isFirst {
                try self.expect(",")
                if self.stands(")") { break }
            }
            isFirst = false
            // The second argument of a function with a predicate is one: braces around it are optional.
            let isPredicate = function.takesPredicate && arguments.count == 1
            arguments.append(isPredicate ? try self.predicate() : try self.expression(above: 0))
        }
        try self.expect(")")
        guard function.arity.contains(arguments.count) else {
            let (least, most) = (function.arity.lowerBound, function.arity.upperBound)
            let counts = least == most ? "\(least)" : "\(least) to \(most)"
            throw FormulaError("'\(name)' takes \(counts) arguments, but has \(arguments.count)", column: column)
        }
        return .call(function, arguments, column: column)
    }

    private mutating func predicate() throws(FormulaError) -> FormulaNode {
        let isBraced = self.skip("{")
        self.predicates += 1
        let inner = try self.expression(above: 0)
        self.predicates -= 1
        if isBraced { try self.expect("}") }
        return inner
    }

    private static func unknown(_ name: String, _ column: Int) -> FormulaError {
        if let reason = FormulaFunction.refused[name] {
            return FormulaError("'\(name)' cannot be used: \(reason)", column: column)
        }
        let known = FormulaFunction.allCases.map(\.rawValue).sorted().joined(separator: ", ")
        return FormulaError("there is no function '\(name)'; there are \(known)", column: column)
    }
}
