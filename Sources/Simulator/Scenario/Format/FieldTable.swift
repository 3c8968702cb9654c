/// The fields of one object of a scenario file: what readers, messages, the schema and the documentation go by.
struct FieldTable: Sendable {
    /// How members of the object hang together.
    enum Rule: Sendable {
        case any
        /// Exactly one of the fields: the object is a choice.
        case exactlyOne
    }

    /// The name of the definition in the schema.
    let name: String
    let meaning: String
    let rule: Rule
    let fields: [FieldEntry]

    init(_ name: String, _ meaning: String, rule: Rule = .any, _ fields: [FieldEntry]) {
        self.name = name
        self.meaning = meaning
        self.rule = rule
        self.fields = fields
    }

    func field(_ name: String) -> FieldEntry? { self.fields.first { $0.name == name } }
}

/// One field of a scenario file.
struct FieldEntry: Sendable {
    enum Presence: Sendable {
        case required
        /// Absent counts as this text, written as a user would write it.
        case byDefault(String)
        case optional
    }

    let name: String
    let kind: FieldKind
    let presence: Presence
    let meaning: String

    static func required(_ name: String, _ kind: FieldKind, _ meaning: String) -> FieldEntry {
        FieldEntry(name: name, kind: kind, presence: .required, meaning: meaning)
    }

    static func optional(_ name: String, _ kind: FieldKind, _ meaning: String) -> FieldEntry {
        FieldEntry(name: name, kind: kind, presence: .optional, meaning: meaning)
    }

    /// A field that counts as `text` when it is absent.
    static func field(_ name: String, _ kind: FieldKind, default text: String, _ meaning: String) -> FieldEntry {
        FieldEntry(name: name, kind: kind, presence: .byDefault(text), meaning: meaning)
    }

    var defaultText: String? {
        guard case .byDefault(let text) = self.presence else { return nil }
        return text
    }

    var isRequired: Bool {
        guard case .required = self.presence else { return false }
        return true
    }
}

/// What may stand in a field.
indirect enum FieldKind: Sendable {
    case text
    case flag
    case count(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case measure(UnitKind)
    /// A figure with a unit, or one of some words.
    case measureOr([String], UnitKind)
    case choice([String])
    case object(FieldTable)
    case list(FieldKind)
    /// An object whose names are the author's own.
    case map(FieldKind)
    /// A random duration or number: a figure for a constant, or an object that names a law.
    case law(UnitKind?)
    /// A figure of a law, in whatever unit the law has where it stands.
    case figure
    /// Anything: what a policy or a sweep makes of it is its own affair.
    case anything
}
