/// Cuts a formula into tokens.
struct FormulaLexer {
    private let scalars: [Unicode.Scalar]
    private var position = 0

    /// Longest first, so that `**` is not read as twice `*`.
    private static let signs = [
        "&&", "||", "==", "!=", ">=", "<=", "**", "..", "??", "?.", "+", "-", "*", "/", "%", "^", "<", ">", "!", "?",
        ":", ",", "(", ")", "[", "]", "{", "}", "#", "|", "=", ";", ".",
    ].map { (text: $0, scalars: Array($0.unicodeScalars)) }

    init(_ text: String) {
        self.scalars = Array(text.unicodeScalars)
    }

    /// All tokens, the last of them `end`.
    mutating func tokens() throws(FormulaError) -> [FormulaToken] {
        var tokens: [FormulaToken] = []
        repeat {
            try self.skipBlanks()
            tokens.append(try self.token())
        } while tokens.last?.kind != .end
        return tokens
    }

    private var next: Unicode.Scalar? { self.peek(0) }

    private func peek(_ offset: Int) -> Unicode.Scalar? {
        let index = self.position + offset
        return index < self.scalars.count ? self.scalars[index] : nil
    }

    /// White space and comments, `// ...` and `/* ... */`.
    private mutating func skipBlanks() throws(FormulaError) {
        while let scalar = self.next {
            if scalar.properties.isWhitespace {
                self.position += 1
            } else if scalar == "/", self.peek(1) == "/" {
                while self.next != nil, self.next != "\n" { self.position += 1 }
            } else if scalar == "/", self.peek(1) == "*" {
                let start = self.position
                self.position += 2
                while self.next != nil, !(self.next == "*" && self.peek(1) == "/") { self.position += 1 }
                guard self.next != nil else { throw FormulaError("the comment has no end", column: start + 1) }
                self.position += 2
            } else {
                return
            }
        }
    }

    private mutating func token() throws(FormulaError) -> FormulaToken {
        let column = self.position + 1
        guard let scalar = self.next else { return FormulaToken(kind: .end, column: column) }
        let kind: FormulaToken.Kind
        if Self.isDigit(scalar) || (scalar == "." && self.peek(1).map(Self.isDigit) == true) {
            kind = .number(try self.number(column))
        } else if Self.beginsName(scalar) {
            kind = .name(self.word())
        } else if scalar == "\"" || scalar == "'" || scalar == "`" {
            kind = .text(try self.text(until: scalar, column))
        } else if let sign = Self.signs.first(where: { self.stands($0.scalars) }) {
            self.position += sign.scalars.count
            kind = .sign(sign.text)
        } else {
            throw FormulaError("'\(scalar)' means nothing here", column: column)
        }
        return FormulaToken(kind: kind, column: column)
    }

    private func stands(_ sign: [Unicode.Scalar]) -> Bool {
        sign.indices.allSatisfy { self.peek($0) == sign[$0] }
    }

    private mutating func word() -> String {
        var word = String.UnicodeScalarView()
        while let scalar = self.next, Formula.isNamePart(scalar) {
            word.append(scalar)
            self.position += 1
        }
        return String(word)
    }

    private mutating func number(_ column: Int) throws(FormulaError) -> Double {
        var text = ""
        func invalid() -> FormulaError { FormulaError("'\(text)' is no number", column: column) }
        let radix = self.next == "0" ? self.peek(1).flatMap { Self.radixes[$0] } : nil
        if radix != nil { self.position += 2 }
        while let scalar = self.next {
            // Two dots make a range: `1..3`.
            if scalar == ".", radix != nil || self.peek(1) == "." { break }
            let isSign =
                (scalar == "+" || scalar == "-") && radix == nil && (text.hasSuffix("e") || text.hasSuffix("E"))
            guard Self.beginsName(scalar) || Self.isDigit(scalar) || scalar == "." || isSign else { break }
            if scalar != "_" { text.unicodeScalars.append(scalar) }
            self.position += 1
        }
        if let radix {
            guard let value = Int64(text, radix: radix) else { throw invalid() }
            return Double(value)
        }
        // What Swift reads beyond decimal numbers, as "nan", begins with no digit or holds an x.
        guard text.unicodeScalars.allSatisfy({ Self.isDigit($0) || ".eE+-".unicodeScalars.contains($0) }),
            let value = Double((text.hasPrefix(".") ? "0" : "") + text + (text.hasSuffix(".") ? "0" : "")),
            value.isFinite
        else { throw invalid() }
        return value
    }

    private mutating func text(until quote: Unicode.Scalar, _ column: Int) throws(FormulaError) -> String {
        self.position += 1
        var text = String.UnicodeScalarView()
        while let scalar = self.next {
            self.position += 1
            if scalar == quote { return String(text) }
            guard scalar == "\\", quote != "`" else {
                text.append(scalar)
                continue
            }
            guard let escaped = self.next else { break }
            self.position += 1
            guard let meant = Self.escapes[escaped] else {
                throw FormulaError("'\\\(escaped)' is no escape", column: self.position - 1)
            }
            text.append(meant)
        }
        throw FormulaError("the text has no end", column: column)
    }

    private static let radixes: [Unicode.Scalar: Int] = ["x": 16, "X": 16, "b": 2, "B": 2, "o": 8, "O": 8]
    private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
        "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "\"": "\"", "'": "'",
    ]

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        Formula.isNamePart(scalar) && !Self.isDigit(scalar)
    }
}
