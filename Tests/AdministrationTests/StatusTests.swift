import EmbeddedCluster
import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry
import Testing

@testable import Administration

@Suite("Platform status")
struct StatusTests {
    private static let iris = RevisionID(namespace: "default", name: "iris-predictor")

    private func report(_ assembler: StatusAssembler) throws -> ServiceReport {
        try #require(assembler.status(at: .now(), version: "1").services.first)
    }

    @Test(
        "a replica's state is read from its pod",
        arguments: [
            (true, false, nil, .ready), (false, false, nil, .starting), (true, true, nil, .draining),
            (false, false, "CrashLoopBackOff", .failed), (false, false, "ContainerCreating", .starting),
        ] as [(Bool, Bool, String?, ReplicaReport.State)]
    )
    func replicaStates(ready: Bool, deleting: Bool, waiting: String?, state: ReplicaReport.State) throws {
        var pod = Sample.pod("iris", "a", ready: ready, waiting: waiting.map { ($0, "it ended") })
        if deleting { pod.metadata["deletionTimestamp"] = "2026-11-21T00:00:00Z" }
        let report = try self.report(
            StatusAssembler(services: [Sample.service("iris")], revisions: [Sample.revision("iris")], pods: [pod])
        )
        let replica = try #require(report.revisions.first?.replicas.first)
        #expect(replica.state == state)
        #expect(replica.restarts == 2)
        #expect(replica.message == (state == .failed ? "CrashLoopBackOff: it ended" : nil))
    }

    @Test("the state of a service is one word")
    func serviceStates() throws {
        func state(_ ready: String?, _ pods: [KubernetesObject]) throws -> ServiceReport.State {
            try self.report(
                StatusAssembler(
                    services: [Sample.service("iris", ready: ready, message: "why")],
                    revisions: [Sample.revision("iris")],
                    pods: pods
                )
            ).state
        }
        let (up, coming) = (Sample.pod("iris", "a"), Sample.pod("iris", "b", ready: false))
        #expect(try state("True", [up, coming]) == .ready)
        #expect(try state("True", [coming]) == .starting)
        #expect(try state("True", []) == .idle)
        #expect(try state("False", [up]) == .notReady)
        #expect(try state("Unknown", [up]) == .unknown)
        #expect(try state(nil, [up]) == .unknown)
    }

    @Test("an unknown load is left out, a revision without load has none")
    func unknownLoad() throws {
        var assembler = StatusAssembler(services: [Sample.service("iris")], revisions: [Sample.revision("iris")])
        assembler.loads = nil
        #expect(try self.report(assembler).revisions.first?.load == nil)
        #expect(try self.report(assembler).json["revisions"]?[0]?["load"] == nil)
        assembler.loads = []
        #expect(try self.report(assembler).revisions.first?.load == LiveLoad.none(Self.iris))
    }

    @Test("load is held against the target per ready replica, in units of the metric")
    func loadPerReplica() throws {
        let load = LiveLoad(revision: Self.iris, inFlight: 9, waiting: 1, concurrency: 10, requestsPerSecond: 300)
        let pods = [Sample.pod("iris", "a"), Sample.pod("iris", "b"), Sample.pod("iris", "c", ready: false)]
        func value(_ metric: ScalingSpec.Metric, _ pods: [KubernetesObject]) throws -> Double? {
            try self.report(
                StatusAssembler(
                    services: [Sample.service("iris")],
                    revisions: [Sample.revision("iris", scaling: ScalingSpec(metric: metric))],
                    pods: pods,
                    loads: [load]
                )
            ).revisions.first?.loadPerReplica
        }
        #expect(try value(.concurrency, pods) == 5)
        #expect(try value(.rps, pods) == 150)
        #expect(try value(.concurrency, []) == 10)
    }

    @Test("objects of another namespace are not mixed in, and order is by namespace and name")
    func namespaces() {
        let status = StatusAssembler(
            services: [Sample.service("b"), Sample.service("a"), Sample.service("b", namespace: "a")],
            revisions: [Sample.revision("b"), Sample.revision("b", namespace: "a")],
            pods: [Sample.pod("b", "x"), Sample.pod("b", "y", namespace: "a")]
        ).status(at: .now(), version: "1")
        #expect(status.services.map { "\($0.namespace)/\($0.name)" } == ["a/b", "default/a", "default/b"])
        #expect(status.services[0].revisions[0].replicas.map(\.name) == ["b-predictor-y"])
        #expect(status.services[2].revisions[0].replicas.map(\.name) == ["b-predictor-x"])
    }

    @Test("a revision that cannot be read is told, not hidden")
    func unreadableRevision() throws {
        var revision = Sample.revision("iris")
        revision.spec["scaling"] = nil
        let report = try self.report(StatusAssembler(services: [Sample.service("iris")], revisions: [revision]))
        #expect(report.message?.contains("iris-predictor") == true)
    }

    @Test("the last cold start counts, phases in the order in which they were told")
    func coldStart() throws {
        func served(_ timing: String) -> Activity {
            Activity(
                kind: .coldStartServed,
                subject: "default/iris",
                message: "",
                time: WallTime(unixSeconds: 5),
                fields: ["timing": timing]
            )
        }
        let report = try self.report(
            StatusAssembler(
                services: [Sample.service("iris")],
                activities: [served("wait;dur=9"), served("wait;dur=41.2, start;desc=\"x\";dur=30, bad, worse;dur=x")]
            )
        )
        #expect(report.coldStart?.waitMilliseconds == 41.2)
        #expect(report.coldStart?.phases.map(\.name) == ["wait", "start"])
    }

    @Test("what is written is read back equal")
    func roundTrip() throws {
        let status = StatusAssembler(
            services: [Sample.service("iris"), Sample.service("new", ready: nil)],
            revisions: [
                Sample.revision(
                    "iris",
                    status: RevisionStatus(
                        desiredReplicas: 3,
                        mode: .panic,
                        stableValue: 1.5,
                        panicValue: 2,
                        lastDecision: .init(time: "2026-11-21T00:00:00Z", desired: 3, reason: "Because.")
                    )
                )
            ],
            pods: [Sample.pod("iris", "a")],
            loads: [LiveLoad(revision: Self.iris, inFlight: 1, waiting: 2, concurrency: 3.5, requestsPerSecond: 4)],
            activities: [
                Activity(
                    kind: .coldStartServed,
                    subject: "default/iris",
                    message: "",
                    time: WallTime(unixSeconds: 5),
                    fields: ["timing": "wait;dur=41.2"]
                )
            ],
            histories: [Self.iris: [0, 1.25, 2]]
        ).status(at: WallTime(unixSeconds: 1_700_000_000.5), version: "1.2.3")
        #expect(try PlatformStatus(json: status.json) == status)
        let text = status.json.jsonText()
        #expect(try PlatformStatus(json: JSONParser.parse(text)) == status)
    }

    @Test("a document that is no status is refused with every reason")
    func refused() {
        let error = #expect(throws: ProblemList.self) { try PlatformStatus(json: ["services": [["name": 5]]]) }
        #expect((error?.problems.count ?? 0) >= 4)
    }

    @Test("history keeps busy revisions, forgets idle ones, and takes the unknown for nothing")
    func history() {
        let history = LoadHistory()
        func load(_ concurrency: Double) -> [LiveLoad] {
            [LiveLoad(revision: Self.iris, inFlight: 0, waiting: 0, concurrency: concurrency, requestsPerSecond: 0)]
        }
        history.record(load(0))
        #expect(history.values.isEmpty)
        history.record(load(2))
        history.record(nil)
        history.record([])
        #expect(history.values == [Self.iris: [2, 0]])
        for _ in 0..<(LoadHistory.length - 2) { history.record([]) }
        #expect(history.values[Self.iris]?.count == LoadHistory.length)
        history.record([])
        #expect(history.values.isEmpty)
    }
}

@Suite("Platform status, over a socket", .timeLimit(.minutes(1)))
struct StatusServerTests {
    @Test("services, replicas, load and the last decision are told")
    func status() async throws {
        try await AdministrationFixture.with { fixture in
            try await fixture.store(.inferenceService, Sample.service("iris"))
            let decision = RevisionStatus.Decision(time: "2026-11-21T00:00:00Z", desired: 2, reason: "Two are needed.")
            try await fixture.store(
                .revision,
                Sample.revision("iris", status: RevisionStatus(desiredReplicas: 2, lastDecision: decision))
            )
            try await fixture.store(.pod, Sample.pod("iris", "a"))
            let id = RevisionID(namespace: "default", name: "iris-predictor")
            fixture.loads.set([
                LiveLoad(revision: id, inFlight: 3, waiting: 0, concurrency: 3.25, requestsPerSecond: 12)
            ])
            let status = try PlatformStatus(json: try await fixture.json("/api/status?history"))
            #expect(status.version == "1.2.3")
            let service = try #require(status.services.first)
            #expect(service.state == .ready)
            #expect(service.url == "http://iris.default.localhost:8080")
            let revision = try #require(service.revisions.first)
            #expect(revision.desiredReplicas == 2)
            #expect(revision.count(.ready) == 1)
            #expect(revision.load?.concurrency == 3.25)
            #expect(revision.decision?.reason == "Two are needed.")
        }
    }
}
