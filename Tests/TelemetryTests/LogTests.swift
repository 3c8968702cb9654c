import Logging
import StructuredData
import Synchronization
import Testing

@testable import Telemetry

@Suite("Logs")
struct LogTests {
    private static let moment = WallTime(unixNanoseconds: 1_500_000_000)

    private func line(_ message: String, _ metadata: Logger.Metadata, as format: LogFormat) -> String {
        LogLine(time: Self.moment, level: .warning, label: "activator", message: message, metadata: metadata)
            .text(format)
    }

    @Test("text shows time, level, component, message and the facts in order")
    func text() {
        #expect(
            self.line("replica failed", ["service": "iris", "error": "exit 1", "count": "\(3)"], as: .text)
                == "1970-01-01T00:00:01.500Z warning  activator: replica failed count=3 error=\"exit 1\" service=iris\n"
        )
    }

    @Test("JSON is one object a line")
    func json() throws {
        let line = self.line("a\nb", ["list": ["x", "y"], "nested": ["k": "v"]], as: .json)
        #expect(line.hasSuffix("}\n"))
        #expect(line.dropLast().contains("\n") == false)
        #expect(
            try JSONParser.parse(line) == [
                "time": "1970-01-01T00:00:01.500Z", "level": "warning", "logger": "activator", "message": "a\nb",
                "list": ["x", "y"], "nested": ["k": "v"],
            ]
        )
    }

    @Test("a fact cannot pass itself off as the level")
    func reserved() throws {
        let object = try JSONParser.parse(self.line("m", ["level": "trace"], as: .json))
        #expect(object["level"] == "warning")
        #expect(object["level_"] == "trace")
    }

    @Test("a message cannot begin a line of its own or steer the terminal", arguments: [LogFormat.text, .colored])
    func injection(format: LogFormat) {
        let line = self.line("a\n1970 info fake\u{1B}[2J", ["k": "v\n\u{1B}[2J"], as: format)
        #expect(line.unicodeScalars.count { $0 == "\n" } == 1)
        #expect(!line.contains("\u{1B}[2J"))
    }

    @Test("secrets never reach a line", arguments: LogFormat.allCases)
    func secrets(format: LogFormat) {
        let metadata: Logger.Metadata = [
            "password": "hunter2", "env": ["AWS_SECRET_ACCESS_KEY": "hunter2", "apiKey": "hunter2"],
            "url": "amqp://guest:hunter2@host/vhost", "authorization": ["Bearer hunter2"],
        ]
        let line = self.line("connecting", metadata, as: format)
        #expect(!line.contains("hunter2"))
        #expect(line.contains(Redaction.placeholder))
        #expect(line.contains("@host/vhost"))
    }

    @Test(
        "names of secrets are known by their words",
        arguments: [
            ("password", true), ("dbPassword", true), ("X-Auth-Token", true), ("AWS_SECRET_ACCESS_KEY", true),
            ("api_key", true), ("APIKey", true), ("apikey", true), ("maxTokens", false), ("key", false),
            ("passwordless", false), ("", false), ("sas", true), ("saslMechanism", false),
        ]
    )
    func secretNames(name: String, isSecret: Bool) {
        #expect(Redaction.isSecret(name: name) == isSecret)
    }

    @Test(
        "the user part of an address is taken out, wherever it stands",
        arguments: [
            ("http://host/a@b", "http://host/a@b"),
            ("see http://u:p@h:1/x and ftp://v@i", "see http://[redacted]@h:1/x and ftp://[redacted]@i"),
            ("http://u:p@q@h", "http://[redacted]@h"), ("no address", "no address"), ("a://", "a://"),
        ]
    )
    func credentials(text: String, expected: String) {
        #expect(Redaction.withoutCredentials(text) == expected)
    }

    @Test("the handler merges the logger's facts with the line's and drops what is below its level")
    func handler() throws {
        let box = LineBox()
        var logger = Logger(label: "test") { label in
            ConsoleLogHandler(label: label, level: .info, format: .json) { line in box.append(line) }
        }
        logger[metadataKey: "service"] = "iris"
        logger.debug("hidden")
        logger.info("said to http://u:p@h", metadata: ["count": "1"])
        let written = box.lines
        #expect(written.count == 1)
        let object = try JSONParser.parse(try #require(written.first))
        #expect(object["service"] == "iris")
        #expect(object["count"] == "1")
        #expect(object["message"] == "said to http://[redacted]@h")
    }
}

/// Collects the lines that a handler writes.
private final class LineBox: Sendable {
    private let state = Mutex<[String]>([])

    func append(_ line: String) { self.state.withLock { $0.append(line) } }
    var lines: [String] { self.state.withLock { $0 } }
}
