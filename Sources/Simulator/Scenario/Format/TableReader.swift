import StructuredData

/// Reads one object of a scenario by its table; what is wrong is collected, never the end of the reading.
///
/// Asking for a field that the table does not have, or as something else than it has there, is a mistake of this
/// program, not of the scenario's author, and stops it.
struct TableReader {
    let table: FieldTable
    let fields: FieldReader

    init(_ fields: FieldReader, _ table: FieldTable) {
        self.fields = fields
        self.table = table
        fields.refuseUnknownMembers(alsoKnown: Set(table.fields.map(\.name)))
        for field in table.fields where field.isRequired && !fields.has(field.name) {
            fields.report("is required: \(field.meaning)", at: field.name)
        }
        guard case .exactlyOne = table.rule else { return }
        let present = table.fields.map(\.name).filter(fields.has)
        guard present.count != 1 else { return }
        let names = table.fields.map(\.name).joined(separator: ", ")
        let found = present.isEmpty ? "none" : present.joined(separator: " and ")
        fields.report("must have exactly one of \(names), but has \(found)")
    }

    func has(_ name: String) -> Bool { self.fields.has(name) }

    func report(_ message: String, at name: String? = nil) { self.fields.report(message, at: name) }

    // MARK: Figures with units

    /// A figure in the unit of its kind: seconds, bytes, bytes a second, events a second, money an hour, a share.
    ///
    /// - Returns: 0 for a required field that is missing: that is reported.
    func measure(_ name: String) -> Double { self.optionalMeasure(name) ?? 0 }

    /// A figure that must be more than nothing; `nil` when it is not, or absent.
    func positiveMeasure(_ name: String) -> Double? {
        guard let value = self.optionalMeasure(name) else { return nil }
        if value > 0 { return value }
        self.report("must be more than nothing", at: name)
        return nil
    }

    func optionalMeasure(_ name: String) -> Double? {
        guard case .measure(let unit) = self.entry(name).kind else { self.mismatch(name) }
        guard let value = self.value(name) else { return nil }
        return self.measure(value, unit, at: self.fields.path.member(name))
    }

    /// A figure with a unit, or `nil` when one of the field's words stands there.
    func measureOrWord(_ name: String) -> Double? {
        guard case .measureOr(let words, let unit) = self.entry(name).kind else { self.mismatch(name) }
        guard let value = self.value(name) else { return nil }
        if let text = value.stringValue, words.contains(text) { return nil }
        return self.measure(value, unit, at: self.fields.path.member(name)) ?? 0
    }

    /// A list of figures of one kind; empty when absent.
    func measures(_ name: String) -> [Double] {
        guard case .list(.measure(let unit)) = self.entry(name).kind else { self.mismatch(name) }
        return self.elements(name).compactMap { self.measure($1, unit, at: $0) }
    }

    func measure(_ value: JSONValue, _ unit: UnitKind, at path: FieldPath) -> Double? {
        if let text = value.stringValue {
            if let figure = unit.value(of: text) { return figure }
            let names = unit.units.map(\.name).joined(separator: ", ")
            let message = "is '\(text)', which is no \(unit.rawValue): write \(unit.example) (\(names))"
            self.fields.report(message, at: path)
        } else if value.doubleValue != nil {
            let figure = value.jsonText()
            self.fields.report(
                "is \(figure) without a unit: write a \(unit.rawValue), such as \(unit.example)",
                at: path
            )
        } else {
            self.fields.report("must be a \(unit.rawValue) such as \(unit.example)", at: path)
        }
        return nil
    }

    // MARK: Plain figures, names and flags

    func count(_ name: String) -> Int { self.optionalCount(name) ?? 0 }

    func optionalCount(_ name: String) -> Int? {
        guard case .count(let range) = self.entry(name).kind else { self.mismatch(name) }
        if self.fields.has(name) { return self.fields.int(name, in: range) }
        return self.entry(name).defaultText.flatMap { Int($0) }
    }

    func number(_ name: String) -> Double { self.optionalNumber(name) ?? 0 }

    func optionalNumber(_ name: String) -> Double? {
        guard case .number(let range) = self.entry(name).kind else { self.mismatch(name) }
        if self.fields.has(name) { return self.fields.number(name, in: range) }
        return self.entry(name).defaultText.flatMap { Double($0) }
    }

    func numbers(_ name: String) -> [Double] {
        guard case .list(.number(let range)) = self.entry(name).kind else { self.mismatch(name) }
        return self.elements(name).compactMap { path, value in
            guard let number = value.doubleValue, range.contains(number) else {
                self.fields.report("is \(value.jsonText()), which is no number that fits here", at: path)
                return nil
            }
            return number
        }
    }

    func flag(_ name: String) -> Bool {
        guard case .flag = self.entry(name).kind else { self.mismatch(name) }
        if self.fields.has(name) { return self.fields.bool(name) ?? false }
        return self.entry(name).defaultText == "true"
    }

    func text(_ name: String) -> String { self.optionalText(name) ?? "" }

    func optionalText(_ name: String) -> String? {
        guard case .text = self.entry(name).kind else { self.mismatch(name) }
        return self.fields.string(name) ?? self.entry(name).defaultText
    }

    func texts(_ name: String) -> [String] {
        guard case .list(.text) = self.entry(name).kind else { self.mismatch(name) }
        return self.fields.strings(name)
    }

    /// One of the names that the table lists.
    func choice(_ name: String) -> String { self.optionalChoice(name) ?? "" }

    func optionalChoice(_ name: String) -> String? {
        guard case .choice(let names) = self.entry(name).kind else { self.mismatch(name) }
        guard let text = self.fields.string(name) else { return self.entry(name).defaultText }
        if names.contains(text) { return text }
        let hint = NearestName.hint(for: text, among: names)
        self.report("is '\(text)', but must be one of \(names.joined(separator: ", "))" + hint, at: name)
        return nil
    }

    /// Names, each one of those that the table lists; empty when absent.
    func choices(_ name: String) -> [String] {
        guard case .list(.choice(let names)) = self.entry(name).kind else { self.mismatch(name) }
        return self.elements(name).compactMap { path, value in
            if let text = value.stringValue, names.contains(text) { return text }
            let hint = value.stringValue.map { NearestName.hint(for: $0, among: names) } ?? ""
            self.fields.report(
                "is \(value.jsonText()), but must be one of \(names.joined(separator: ", "))" + hint,
                at: path
            )
            return nil
        }
    }

    // MARK: Objects and lists

    /// A reader of an object inside; `nil` when it is absent.
    func object(_ name: String) -> TableReader? {
        guard case .object(let table) = self.entry(name).kind else { self.mismatch(name) }
        return self.fields.child(name).map { TableReader($0, table) }
    }

    /// Readers of the objects of a list; empty when absent.
    func objects(_ name: String) -> [TableReader] {
        guard case .list(.object(let table)) = self.entry(name).kind else { self.mismatch(name) }
        return self.fields.children(name).map { TableReader($0, table) }
    }

    /// The members of an object whose names are the author's own, with their places.
    func members(_ name: String) -> [(key: String, value: JSONValue, path: FieldPath)] {
        switch self.entry(name).kind {
        case .map, .anything: break
        default: self.mismatch(name)
        }
        guard let value = self.fields.value(name) else { return [] }
        guard let object = value.objectValue else {
            self.report("must be an object", at: name)
            return []
        }
        let path = self.fields.path.member(name)
        return object.map { ($0.key, $0.value, path.member($0.key)) }
    }

    /// The field as it stands; `nil` when it is absent.
    func anything(_ name: String) -> JSONValue? {
        guard case .anything = self.entry(name).kind else { self.mismatch(name) }
        return self.fields.value(name)
    }

    /// The field that stands in an object of which exactly one may; `nil` unless there is exactly one.
    var chosen: String? {
        let present = self.table.fields.map(\.name).filter(self.fields.has)
        return present.count == 1 ? present.first : nil
    }

    // MARK: Plumbing

    /// The field's value or, when it is absent, its default.
    func value(_ name: String) -> JSONValue? {
        self.fields.value(name) ?? self.entry(name).defaultText.map { .string($0) }
    }

    private func elements(_ name: String) -> [(FieldPath, JSONValue)] {
        guard let value = self.fields.value(name) else { return [] }
        guard let elements = value.arrayValue else {
            self.report("must be a list", at: name)
            return []
        }
        let path = self.fields.path.member(name)
        return elements.enumerated().map { (path.element($0), $1) }
    }

    func entry(_ name: String) -> FieldEntry {
        guard let field = self.table.field(name) else {
            preconditionFailure("the table '\(self.table.name)' has no field '\(name)'")
        }
        return field
    }

    func mismatch(_ name: String) -> Never {
        preconditionFailure("the field '\(name)' of the table '\(self.table.name)' is read as what it is not")
    }
}
