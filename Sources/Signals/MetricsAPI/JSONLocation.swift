import StructuredData

/// A path into a document as `components.workers.0.tasks`, in the part of GJSON's syntax that leads to one value.
///
/// Steps are keys, indices, `#` for the length of a list, and `#(key==value)` for the first element that matches; a
/// backslash takes the meaning from the sign behind it.
struct JSONLocation: Sendable, Equatable {
    private enum Step: Sendable, Equatable {
        case key(String)
        case count
        case first(JSONCondition)
    }

    private var steps: [Step] = []
    private let text: String

    /// Keys and indices between dots, as they stand.
    init(plain text: String) {
        self.text = text
        self.steps = text.split(separator: ".", omittingEmptySubsequences: false).map { .key(String($0)) }
    }

    init(_ text: String) throws(DocumentError) {
        self.text = text
        var rest = Substring(text)
        while true {
            self.steps.append(try Self.step(&rest, text))
            guard let sign = rest.popFirst() else { return }
            guard sign == ".", !rest.isEmpty else {
                throw DocumentError("the location '\(text)' has nothing that makes sense behind '\(sign)'")
            }
        }
    }

    /// The value, which must be there.
    func value(in document: JSONValue) throws(DocumentError) -> JSONValue {
        guard let value = self.find(in: document) else {
            throw DocumentError("the answer has nothing at '\(self.text)'")
        }
        return value
    }

    func find(in document: JSONValue) -> JSONValue? {
        var value = document
        for step in self.steps {
            let next: JSONValue? =
                switch step {
                case .key(let key): value[key] ?? Int(key).flatMap { value[$0] }
                case .count: value.arrayValue.map { JSONValue($0.count) }
                case .first(let condition): value.arrayValue?.first(where: condition.holds)
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// Takes one step off the front; leaves the dot behind it.
    private static func step(_ rest: inout Substring, _ text: String) throws(DocumentError) -> Step {
        if rest.hasPrefix("#(") {
            guard let end = rest.firstIndex(of: ")") else {
                throw DocumentError("the location '\(text)' opens a bracket that it does not close")
            }
            let inside = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
            rest = rest[rest.index(after: end)...]
            guard let condition = JSONCondition(inside) else {
                throw DocumentError(
                    "the location '\(text)' has the condition '\(inside)', which must be as name==\"x\""
                )
            }
            return .first(condition)
        }
        var key = ""
        while let sign = rest.first, sign != "." {
            rest.removeFirst()
            if sign == "\\", let escaped = rest.popFirst() { key.append(escaped) } else { key.append(sign) }
        }
        return key == "#" ? .count : .key(key)
    }
}

/// What an element of a list must be like: `name=="high"`, `age>4`.
struct JSONCondition: Sendable, Equatable {
    private let key: String
    private let comparison: String
    private let wanted: JSONValue

    private static let comparisons = ["==", "!=", "<=", ">=", "<", ">", "="]

    init?(_ text: some StringProtocol) {
        let name = text.prefix { !"=!<>".contains($0) }
        let rest = text.dropFirst(name.count)
        guard let comparison = Self.comparisons.first(where: { rest.hasPrefix($0) }) else { return nil }
        let value = rest.dropFirst(comparison.count).trimmed
        guard !value.isEmpty else { return nil }
        self.key = name.trimmed
        self.comparison = comparison
        self.wanted = (try? JSONParser.parse(value)) ?? .string(value)
    }

    func holds(for element: JSONValue) -> Bool {
        guard let value = self.key.isEmpty ? element : element[self.key] else { return false }
        switch self.comparison {
        case "==", "=": return self.isEqual(value)
        case "!=": return !self.isEqual(value)
        default: break
        }
        guard let left = value.doubleValue, let right = self.wanted.doubleValue else { return false }
        switch self.comparison {
        case "<": return left < right
        case ">": return left > right
        case "<=": return left <= right
        default: return left >= right
        }
    }

    private func isEqual(_ value: JSONValue) -> Bool {
        if let left = value.doubleValue, let right = self.wanted.doubleValue { return left == right }
        return value == self.wanted
    }
}
