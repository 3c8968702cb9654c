/// The words in which readers say what they expected.
enum Wording {
    static func expected(_ wanted: String, _ value: JSONValue) -> String {
        switch value {
        case .null: "must be \(wanted), but is null"
        case .object: "must be \(wanted), but is an object"
        case .array: "must be \(wanted), but is a list"
        case .bool, .int, .double, .string: "must be \(wanted), but is the \(value.typeName) \(value.jsonText())"
        }
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
