import StructuredData

/// Writes the published schema of scenario files from the tables that the reader goes by.
struct JSONSchemaWriter {
    private var definitions: [String: JSONValue] = [:]
    private let laws: FieldTable

    /// The schema of a document that `table` describes, as JSON Schema 2020-12.
    static func schema(of table: FieldTable, identifier: String, laws: FieldTable) -> JSONValue {
        var writer = JSONSchemaWriter(laws: laws)
        let root = writer.object(table)
        var schema = JSONObject([
            ("$schema", "https://json-schema.org/draft/2020-12/schema"),
            ("$id", .string(identifier)),
            ("title", .string(table.name)),
        ])
        for (key, value) in root.objectValue ?? JSONObject() { schema[key] = value }
        let definitions = writer.definitions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        schema["$defs"] = .object(JSONObject(definitions))
        return .object(schema)
    }

    private init(laws: FieldTable) { self.laws = laws }

    private mutating func object(_ table: FieldTable) -> JSONValue {
        var properties = JSONObject()
        for field in table.fields {
            var value = self.schema(of: field.kind)
            value["description"] = .string(field.meaning)
            if let text = field.defaultText { value["default"] = Self.defaultValue(text, field.kind) }
            properties[field.name] = value
        }
        var schema = JSONObject([
            ("type", "object"), ("description", .string(table.meaning)), ("properties", .object(properties)),
            ("additionalProperties", false),
        ])
        let required = table.fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if case .exactlyOne = table.rule {
            schema["minProperties"] = 1
            schema["maxProperties"] = 1
        }
        return .object(schema)
    }

    private mutating func schema(of kind: FieldKind) -> JSONValue {
        switch kind {
        case .text: return ["type": "string"]
        case .flag: return ["type": "boolean"]
        case .count(let range): return Self.count(range)
        case .number(let range): return Self.number(range)
        case .measure(let unit): return ["type": "string", "pattern": .string(unit.pattern)]
        case .measureOr(let words, let unit):
            let word: JSONValue = ["type": "string", "enum": .array(words.map { .string($0) })]
            return ["anyOf": [word, ["type": "string", "pattern": .string(unit.pattern)]]]
        case .choice(let names): return ["type": "string", "enum": .array(names.map { .string($0) })]
        case .object(let table): return self.reference(table)
        case .list(let element): return ["type": "array", "items": self.schema(of: element)]
        case .map(let value): return ["type": "object", "additionalProperties": self.schema(of: value)]
        case .law(let unit): return self.law(unit)
        case .figure: return ["type": ["string", "number"]]
        case .anything: return [:]
        }
    }

    private mutating func law(_ unit: UnitKind?) -> JSONValue {
        let figure: JSONValue =
            unit.map { ["type": "string", "pattern": .string($0.pattern)] } ?? ["type": "number", "minimum": 0]
        return ["anyOf": [figure, self.reference(self.laws)]]
    }

    private mutating func reference(_ table: FieldTable) -> JSONValue {
        if self.definitions[table.name] == nil {
            // Named before it is written: a mixture of laws holds laws.
            self.definitions[table.name] = .null
            self.definitions[table.name] = self.object(table)
        }
        return ["$ref": .string("#/$defs/\(table.name)")]
    }

    private static func count(_ range: ClosedRange<Int>) -> JSONValue {
        var schema: JSONValue = ["type": "integer"]
        if range.lowerBound > .min { schema["minimum"] = JSONValue(range.lowerBound) }
        if range.upperBound < .max { schema["maximum"] = JSONValue(range.upperBound) }
        return schema
    }

    private static func number(_ range: ClosedRange<Double>) -> JSONValue {
        var schema: JSONValue = ["type": "number"]
        if range.lowerBound > -.infinity { schema["minimum"] = .double(range.lowerBound) }
        if range.upperBound < .infinity { schema["maximum"] = .double(range.upperBound) }
        return schema
    }

    private static func defaultValue(_ text: String, _ kind: FieldKind) -> JSONValue {
        switch kind {
        case .count, .number: Int64(text).map { .int($0) } ?? Double(text).map { .double($0) } ?? .string(text)
        case .flag: .bool(text == "true")
        default: .string(text)
        }
    }
}
