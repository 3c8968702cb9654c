import Administration
import EmbeddedCluster
import Glibc
import KubernetesClient
import ServingAPI
import Telemetry
import Testing

/// Serves the dashboard with sample data to look at, only when asked:
/// `PILOTLIGHT_PREVIEW_PORT=9901 swift test --filter DashboardPreview`, then open http://localhost:9901 within ten
/// minutes.
@Suite("Dashboard preview")
struct DashboardPreview {
    static let port = getenv("PILOTLIGHT_PREVIEW_PORT").flatMap { Int(String(cString: $0)) }

    @Test(.enabled(if: Self.port != nil))
    func serve() async throws {
        let port = try #require(Self.port)
        try await AdministrationFixture.with(settings: AdministrationSettings(port: port, version: "0.1.0")) {
            fixture in
            try await Self.fill(fixture)
            for second in 0..<600 {
                try await Task.sleep(for: .seconds(1))
                fixture.loads.set(Self.loads(second))
                if second % 9 == 3 { Self.publish(fixture.feed, second) }
            }
        }
    }

    private static func loads(_ second: Int) -> [LiveLoad] {
        let wave = 9 + 7 * sin(Double(second) / 9) + 2 * sin(Double(second) / 2.3)
        return [
            LiveLoad(
                revision: RevisionID(namespace: "default", name: "iris-predictor"),
                inFlight: Int(wave),
                waiting: 0,
                concurrency: max(0, wave),
                requestsPerSecond: 41 * max(0, wave)
            ),
            LiveLoad(
                revision: RevisionID(namespace: "vision", name: "resnet-predictor"),
                inFlight: 40,
                waiting: 3 + second % 5,
                concurrency: 44 + 4 * sin(Double(second) / 5),
                requestsPerSecond: 118
            ),
        ]
    }

    private static func fill(_ fixture: AdministrationFixture) async throws {
        let decisions = [
            (
                "iris", "default", 2,
                "Stable window asks for 2 replicas: 12.4 in flight over 60 s, 7 aimed at per replica."
            ),
            ("digits", "default", 0, "Scaled to zero: no request for 94 s, and the grace of 30 s is over."),
            (
                "resnet", "vision", 7,
                "Burst: 44.1 in flight over 6 s is 2.2 times what 4 replicas take, so 7 are wanted."
            ),
            ("broken", "vision", 1, "One replica is wanted to begin with; none has become ready."),
        ]
        for (name, namespace, desired, reason) in decisions {
            let isBroken = name == "broken"
            try await fixture.store(
                .inferenceService,
                Sample.service(
                    name,
                    namespace: namespace,
                    ready: isBroken ? "False" : "True",
                    message: isBroken ? "The model /models/none.onnx does not exist; check storageUri." : ""
                )
            )
            let status = RevisionStatus(
                desiredReplicas: desired,
                mode: name == "resnet" ? .panic : .stable,
                lastDecision: .init(time: WallTime.now().rfc3339, desired: desired, reason: reason)
            )
            try await fixture.store(.revision, Sample.revision(name, namespace: namespace, status: status))
        }
        for (service, namespace, replicas) in [
            ("iris", "default", [true, true]), ("resnet", "vision", [true, true, true, true, false, false, false]),
        ] {
            for (index, ready) in replicas.enumerated() {
                try await fixture.store(.pod, Sample.pod(service, "a\(index)", namespace: namespace, ready: ready))
            }
        }
        try await fixture.store(
            .pod,
            Sample.pod("broken", "x", namespace: "vision", ready: false, waiting: ("CrashLoopBackOff", "exit code 3"))
        )
        for second in stride(from: 0, to: 90, by: 9) { Self.publish(fixture.feed, second) }
        fixture.feed.publish(
            .coldStartServed,
            subject: "default/iris",
            message: "Served from zero in 52 ms.",
            fields: [
                "timing":
                    "wait;dur=51.7, schedule;dur=4.1, start;dur=45.9, exec;dur=9.1, runtime;dur=16.2, load;dur=11.0, "
                    + "warmup;dur=1.3, listen;dur=0.3"
            ]
        )
    }

    private static func publish(_ feed: ActivityFeed, _ second: Int) {
        let script: [(Activity.Kind, String, String)] = [
            (.requestWaiting, "default/iris", "A request waits and no replica is ready."),
            (.replicaStarting, "default/iris", "Replica iris-predictor-7f9c-x2k1p starts."),
            (.replicaReady, "default/iris", "Replica iris-predictor-7f9c-x2k1p is ready after 46 ms."),
            (.scaled, "vision/resnet", "Scaled from 4 to 7: 44.1 in flight, 7 aimed at per replica."),
            (.panicBegan, "vision/resnet", "A burst: 2.2 times what the ready replicas take."),
            (.scaledToZero, "default/digits", "Back to zero from 1: no request for 94 s."),
            (.replicaFailed, "vision/broken", "The process ended with exit code 3; next start in 20 s."),
        ]
        let (kind, subject, message) = script[(second / 9) % script.count]
        feed.publish(kind, subject: subject, message: message)
    }
}
