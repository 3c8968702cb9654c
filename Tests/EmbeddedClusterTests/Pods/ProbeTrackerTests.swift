import StructuredData
import Testing
import Timekeeping

@testable import EmbeddedCluster

@Suite("ProbeTracker")
struct ProbeTrackerTests {
    static func tracker(_ kind: ProbeKind, _ json: JSONValue) throws -> ProbeTracker {
        ProbeTracker(kind, try #require(ProbeSpec(json: json)), eagerInterval: .milliseconds(50))
    }

    @Test("until it passes, readiness is asked eagerly; then at its period")
    func eagerUntilReady() throws {
        var tracker = try Self.tracker(.readiness, ["httpGet": ["port": 8080], "periodSeconds": 3])
        #expect(tracker.interval == .milliseconds(50))
        #expect(tracker.record(.failure("refused"), now: .zero) == .undecided)
        #expect(tracker.interval == .milliseconds(50))
        #expect(tracker.record(.success, now: .seconds(0.05)) == .passed)
        #expect(tracker.interval == .seconds(3))
    }

    @Test("eager failures count once a period, so a slow start has all the time that its manifest gives it")
    func eagerFailuresAreNotChances() throws {
        let json: JSONValue = ["tcpSocket": ["port": 1], "periodSeconds": 10, "failureThreshold": 3]
        var tracker = try Self.tracker(.startup, json)
        var failedAt: Double?
        for step in 0..<1000 where failedAt == nil {
            let now = Double(step) * 0.05
            if case .failed = tracker.record(.failure("refused"), now: .seconds(now)) { failedAt = now }
        }
        #expect(failedAt == 20)
    }

    @Test("liveness keeps its period and fails with the last finding after its threshold")
    func liveness() throws {
        var tracker = try Self.tracker(.liveness, ["httpGet": ["port": 1], "failureThreshold": 2])
        #expect(tracker.interval == .seconds(10))
        #expect(tracker.record(.failure("first"), now: .zero) == .undecided)
        #expect(tracker.record(.failure("second"), now: .zero) == .failed("second"))
    }

    @Test("one success forgets the failures, one failure forgets the successes")
    func streaksBreak() throws {
        let json: JSONValue = ["exec": ["command": ["true"]], "successThreshold": 2, "failureThreshold": 2]
        var tracker = try Self.tracker(.readiness, json)
        #expect(tracker.record(.success, now: .zero) == .undecided)
        #expect(tracker.record(.failure("x"), now: .zero) == .undecided)
        #expect(tracker.record(.success, now: .zero) == .undecided)
        #expect(tracker.record(.success, now: .zero) == .passed)
        #expect(tracker.record(.failure("x"), now: .zero) == .undecided)
        #expect(tracker.record(.success, now: .zero) == .undecided)
        #expect(tracker.record(.failure("x"), now: .zero) == .undecided)
        #expect(tracker.record(.failure("y"), now: .zero) == .failed("y"))
    }

    @Test("a command is not asked eagerly: each time costs a process")
    func commandsKeepTheirPeriod() throws {
        let tracker = try Self.tracker(.startup, ["exec": ["command": ["true"]], "periodSeconds": 2])
        #expect(tracker.interval == .seconds(2))
    }

    @Test("absent fields have Kubernetes' defaults")
    func defaults() throws {
        let spec = try #require(ProbeSpec(json: ["httpGet": ["port": "http", "path": "health"]]))
        #expect(spec.period == .seconds(10) && spec.timeout == .seconds(1) && spec.initialDelay == .zero)
        #expect(spec.successThreshold == 1 && spec.failureThreshold == 3)
        guard case .http(let http) = spec.handler else {
            Issue.record("an HTTP probe was expected")
            return
        }
        #expect(http.path == "/health" && http.port == .name("http") && http.scheme == "http")
    }
}
