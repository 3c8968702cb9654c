/// A label selector as kubectl takes it: `app=web,tier!=test,zone in (a, b),!legacy`.
struct SelectorText: Sendable, Equatable {
    struct Requirement: Sendable, Equatable {
        let key: String
        /// `nil` where the label only has to be there, or not.
        let values: Set<String>?
        let isNegated: Bool
    }

    private let requirements: [Requirement]

    init(requirements: [Requirement]) {
        self.requirements = requirements
    }

    /// `nil` when the text is no selector.
    init?(_ text: String) {
        var requirements: [Requirement] = []
        for part in Self.parts(of: text) {
            guard let requirement = Self.requirement(part) else { return nil }
            requirements.append(requirement)
        }
        self.requirements = requirements
    }

    func matches(_ labels: [String: String]) -> Bool {
        self.requirements.allSatisfy { requirement in
            let value = labels[requirement.key]
            // As in Kubernetes, a label that is not there is in no set, and so passes `notin` and `!=`.
            let isIn = value.map { requirement.values?.contains($0) ?? true } ?? false
            return isIn != requirement.isNegated
        }
    }

    /// The part that every server can filter by.
    var equalities: [String: String] {
        var equalities: [String: String] = [:]
        for requirement in self.requirements where !requirement.isNegated {
            if let values = requirement.values, values.count == 1 { equalities[requirement.key] = values.first }
        }
        return equalities
    }

    /// What stands between commas outside brackets.
    private static func parts(of text: String) -> [String] {
        var parts = [""]
        var isInside = false
        for sign in text {
            if sign == "(" { isInside = true }
            if sign == ")" { isInside = false }
            if sign == ",", !isInside { parts.append("") } else { parts[parts.count - 1].append(sign) }
        }
        return parts.map(\.trimmed).filter { !$0.isEmpty }
    }

    private static func requirement(_ part: String) -> Requirement? {
        for (sign, isNegated) in [("!=", true), ("==", false), ("=", false)] {
            guard let range = part.firstRange(of: sign) else { continue }
            let (key, value) = (part[..<range.lowerBound].trimmed, part[range.upperBound...].trimmed)
            guard Self.isName(key), value.isEmpty || Self.isName(value) else { return nil }
            return Requirement(key: key, values: [value], isNegated: isNegated)
        }
        if let open = part.firstIndex(of: "("), part.last == ")" {
            let words = part[..<open].split(whereSeparator: \.isWhitespace)
            guard words.count == 2, words[1] == "in" || words[1] == "notin", Self.isName(words[0]) else { return nil }
            let values = part[part.index(after: open)...].dropLast().split(separator: ",").map { $0.trimmed }
            return Requirement(key: String(words[0]), values: Set(values), isNegated: words[1] == "notin")
        }
        let isNegated = part.hasPrefix("!")
        let key = isNegated ? part.dropFirst().trimmed : part
        return Self.isName(key) ? Requirement(key: key, values: nil, isNegated: isNegated) : nil
    }

    private static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./".contains($0)) }
    }
}
