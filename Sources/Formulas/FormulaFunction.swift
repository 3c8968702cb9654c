/// What a formula may call.
enum FormulaFunction: String, Sendable, CaseIterable {
    // Of numbers, and of lists of them.
    case max, min, sum, mean, median
    // Of one number.
    case abs, ceil, floor, round, int, float, string
    // Of lists.
    case len, first, last, sort, reverse, uniq, concat, flatten
    // With a predicate over `#`.
    case all, any, one, none, filter, map, count, find

    /// Names that the expression language has and that make no sense, or no repeatable one, where numbers are scaled.
    static let refused: [String: String] = [
        "now": "a decision must not depend on the moment it is asked for",
        "date": "there are no dates here", "duration": "there are no durations here",
        "fromJSON": "there are numbers only", "toJSON": "there are numbers only",
        "reduce": "'sum' and 'map' do what numbers need", "groupBy": "there are no maps here",
        "keys": "there are no maps here", "values": "there are no maps here",
    ]

    /// Whether the last of its two arguments is a predicate.
    var takesPredicate: Bool {
        switch self {
        case .all, .any, .one, .none, .filter, .map, .count, .find, .sum: true
        default: false
        }
    }

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .max, .min, .mean, .median, .concat: 1...FormulaLimits.arguments
        case .sum, .count, .first, .last: 1...2
        case .sort: 1...2
        case .abs, .ceil, .floor, .round, .int, .float, .string, .len, .reverse, .uniq, .flatten: 1...1
        case .all, .any, .one, .none, .filter, .map, .find: 2...2
        }
    }
}

/// Bounds within which formulas stay, so that none can hold up a decision.
enum FormulaLimits {
    /// Parentheses, calls and operands within one another.
    static let depth = 32
    /// Names, numbers, operators and calls together; what bounds the depth of the tree, and so the stack.
    static let parts = 500
    static let arguments = 256
    /// Parts that are computed for one value, elements of lists included.
    static let steps = 100_000
}
