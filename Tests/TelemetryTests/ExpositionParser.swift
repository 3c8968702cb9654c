/// Reads the text exposition format strictly, to check what the registry writes by other means than itself.
///
/// Every rule of the format that a scrape could fail on is checked: one HELP and one TYPE before the samples of a
/// family, families in one piece, no line twice, label syntax, and for histograms ascending bounds, rising counts and
/// `+Inf` equal to `_count`.
struct ExpositionParser {
    struct Failure: Error, CustomStringConvertible {
        let line: Int
        let message: String
        var description: String { "line \(self.line): \(self.message)" }
    }

    struct Sample: Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var samples: [Sample] = []
    private(set) var types: [String: String] = [:]
    private var helps: Set<String> = []
    private var family = ""
    private var closed: Set<String> = []
    private var seen: Set<String> = []
    private var number = 0

    init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw Failure(line: 0, message: "no line end at the end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            self.number += 1
            try self.read(line)
        }
        try self.checkHistograms()
    }

    private mutating func read(_ line: Substring) throws {
        guard line.hasPrefix("# ") else { return try self.readSample(line) }
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { throw self.failure("a comment of fewer than four parts") }
        let name = String(parts[2])
        try self.enter(name)
        switch parts[1] {
        case "HELP":
            guard self.helps.insert(name).inserted else { throw self.failure("second HELP of \(name)") }
        case "TYPE":
            guard self.types[name] == nil else { throw self.failure("second TYPE of \(name)") }
            guard ["counter", "gauge", "histogram"].contains(parts[3]) else { throw self.failure("type \(parts[3])") }
            self.types[name] = String(parts[3])
        default: throw self.failure("unknown comment \(parts[1])")
        }
    }

    private mutating func enter(_ name: String) throws {
        guard name != self.family else { return }
        guard !self.closed.contains(name) else { throw self.failure("\(name) stands in two places") }
        self.closed.insert(self.family)
        self.family = name
    }

    private mutating func readSample(_ line: Substring) throws {
        guard let nameEnd = line.firstIndex(where: { $0 == "{" || $0 == " " }) else { throw self.failure("no value") }
        let name = String(line[..<nameEnd])
        guard name.first?.isNumber == false, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" })
        else { throw self.failure("not a name: \(name)") }
        guard let type = self.types[self.family] else { throw self.failure("sample before TYPE") }
        let allowed = type == "histogram" ? ["_bucket", "_sum", "_count"].map { self.family + $0 } : [self.family]
        guard allowed.contains(name) else { throw self.failure("\(name) is not of the family \(self.family)") }
        var rest = line[nameEnd...]
        let labels = try self.readLabels(&rest)
        guard rest.first == " " else { throw self.failure("no blank before the value") }
        guard self.seen.insert(String(line[..<rest.startIndex])).inserted else { throw self.failure("a sample twice") }
        let text = rest.dropFirst()
        guard let value = text == "+Inf" ? .infinity : text == "-Inf" ? -.infinity : Double(text) else {
            throw self.failure("not a value: '\(text)'")
        }
        self.samples.append(Sample(name: name, labels: labels, value: value))
    }

    private func readLabels(_ rest: inout Substring) throws -> [String: String] {
        guard rest.first == "{" else { return [:] }
        var labels: [String: String] = [:]
        repeat {
            rest.removeFirst()
            guard let equals = rest.firstIndex(of: "="), rest[equals...].hasPrefix("=\"") else {
                throw self.failure("a label without =\"")
            }
            let name = String(rest[..<equals])
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }), labels[name] == nil
            else {
                throw self.failure("label name '\(name)'")
            }
            rest = rest[equals...].dropFirst(2)
            labels[name] = try self.readQuoted(&rest)
        } while rest.first == ","
        guard rest.first == "}" else { throw self.failure("labels are not closed") }
        rest.removeFirst()
        return labels
    }

    private func readQuoted(_ rest: inout Substring) throws -> String {
        var value = String.UnicodeScalarView()
        var scalars = rest.unicodeScalars
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"":
                rest = Substring(scalars)
                return String(value)
            case "\\":
                switch scalars.popFirst() {
                case "n": value.append("\n")
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                default: throw self.failure("unknown escape")
                }
            default: value.append(scalar)
            }
        }
        throw self.failure("a label value is not closed")
    }

    private func checkHistograms() throws {
        for (name, type) in self.types where type == "histogram" {
            let buckets = Dictionary(grouping: self.samples.filter { $0.name == name + "_bucket" }) { sample in
                sample.labels.filter { $0.key != "le" }
            }
            for (labels, rows) in buckets {
                let bounds = rows.map { $0.labels["le"] == "+Inf" ? .infinity : Double($0.labels["le"] ?? "") ?? .nan }
                guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), bounds.last == .infinity,
                    zip(rows, rows.dropFirst()).allSatisfy({ $0.value <= $1.value }),
                    self.samples.contains(
                        Sample(name: name + "_count", labels: labels, value: rows.last?.value ?? .nan)
                    ),
                    self.samples.contains(where: { $0.name == name + "_sum" && $0.labels == labels })
                else { throw Failure(line: 0, message: "histogram \(name) \(labels) is inconsistent") }
            }
        }
    }

    private func failure(_ message: String) -> Failure { Failure(line: self.number, message: message) }
}
