import Glibc
import Logging
import StructuredData

/// How a log line is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, component, message, then the facts as `key=value`.
    case text
    /// The same with colours.
    case colored
    /// For collectors: one JSON object a line.
    case json

    /// Text on a terminal, with colours unless `NO_COLOR` is set, and JSON everywhere else.
    public static func suiting(fileDescriptor: Int32) -> LogFormat {
        guard isatty(fileDescriptor) == 1 else { return .json }
        let noColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        return noColor ? .text : .colored
    }
}

/// One log line in the making.
struct LogLine {
    let time: WallTime
    let level: Logger.Level
    /// The component that logs.
    let label: String
    let message: String
    let metadata: Logger.Metadata

    func text(_ format: LogFormat) -> String {
        switch format {
        case .text: self.plainText(colored: false)
        case .colored: self.plainText(colored: true)
        case .json: self.json
        }
    }

    private func plainText(colored: Bool) -> String {
        let level = self.level.rawValue
        let padded = level + String(repeating: " ", count: max(0, 8 - level.utf8.count))
        var line = colored ? "\(Self.dim)\(self.time.rfc3339Milliseconds)\(Self.reset) " : ""
        if !colored { line = "\(self.time.rfc3339Milliseconds) " }
        line += colored ? "\(Self.color(of: self.level))\(padded)\(Self.reset)" : padded
        line += " \(self.label): \(Self.onOneLine(self.message))"
        for (key, value) in self.metadata.sorted(by: { $0.key < $1.key }) {
            let text = Self.quoted(Self.text(of: value, named: key))
            line += colored ? " \(Self.dim)\(key)=\(Self.reset)\(text)" : " \(key)=\(text)"
        }
        return line + "\n"
    }

    private var json: String {
        var object: JSONObject = [
            "time": .string(self.time.rfc3339Milliseconds), "level": .string(self.level.rawValue),
            "logger": .string(self.label), "message": .string(self.message),
        ]
        for (key, value) in self.metadata.sorted(by: { $0.key < $1.key }) {
            // A fact must not pass itself off as the line's own time or level.
            object[object[key] == nil ? key : key + "_"] = Self.json(of: value, named: key)
        }
        return JSONValue.object(object).jsonText() + "\n"
    }

    // MARK: Values

    private static func json(of value: Logger.MetadataValue, named name: String) -> JSONValue {
        guard !Redaction.isSecret(name: name) else { return .string(Redaction.placeholder) }
        return switch value {
        case .string(let text): .string(Redaction.withoutCredentials(text))
        case .stringConvertible(let value): .string(Redaction.withoutCredentials(value.description))
        case .array(let values): .array(values.map { Self.json(of: $0, named: name) })
        case .dictionary(let values):
            .object(
                JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, Self.json(of: $0.value, named: $0.key)) })
            )
        @unknown default: .string(Redaction.withoutCredentials("\(value)"))
        }
    }

    private static func text(of value: Logger.MetadataValue, named name: String) -> String {
        let json = Self.json(of: value, named: name)
        return json.stringValue ?? json.jsonText()
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0 > " " && $0 != "\"" && $0 != "\u{7F}" }
        return isPlain ? text : JSONValue.string(text).jsonText()
    }

    /// Control characters become escapes: a message must not be able to begin a line of its own or steer the terminal.
    private static func onOneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }) else {
            return text
        }
        return text.unicodeScalars.map { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\t": " "
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): scalar.escaped(asASCII: true)
            default: String(scalar)
            }
        }.joined()
    }

    // MARK: Colours

    private static let dim = "\u{1B}[2m"
    private static let reset = "\u{1B}[0m"

    private static func color(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "\u{1B}[2m"
        case .info: "\u{1B}[32m"
        case .notice: "\u{1B}[36m"
        case .warning: "\u{1B}[33m"
        case .error, .critical: "\u{1B}[31m"
        }
    }
}
