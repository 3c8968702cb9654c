import KubernetesClient
import StructuredData

/// What `labelSelector` and `fieldSelector` of a list ask for.
struct ObjectFilter: Sendable, Equatable {
    enum Requirement: Sendable, Equatable {
        case isOneOf([String])
        case isNoneOf([String])
        case exists
        case isAbsent
    }

    private var labels: [(key: String, requirement: Requirement)] = []
    private var fields: [(path: [String], requirement: Requirement)] = []

    static func == (left: ObjectFilter, right: ObjectFilter) -> Bool {
        left.labels.elementsEqual(right.labels, by: ==) && left.fields.elementsEqual(right.fields, by: ==)
    }

    init(labelSelector: String?, fieldSelector: String?) throws(KubernetesError) {
        for term in Self.terms(labelSelector ?? "") { self.labels.append(try Self.labelRequirement(term)) }
        for term in Self.terms(fieldSelector ?? "") {
            guard let (path, requirement) = Self.equality(term) else { throw Self.malformed(term) }
            self.fields.append((path.split(separator: ".").map(String.init), requirement))
        }
    }

    func matches(_ object: KubernetesObject) -> Bool {
        let labels = self.labels.isEmpty ? [:] : object.labels
        return self.labels.allSatisfy { $0.requirement.holds(for: labels[$0.key]) }
            && self.fields.allSatisfy { field in
                let value = field.path.reduce(Optional(object.json)) { $0?[$1] }
                return field.requirement.holds(for: value?.stringValue ?? "")
            }
    }

    // MARK: Reading

    /// Splits at commas outside of parentheses.
    private static func terms(_ selector: String) -> [Substring] {
        var terms: [Substring] = []
        var depth = 0
        var start = selector.startIndex
        for index in selector.indices {
            switch selector[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                terms.append(selector[start..<index])
                start = selector.index(after: index)
            default: break
            }
        }
        return (terms + [selector[start...]]).map(Self.trimmed).filter { !$0.isEmpty }
    }

    private static func labelRequirement(
        _ term: Substring
    ) throws(KubernetesError) -> (key: String, requirement: Requirement) {
        if let (key, requirement) = Self.equality(term) { return (key, requirement) }
        for (word, isOneOf) in [(" in ", true), (" notin ", false)] {
            guard let range = term.firstRange(of: word) else { continue }
            let list = Self.trimmed(term[range.upperBound...])
            guard list.hasPrefix("("), list.hasSuffix(")") else { throw Self.malformed(term) }
            let values = list.dropFirst().dropLast().split(separator: ",").map { String(Self.trimmed($0)) }
            return (String(Self.trimmed(term[..<range.lowerBound])), isOneOf ? .isOneOf(values) : .isNoneOf(values))
        }
        let isAbsent = term.hasPrefix("!")
        let key = Self.trimmed(isAbsent ? term.dropFirst() : term)
        guard !key.isEmpty, !key.contains(where: { " ()!=".contains($0) }) else { throw Self.malformed(term) }
        return (String(key), isAbsent ? .isAbsent : .exists)
    }

    /// `a=b`, `a==b` or `a!=b`; `nil` for anything else.
    private static func equality(_ term: Substring) -> (key: String, requirement: Requirement)? {
        guard let range = term.firstRange(of: "!=") ?? term.firstRange(of: "==") ?? term.firstRange(of: "=") else {
            return nil
        }
        let key = String(Self.trimmed(term[..<range.lowerBound]))
        let value = String(Self.trimmed(term[range.upperBound...]))
        guard !key.isEmpty else { return nil }
        return (key, term[range] == "!=" ? .isNoneOf([value]) : .isOneOf([value]))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func malformed(_ term: Substring) -> KubernetesError {
        KubernetesError(.badRequest, subject: "selector", message: "'\(term)' is no selector term")
    }
}

extension ObjectFilter.Requirement {
    func holds(for value: String?) -> Bool {
        switch self {
        case .isOneOf(let values): value.map(values.contains) ?? false
        case .isNoneOf(let values): value.map { !values.contains($0) } ?? true
        case .exists: value != nil
        case .isAbsent: value == nil
        }
    }
}
