import Autoscaler
import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry
import Testing

@Suite("AutoscalerService, with ScaledObjects against an API", .timeLimit(.minutes(1)))
struct ScaledObjectServiceTests {
    private let cluster = LiveCluster()
    private let triggers = FakeTriggers()
    private let feed = ActivityFeed()

    private func service(_ change: (inout AutoscalerSettings) -> Void = { _ in }) -> AutoscalerService {
        var settings = AutoscalerSettings()
        settings.statusDelay = .milliseconds(20)
        settings.statusInterval = .milliseconds(50)
        change(&settings)
        return AutoscalerService(
            api: self.cluster.api,
            triggers: self.triggers,
            credentials: FakeCredentials(api: self.cluster.api),
            settings: settings,
            feed: self.feed
        )
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }

    @discardableResult
    private func createObject(
        _ name: String = "iris-queue",
        triggers: [JSONValue] = [["type": "fake", "metadata": ["queue": "work"]]],
        _ change: (inout KubernetesObject) -> Void = { _ in }
    ) async throws -> KubernetesObject {
        var object = KubernetesObject(.scaledObject, self.key(name))
        object.spec = [
            "scaleTargetRef": ["name": .string(self.cluster.name)], "pollingInterval": 1, "cooldownPeriod": 0,
            "triggers": .array(triggers),
        ]
        change(&object)
        return try await self.cluster.api.create(.scaledObject, object)
    }

    private func waitForCondition(
        _ kind: String,
        _ status: String,
        of name: String = "iris-queue"
    ) async throws -> KubernetesObject {
        try await self.cluster.wait(for: .scaledObject, self.key(name)) { object in
            object.status["conditions"]?.arrayValue?.contains {
                $0["type"] == .string(kind) && $0["status"] == .string(status)
            }
                ?? false
        }
    }

    private func condition(_ kind: String, of object: KubernetesObject) -> JSONValue? {
        object.status["conditions"]?.arrayValue?.first { $0["type"] == .string(kind) }
    }

    @Test("a backlog raises a Deployment from zero at once, its end brings it back, and the status tells")
    func followsTheQueue() async throws {
        self.triggers.set("work", depth: 75)
        try await self.cluster.createDeployment(replicas: 0)
        try await self.createObject()
        try await withRunning(self.service()) {
            try await self.cluster.waitForReplicas(8)
            let active = try await self.waitForCondition("Active", "True")
            #expect(active.status["externalMetricNames"] == ["s0-fake-work"])
            #expect(active.status["triggersTypes"] == "fake")
            #expect(active.status["lastActiveTime"]?.stringValue != nil)
            #expect(active.status["originalReplicaCount"] == 0)
            #expect(active.status["health"]?["s0-fake-work"]?["status"] == "Happy")
            let written = ScaledObjectStatus(json: active.status)
            #expect(written.conditions.conditions.count == 4)
            self.triggers.set("work", depth: 0)
            try await self.cluster.waitForReplicas(0)
            let idle = try await self.waitForCondition("Active", "False")
            #expect(self.condition("Ready", of: idle)?["status"] == "True")
            #expect(idle.status["lastDecision"]?["reason"]?.stringValue?.isEmpty == false)
        }
        let kinds = self.feed.recent().map(\.kind)
        #expect(kinds.contains(.scaled) && kinds.contains(.scaledToZero))
    }

    @Test("a source that is away is named in the status with its words, and again readable is Ready")
    func outage() async throws {
        self.triggers.set("work", failure: "The broker at 10.0.0.7 is away.")
        try await self.cluster.createDeployment(replicas: 2)
        try await self.createObject()
        try await withRunning(self.service()) {
            let failing = try await self.waitForCondition("Ready", "False")
            #expect(self.condition("Ready", of: failing)?["message"]?.stringValue?.contains("10.0.0.7") == true)
            #expect(
                failing.status["lastDecision"]?["triggers"]?[0]?["problem"]?.stringValue?.contains("10.0.0.7") == true
            )
            self.triggers.set("work", depth: 15)
            self.triggers.set("work", failure: nil)
            _ = try await self.waitForCondition("Ready", "True")
            let deployment = try await self.cluster.api.get(.deployment, self.cluster.deployment)
            #expect(deployment.spec["replicas"] == 2)
        }
    }

    @Test("what is wrong with one object stands in its status, and the others go on")
    func wrongObjects() async throws {
        self.triggers.set("work", depth: 15)
        try await self.cluster.createDeployment(replicas: 0)
        try await self.createObject("no-field", triggers: [["type": "fake", "metadata": [:]]]) {
            $0.spec["scaleTargetRef"] = ["name": "elsewhere-1"]
        }
        try await self.createObject("no-type", triggers: [["type": "kafak", "metadata": ["queue": "x"]]]) {
            $0.spec["scaleTargetRef"] = ["name": "elsewhere-2"]
        }
        try await self.createObject(
            "bad-formula",
            triggers: [["type": "fake", "name": "a", "metadata": ["queue": "x"]]]
        ) {
            $0.spec["scaleTargetRef"] = ["name": "elsewhere-3"]
            $0.spec["advanced"] = ["scalingModifiers": ["formula": "a +", "target": "1"]]
        }
        try await self.createObject("two-mistakes", triggers: [["type": "fake", "metadata": [:]]]) {
            $0.spec["scaleTargetRef"] = ["name": "elsewhere-4"]
            $0.spec["pollingInterval"] = 0
        }
        try await self.createObject()
        for name in ["elsewhere-1", "elsewhere-2", "elsewhere-3", "elsewhere-4"] {
            var deployment = KubernetesObject(.deployment, self.key(name))
            deployment.spec = [
                "replicas": 0, "selector": ["matchLabels": ["app": .string(name)]],
                "template": [
                    "metadata": ["labels": ["app": .string(name)]], "spec": ["containers": [["name": "main"]]],
                ],
            ]
            _ = try await self.cluster.api.create(.deployment, deployment)
        }
        try await withRunning(self.service()) {
            try await self.cluster.waitForReplicas(2)
            for (name, words) in [
                ("no-field", "metadata.queue: is required"), ("no-type", "type: is no type that is known"),
                ("bad-formula", "formula"), ("two-mistakes", "spec.pollingInterval: is 0"),
                ("two-mistakes", "metadata.queue: is required"),
            ] {
                let object = try await self.waitForCondition("Ready", "False", of: name)
                let message = self.condition("Ready", of: object)?["message"]?.stringValue ?? ""
                #expect(message.contains(words), "\(name): \(message)")
            }
        }
    }

    @Test("a mistake in a change leaves what was in force before") func brokenChange() async throws {
        self.triggers.set("work", depth: 15)
        try await self.cluster.createDeployment(replicas: 0)
        try await self.createObject()
        try await withRunning(self.service()) {
            try await self.cluster.waitForReplicas(2)
            let patch: JSONValue = ["spec": ["minReplicaCount": 50, "maxReplicaCount": 5]]
            _ = try await self.cluster.api.patch(.scaledObject, self.key("iris-queue"), merge: patch, subresource: nil)
            let object = try await self.waitForCondition("Ready", "False")
            #expect(self.condition("Ready", of: object)?["reason"] == "ScaledObjectCheckFailed")
            self.triggers.set("work", depth: 35)
            try await self.cluster.waitForReplicas(4)
            let mended: JSONValue = ["spec": ["minReplicaCount": 1, "maxReplicaCount": 5]]
            _ = try await self.cluster.api.patch(.scaledObject, self.key("iris-queue"), merge: mended, subresource: nil)
            _ = try await self.waitForCondition("Ready", "True")
        }
    }

    @Test("a changed secret makes the trigger anew with the new credentials, and the old one is let go")
    func credentialsChange() async throws {
        var secret = KubernetesObject(.secret, self.key("broker"))
        secret.json["stringData"] = ["password": "one"]
        _ = try await self.cluster.api.create(.secret, secret)
        try await self.cluster.createDeployment(replicas: 0)
        let trigger: JSONValue = [
            "type": "fake", "metadata": ["queue": "work"], "authenticationRef": ["name": "broker"],
        ]
        try await self.createObject(triggers: [trigger])
        try await withRunning(self.service()) {
            _ = try await self.waitForCondition("Ready", "True")
            #expect(self.triggers.made.map(\.credentials) == [["password": "b25l"]])
            let patch: JSONValue = ["data": ["password": "dHdv"]]
            _ = try await self.cluster.api.patch(.secret, self.key("broker"), merge: patch, subresource: nil)
            while self.triggers.closed == 0 { await Task.yield() }
            #expect(self.triggers.made.last?.credentials == ["password": "dHdv"])
            #expect(self.triggers.made.count == 2)
        }
    }

    @Test("variables of the target's container reach the trigger, from secrets too") func environment() async throws {
        var secret = KubernetesObject(.secret, self.key("broker"))
        secret.json["stringData"] = ["uri": "amqp://broker"]
        _ = try await self.cluster.api.create(.secret, secret)
        try await self.cluster.createDeployment(replicas: 0)
        let container: JSONValue = [
            "name": "kserve-container",
            "env": [
                ["name": "PLAIN", "value": "text"],
                ["name": "HOST", "valueFrom": ["secretKeyRef": ["name": "broker", "key": "uri"]]],
                ["name": "POD", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
            ],
        ]
        _ = try await self.cluster.api.patch(
            .deployment,
            self.cluster.deployment,
            merge: ["spec": ["template": ["spec": ["containers": [container]]]]],
            subresource: nil
        )
        try await self.createObject()
        try await withRunning(self.service()) {
            _ = try await self.waitForCondition("Ready", "True")
            let made = try #require(self.triggers.made.last)
            #expect(made.environment == ["PLAIN": "text", "HOST": "amqp://broker"])
            #expect(made.podLabels == ["pilotlight.dev/revision": "iris-predictor"])
        }
    }

    @Test("a trigger that hangs is given up after its time, and holds up nobody") func hanging() async throws {
        self.triggers.set("work", depth: 25)
        try await self.cluster.createDeployment(replicas: 0)
        try await self.createObject(triggers: [
            ["type": "fake", "metadata": ["queue": "stuck", "hangs": "yes"]],
            ["type": "fake", "metadata": ["queue": "work"]],
        ])
        try await withRunning(self.service { $0.triggerTimeLimit = .milliseconds(200) }) {
            try await self.cluster.waitForReplicas(3)
            let object = try await self.cluster.wait(for: .scaledObject, self.key("iris-queue")) { object in
                self.condition("Ready", of: object)?["message"]?.stringValue?.contains("did not answer") ?? false
            }
            #expect(self.condition("Active", of: object)?["status"] == "True")
        }
    }

    @Test("a source that calls by itself raises the scale without being asked") func pushed() async throws {
        try await self.cluster.createDeployment(replicas: 0)
        try await self.createObject(triggers: [["type": "fake", "metadata": ["queue": "work", "pushes": "yes"]]]) {
            $0.spec["pollingInterval"] = 3600
        }
        try await withRunning(self.service()) {
            _ = try await self.waitForCondition("Ready", "True")
            self.triggers.set("work", depth: 35)
            self.triggers.push("work", true)
            try await self.cluster.waitForReplicas(4)
        }
    }

    @Test("an object that is deleted lets its triggers go and puts back the replicas it found")
    func deletion() async throws {
        self.triggers.set("work", depth: 45)
        try await self.cluster.createDeployment(replicas: 2)
        try await self.createObject { $0.spec["advanced"] = ["restoreToOriginalReplicaCount": true] }
        try await withRunning(self.service()) {
            try await self.cluster.waitForReplicas(5)
            try await self.cluster.api.delete(.scaledObject, self.key("iris-queue"), uid: nil)
            try await self.cluster.waitForReplicas(2)
            while self.triggers.closed == 0 { await Task.yield() }
        }
    }

    @Test("an annotation pauses the scale where it is, or where it says") func pausing() async throws {
        self.triggers.set("work", depth: 45)
        try await self.cluster.createDeployment(replicas: 1)
        try await self.createObject { $0.annotations["autoscaling.keda.sh/paused-replicas"] = "3" }
        try await withRunning(self.service()) {
            try await self.cluster.waitForReplicas(3)
            _ = try await self.waitForCondition("Paused", "True")
            let patch: JSONValue = ["metadata": ["annotations": ["autoscaling.keda.sh/paused-replicas": .null]]]
            _ = try await self.cluster.api.patch(.scaledObject, self.key("iris-queue"), merge: patch, subresource: nil)
            try await self.cluster.waitForReplicas(5)
        }
    }
}
