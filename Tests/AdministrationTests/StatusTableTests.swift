import ServingAPI
import Telemetry
import Testing

@testable import Administration

@Suite("Status table")
struct StatusTableTests {
    private static let now = WallTime(unixSeconds: 1_000_000)

    private static func revision(
        _ name: String,
        ready: Int = 0,
        desired: Int? = nil,
        load: LiveLoad? = nil,
        reason: String? = nil
    ) -> RevisionReport {
        RevisionReport(
            name: name,
            component: "predictor",
            desiredReplicas: desired,
            replicas: (0..<ready).map { ReplicaReport(name: "\(name)-\($0)", state: .ready) },
            load: load,
            scaling: ScalingReport(metric: "concurrency", target: 7),
            decision: reason.map {
                DecisionReport(time: WallTime(unixSeconds: 999_988).rfc3339, desired: desired, reason: $0)
            }
        )
    }

    private static func load(_ concurrency: Double, waiting: Int = 0) -> LiveLoad {
        LiveLoad(
            revision: RevisionID(namespace: "default", name: "x"),
            inFlight: 1,
            waiting: waiting,
            concurrency: concurrency,
            requestsPerSecond: 1
        )
    }

    private static func status(_ services: [ServiceReport]) -> PlatformStatus {
        PlatformStatus(time: self.now, version: "1", services: services)
    }

    private static let two = Self.status([
        ServiceReport(
            namespace: "default",
            name: "digits",
            url: "http://digits.default.localhost:8080",
            isReady: true,
            revisions: [Self.revision("digits-predictor", desired: 0, load: Self.load(0))]
        ),
        ServiceReport(
            namespace: "default",
            name: "iris",
            url: "http://iris.default.localhost:8080",
            isReady: true,
            revisions: [
                Self.revision(
                    "iris-predictor",
                    ready: 2,
                    desired: 3,
                    load: Self.load(9.06, waiting: 4),
                    reason: "Three replicas are needed: 19.4 in flight over 60 s, 7 aimed at per replica."
                )
            ]
        ),
    ])

    @Test("a wide terminal shows everything of a service on one line, and the decision below")
    func wide() {
        #expect(
            StatusTable(width: 120).text(Self.two, now: Self.now) == """
                NAME    STATE    REPLICAS  LOAD/TARGET  WAITING  URL
                digits  at zero  0         0/7          0        http://digits.default.localhost:8080
                iris    serving  2/3       4.5/7        4        http://iris.default.localhost:8080
                  12 s ago: Three replicas are needed: 19.4 in flight over 60 s, 7 aimed at per replica.

                """
        )
    }

    @Test("a narrow terminal wraps, and nothing is longer than it is wide")
    func narrow() {
        let text = StatusTable(width: 60).text(Self.two, now: Self.now)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 })
        #expect(text.contains("\n  http://iris.default.localhost:8080\n"))
        #expect(text.contains("per replica."))
        #expect(!text.contains("URL"))
    }

    @Test("without a terminal no sentence is broken and nothing is coloured")
    func plain() {
        let text = StatusTable().text(Self.two, now: Self.now)
        #expect(
            text.contains("  12 s ago: Three replicas are needed: 19.4 in flight over 60 s, 7 aimed at per replica.\n")
        )
        #expect(!text.contains("\u{1B}"))
    }

    @Test("colours take no room")
    func colors() {
        let text = StatusTable(width: 120, isColored: true).text(Self.two, now: Self.now)
        #expect(text.contains("\u{1B}[32mserving\u{1B}[0m"))
        #expect(text.replacing(/\u{1B}\[[0-9]+m/, with: "") == StatusTable(width: 120).text(Self.two, now: Self.now))
    }

    @Test("namespaces are told as soon as there is another than the default one, and troubles with their reason")
    func namespaces() {
        var services = Self.two.services
        services.append(
            ServiceReport(namespace: "a", name: "broken", isReady: false, message: "no\u{1B}[2J model\nhere")
        )
        let text = StatusTable(width: 120).text(Self.status(services), now: Self.now)
        #expect(text.contains("default/iris "))
        #expect(text.contains("a/broken        not ready  -         -            -\n  no [2J model here\n"))
    }

    @Test("what is unknown is a question mark, not a zero")
    func unknown() {
        let service = ServiceReport(namespace: "default", name: "x", isReady: true, revisions: [Self.revision("x")])
        let text = StatusTable(width: 120).text(Self.status([service]), now: Self.now)
        #expect(text.contains("x     at zero  0         ?/7          ?\n"))
    }
}
