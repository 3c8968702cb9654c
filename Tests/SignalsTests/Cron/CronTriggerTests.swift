import Autoscaler
import ScalingCore
import StructuredData
import Telemetry
import TestSupport
import Testing

@testable import Signals

@Suite("Trigger cron")
struct CronTriggerTests {
    private static func declaration(_ metadata: [String: String]) -> TriggerDeclaration {
        TriggerDeclaration(namespace: "default", scaledObject: "scorer", index: 0, type: "cron", metadata: metadata)
    }

    private static let office = [
        "timezone": "Europe/Vienna", "start": "0 8 * * 1-5", "end": "0 18 * * 1-5", "desiredReplicas": "6",
    ]

    @Test("replicas are wanted from the start to the end, and none outside")
    func window() async throws {
        let clock = Box<WallTime>()
        let catalogue = TriggerCatalogue([.cron { clock.value ?? .now() }])
        let trigger = try catalogue.trigger(for: Self.declaration(Self.office))
        // 2026-11-20 is a Friday; Vienna is an hour ahead of Greenwich.
        for (time, replicas) in [
            ("2026-11-20T06:59:59Z", 0.0), ("2026-11-20T07:00:00Z", 6), ("2026-11-20T16:59:59Z", 6),
            ("2026-11-20T17:00:00Z", 0), ("2026-11-21T10:00:00Z", 0), ("2026-11-23T10:00:00Z", 6),
            // The wall clock was set back.
            ("2026-11-20T06:00:00Z", 0),
        ] {
            let instant: WallTime = try #require(WallTime(rfc3339: time))
            clock.value = instant
            let reading = try await trigger.read()
            let expected = TriggerReading(
                metrics: [.init(name: "cron", value: replicas, target: 1)],
                isActive: replicas > 0
            )
            #expect(reading == expected, "at \(time)")
        }
    }

    @Test("a window of zero replicas is active all the same, as in KEDA")
    func zeroReplicas() async throws {
        var metadata = Self.office
        metadata["desiredReplicas"] = "0"
        let now = try #require(WallTime(rfc3339: "2026-11-20T12:00:00Z"))
        let trigger = try TriggerCatalogue([.cron { now }]).trigger(for: Self.declaration(metadata))
        let reading = try await trigger.read()
        #expect(reading.isActive)
        #expect(reading.metrics.map(\.value) == [0])
    }

    @Test("a day that never comes is a failure, not a zero")
    func neverComes() async throws {
        var metadata = Self.office
        metadata["start"] = "0 0 30 2 *"
        let trigger = try TriggerCatalogue([.cron()]).trigger(for: Self.declaration(metadata))
        await #expect(throws: TriggerFailure.self) { try await trigger.read() }
    }

    @Test("every wrong field is named")
    func wrongFields() {
        let problems = TriggerCatalogue([.cron()]).problems(
            with: Self.declaration(["timezone": "Europe/Wien", "start": "0 25 * * *", "desiredReplicas": "many"])
        )
        #expect(
            problems.map(\.path)
                == ["timezone", "start", "end", "desiredReplicas"].map { "spec.triggers[0].metadata.\($0)" }
        )
    }
}
