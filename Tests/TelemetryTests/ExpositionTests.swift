import Glibc
import Telemetry
import Testing

@Suite("Prometheus exposition")
struct ExpositionTests {
    static func registry() -> MetricsRegistry {
        let registry = MetricsRegistry()
        registry.register(ProcessCollector())
        for service in ["default/iris", "a\"b\\c\nd", ""] {
            let labels = ["namespace": "default", "service": service]
            registry.counter("pilotlight_activator_requests_total", help: "Requests.", labels: labels).increment()
            registry.gauge("pilotlight_activator_requests_waiting", help: "Waiting \\ now.", labels: labels).set(2)
            let histogram = registry.histogram(
                "pilotlight_activator_request_duration_seconds",
                help: "Time.",
                labels: labels
            )
            for value in [0.0001, 0.3, 1e9] { histogram.record(value) }
        }
        return registry
    }

    @Test("a strict reader accepts it and finds every sample")
    func strictReader() async throws {
        let parsed = try ExpositionParser(await Self.registry().exposition())
        let counters = parsed.samples.filter { $0.name == "pilotlight_activator_requests_total" }
        #expect(Set(counters.compactMap { $0.labels["service"] }) == ["default/iris", "a\"b\\c\nd", ""])
        #expect(parsed.types["pilotlight_activator_request_duration_seconds"] == "histogram")
        #expect(parsed.types["process_open_fds"] == "gauge")
    }

    @Test("promtool finds nothing to complain about", .enabled(if: Promtool.path != nil))
    func promtool() async throws {
        let path = try #require(Promtool.path)
        let verdict = try Promtool.check(path: path, exposition: await Self.registry().exposition())
        #expect(verdict.status == 0, "\(verdict.output)")
        #expect(verdict.output.isEmpty)
    }

    @Test("promtool is really asked: it refuses a broken exposition", .enabled(if: Promtool.path != nil))
    func promtoolRefuses() throws {
        let path = try #require(Promtool.path)
        let verdict = try Promtool.check(path: path, exposition: "# TYPE a counter\na{x=1} 1\n")
        #expect(verdict.status != 0)
    }
}

/// Prometheus's own checker, when it is installed.
enum Promtool {
    static let path: String? = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
        .map { folder -> String in "\(folder)/promtool" }
        .first { access($0, X_OK) == 0 }

    /// Exit status and everything that `promtool check metrics` says about the text.
    static func check(path: String, exposition: String) throws -> (status: Int32, output: String) {
        var name = Array("/tmp/pilotlight-exposition-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        try #require(file >= 0)
        defer {
            close(file)
            unlink(name)
        }
        let bytes = Array(exposition.utf8)
        try #require(write(file, bytes, bytes.count) == bytes.count)
        let input = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let stream = try #require(popen("\(path) check metrics < \(input) 2>&1", "r"))
        var output = ""
        var line = [CChar](repeating: 0, count: 1024)
        while fgets(&line, Int32(line.count), stream) != nil {
            output += String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return (pclose(stream), output)
    }
}
