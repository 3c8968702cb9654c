import StructuredData

/// Fills in what a runtime leaves to the service: `{{.Name}}`, `{{.Namespace}}`, `{{.Labels.KEY}}`,
/// `{{.Annotations.KEY}}`, and `{{index .Labels "KEY"}}` for keys with dots or slashes.
struct RuntimePlaceholders {
    let metadata: ObjectMetadata
    private(set) var problems: [Problem] = []

    init(metadata: ObjectMetadata) {
        self.metadata = metadata
    }

    /// The value with every placeholder in its strings replaced, keys of objects excepted.
    mutating func filled(_ value: JSONValue, at path: FieldPath) -> JSONValue {
        switch value {
        case .string(let text):
            return .string(self.filled(text, at: path))
        case .array(let elements):
            let numbered = elements.enumerated().map { ($0, $1) }
            return .array(numbered.map { self.filled($1, at: path.element($0)) })
        case .object(let object):
            return .object(JSONObject(object.members.map { ($0.key, self.filled($0.value, at: path.member($0.key))) }))
        case .null, .bool, .int, .double:
            return value
        }
    }

    private mutating func filled(_ text: String, at path: FieldPath) -> String {
        var filled = ""
        var rest = Substring(text)
        while let opening = rest.firstRange(of: "{{"), let closing = rest[opening.upperBound...].firstRange(of: "}}") {
            filled += rest[..<opening.lowerBound]
            let expression = String(rest[opening.upperBound..<closing.lowerBound])
            filled += self.value(of: expression, at: path)
            rest = rest[closing.upperBound...]
        }
        return filled + rest
    }

    private mutating func value(of expression: String, at path: FieldPath) -> String {
        let words = expression.split(whereSeparator: \.isWhitespace).map(String.init)
        let found: String?
        switch words.count {
        case 1: found = self.value(ofField: words[0])
        case 3 where words[0] == "index" && words[2].hasPrefix("\"") && words[2].hasSuffix("\"") && words[2].count > 2:
            found = self.value(of: String(words[2].dropFirst().dropLast()), in: words[1])
        default: found = nil
        }
        if let found { return found }
        let trimmed = words.joined(separator: " ")
        let message = "holds '{{\(trimmed)}}', but the service has no such name, label or annotation"
        self.problems.append(Problem(path: path.description, message: message))
        return ""
    }

    private func value(ofField field: String) -> String? {
        switch field {
        case ".Name": return self.metadata.name
        case ".Namespace": return self.metadata.namespace
        default: break
        }
        for map in [".Labels", ".Annotations"] where field.hasPrefix(map + ".") {
            return self.value(of: String(field.dropFirst(map.count + 1)), in: map)
        }
        return nil
    }

    private func value(of key: String, in map: String) -> String? {
        switch map {
        case ".Labels": self.metadata.labels[key]
        case ".Annotations": self.metadata.annotations[key]
        default: nil
        }
    }
}
