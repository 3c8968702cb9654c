public import StructuredData

/// One row, or one field of it, that could not be used.
public struct TraceProblem: Sendable, Equatable, CustomStringConvertible {
    public let file: String
    /// Counted from one.
    public let line: Int
    /// Counted from one, in bytes; `nil` when it is the whole row.
    public let column: Int?
    /// The column's name in the header; `nil` when it is the whole row.
    public let field: String?
    public let reason: String

    public init(file: String, line: Int, column: Int? = nil, field: String? = nil, reason: String) {
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.reason = reason
    }

    public var description: String {
        let column = self.column.map { ":\($0)" } ?? ""
        let field = self.field.map { "\($0): " } ?? ""
        return "\(self.file):\(self.line)\(column): \(field)\(self.reason)"
    }
}

/// Everything that was wrong with the rows of a trace: all of them counted, the first ones located.
public struct TraceProblems: Sendable, Equatable {
    /// How many are kept word for word; a broken file must not fill the memory.
    public static let keptAtMost = 100

    /// Rows that were left out.
    public private(set) var skippedRows = 0
    public private(set) var first: [TraceProblem] = []
    /// Rows that were used although something about them is worth knowing, by what it is.
    public private(set) var notes: [String: Int] = [:]

    public init() {}

    mutating func skip(_ problem: TraceProblem) {
        self.skippedRows += 1
        if self.first.count < Self.keptAtMost { self.first.append(problem) }
    }

    mutating func note(_ what: String, rows: Int = 1) {
        guard rows > 0 else { return }
        self.notes[what, default: 0] += rows
    }

    mutating func merge(_ other: TraceProblems) {
        self.skippedRows += other.skippedRows
        self.first += other.first.prefix(Self.keptAtMost - self.first.count)
        for (what, rows) in other.notes { self.notes[what, default: 0] += rows }
    }

    public var json: JSONValue {
        [
            "skippedRows": JSONValue(self.skippedRows),
            "first": .array(self.first.map { .string($0.description) }),
            "notes": .object(JSONObject(self.notes.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })),
        ]
    }
}
