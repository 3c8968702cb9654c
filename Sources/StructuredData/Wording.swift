/// The words in which readers say what they expected.
enum Wording {
    static func expected(_ wanted: String, _ value: JSONValue) -> String {
        Self.isScalar(value) && value != .null
            ? "must be \(wanted), but is the \(value.typeName) \(value.jsonText())"
            : "must be \(wanted), but is \(value == .null ? "null" : "a \(value.typeName)")"
    }

    static func notOneOf(_ text: String, _ names: [String]) -> String {
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        return "is '\(text)', but must be one of \(list)" + NearestName.hint(for: text, among: names)
    }

    static func isScalar(_ value: JSONValue) -> Bool {
        switch value {
        case .array, .object: false
        case .null, .bool, .int, .double, .string: true
        }
    }

    static func range(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, let upper): "at most \(upper)"
        case (let lower, .max), (let lower, Int(Int32.max)): "at least \(lower)"
        case (let lower, let upper): "from \(lower) to \(upper)"
        }
    }

    static func range(_ range: ClosedRange<Double>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (-.infinity, let upper): "at most \(upper)"
        case (let lower, .infinity): "at least \(lower)"
        case (let lower, let upper): "from \(lower) to \(upper)"
        }
    }
}
