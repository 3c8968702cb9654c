import ScalingCore
import SimulationKit
import StructuredData
import Testing
import Timekeeping

@testable import Simulator

@Suite("live runs beside their simulations")
struct FidelityTests {
    static let scaling = ScalingConfiguration(
        target: 2.8,
        total: 4,
        stableWindowSeconds: 10,
        panicWindowSeconds: 1,
        maxScale: 20,
        initialScale: 0
    )

    /// A recording that a simulated platform made: what a live one would write down.
    static func recording(workFactor: Double = 1) -> LiveRecording {
        var service = ServiceModel(
            name: "live",
            workloads: [.open(RenewalProcess.poisson(rate: 12))],
            entry: .gateway(GatewayModel(containerConcurrency: 4)),
            serving: .slots(SlotServing(slots: 4, time: .lognormal(mean: 0.25, squaredVariation: 0.5))),
            startup: StartupModel(warmUp: .uniform(from: 0.8, to: 1.6)),
            scaling: Self.scaling
        )
        service.drainSeconds = 30
        let scenario = Scenario(
            name: "live",
            horizonSeconds: 75,
            services: [service],
            recording: RecordingOptions(hasDecisions: true, hasStarts: true, hasRequests: true)
        )
        let result = SimulationRun(scenario: scenario, seed: 99).run().services[0]
        func seconds(_ instant: MonotonicInstant) -> Double { Double(instant.nanoseconds) / 1e9 }
        var events = result.decisionLog.map {
            LiveRecording.Event(at: seconds($0.at), kind: .scaled, replicas: $0.after)
        }
        for start in result.startLog {
            events.append(.init(at: seconds(start.orderedAt), kind: .starting, replica: "\(start.replica)"))
            guard let ready = start.readyAt else { continue }
            events.append(.init(at: seconds(ready), kind: .ready, replica: "\(start.replica)"))
        }
        let requests = result.requestLog.map { request in
            let work = request.startedAt.map { seconds(request.endedAt) - seconds($0) }
            let latency = seconds(request.endedAt) - seconds(request.arrivedAt)
            return LiveRecording.Request(
                at: seconds(request.arrivedAt),
                latency: latency * workFactor,
                status: 200,
                isCold: request.isCold,
                work: work
            )
        }
        return LiveRecording(requests: requests, events: events, seconds: 75)
    }

    static func outcome(_ recording: LiveRecording) throws -> FidelityOutcome {
        let study = FidelityStudy(recording: recording, scaling: Self.scaling, containerConcurrency: 4)
        return try #require(study.run(jobs: 2))
    }

    @Test("a platform that behaves as the simulation does is met in its latencies") func met() throws {
        let outcome = try Self.outcome(Self.recording())
        for name in ["mean latency", "p50", "p95", "p99"] {
            let row = try #require(outcome.rows.first { $0.name == name })
            #expect(row.isMet, "\(name): \(row.live) live, \(row.simulated) simulated")
        }
    }

    @Test("a platform that is a third slower than its replicas say is not met") func off() throws {
        let outcome = try Self.outcome(Self.recording(workFactor: 1.33))
        #expect(!outcome.isGood)
        #expect(outcome.rows.first { $0.name == "mean latency" }?.isMet == false)
        let report = FidelityReport.report([("steady", outcome)], seed: 1)
        #expect(!report.isGood && report.verdict[0].hasPrefix("steady: off in "))
    }

    @Test("a recording survives being written and read") func document() throws {
        let recording = Self.recording()
        #expect(try LiveRecording(json: JSONParser.parse(recording.json.jsonText())) == recording)
        #expect(throws: ProblemList.self) { try LiveRecording(json: ["version": 2]) }
    }

    @Test("replica-seconds count from the start of the process to its end") func replicaSeconds() {
        let recording = LiveRecording(
            requests: [],
            events: [
                .init(at: 1, kind: .scaled, replicas: 1), .init(at: 1.5, kind: .starting, replica: "a"),
                .init(at: 3, kind: .ready, replica: "a"), .init(at: 6, kind: .draining, replica: "a"),
                .init(at: 7.5, kind: .stopped, replica: "a"), .init(at: 9, kind: .starting, replica: "b"),
            ],
            seconds: 10
        )
        #expect(recording.replicaSeconds == 7)
        #expect(recording.starts.count == 1)
        #expect(recording.starts[0] == (schedule: 0.5, start: 1.5))
    }

    @Test("without a served request or a start there is no model") func nothing() {
        let empty = LiveRecording(requests: [], events: [], seconds: 10)
        let study = FidelityStudy(recording: empty, scaling: Self.scaling, containerConcurrency: 4)
        #expect(study.run(jobs: 1) == nil)
    }
}
