/// Which sample of an exposition is meant: `queue_depth{queue="jobs"}`.
struct SampleSelector: Sendable, Equatable {
    private let name: String
    private let labels: [String: String]

    init(_ text: String) throws(DocumentError) {
        var reader = SampleReader(text.trimmed)
        guard let name = reader.name(), let labels = reader.labels(), reader.isAtEnd else {
            throw DocumentError("the location '\(text)' must be as metric_name or metric_name{label=\"value\"}")
        }
        self.name = name
        self.labels = labels
    }

    /// The first sample of the name that carries all the labels.
    func value(in exposition: String) throws(DocumentError) -> Double {
        var isNameThere = false
        for line in exposition.split(whereSeparator: \.isNewline) where line.first != "#" {
            var reader = SampleReader(line.trimmed)
            guard reader.name() == self.name else { continue }
            isNameThere = true
            guard let labels = reader.labels(), self.labels.allSatisfy({ labels[$0.key] == $0.value }) else { continue }
            guard let value = reader.number() else {
                throw DocumentError("the sample '\(line.prefix(80))' has no number")
            }
            guard value.isFinite else { throw DocumentError("the value of '\(self.name)' is \(value)") }
            return value
        }
        throw DocumentError(
            isNameThere
                ? "no sample of '\(self.name)' carries these labels" : "the answer has no metric '\(self.name)'"
        )
    }
}

/// Reads a line of Prometheus's text format from left to right.
struct SampleReader {
    private var rest: Substring

    init(_ line: String) {
        self.rest = Substring(line)
    }

    var isAtEnd: Bool { self.rest.isEmpty }

    mutating func name() -> String? {
        let name = self.rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        self.rest = self.rest.dropFirst(name.count)
        return name.isEmpty ? nil : String(name)
    }

    /// Empty when there are none; `nil` when they are broken.
    mutating func labels() -> [String: String]? {
        var labels: [String: String] = [:]
        guard self.take("{") else { return labels }
        while !self.take("}") {
            guard let name = self.name(), self.take("="), let value = self.text() else { return nil }
            labels[name] = value
            if !self.take(","), !self.rest.drop(while: \.isWhitespace).hasPrefix("}") { return nil }
        }
        return labels
    }

    mutating func number() -> Double? {
        let word = self.rest.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
        switch word {
        case "+Inf", "Inf": return .infinity
        case "-Inf": return -.infinity
        case "NaN": return .nan
        default: return Double(word)
        }
    }

    private mutating func text() -> String? {
        guard self.take("\"") else { return nil }
        var text = ""
        while let sign = self.rest.popFirst(), sign != "\"" {
            guard sign == "\\" else {
                text.append(sign)
                continue
            }
            guard let escaped = self.rest.popFirst() else { return nil }
            text.append(escaped == "n" ? "\n" : escaped)
        }
        return text
    }

    /// Skips blanks, then takes the sign if it is next.
    private mutating func take(_ sign: Character) -> Bool {
        let next = self.rest.drop(while: \.isWhitespace)
        guard next.first == sign else { return false }
        self.rest = next.dropFirst()
        while sign != "\"", let blank = self.rest.first, blank.isWhitespace { self.rest.removeFirst() }
        return true
    }
}
