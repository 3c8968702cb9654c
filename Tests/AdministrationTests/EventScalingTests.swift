import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry
import Testing

@testable import Administration

@Suite("Event sources in the status")
struct EventScalingTests {
    private let time = WallTime(unixSeconds: 1_800_000_000)

    private func scaledObject(
        _ name: String = "orders",
        target: String = "worker",
        ready: String = "True",
        message: String = "",
        problem: String? = nil
    ) -> KubernetesObject {
        var object = KubernetesObject(.scaledObject, ObjectKey(namespace: "default", name: name))
        object.metadata["resourceVersion"] = "7"
        object.spec = [
            "scaleTargetRef": ["name": .string(target)],
            "triggers": [["type": "kafka", "name": "requests", "metadata": ["topic": "requests"]]],
        ]
        var trigger: JSONValue = [
            "type": "kafka", "active": true, "lastReadTime": "2027-01-15T07:59:00Z",
            "metrics": [["name": "kafka-requests", "value": 1200.0, "target": 500.0]],
        ]
        trigger["problem"] = problem.map { .string($0) }
        object.status = [
            "conditions": [
                ["type": "Ready", "status": .string(ready), "message": .string(message)],
                ["type": "Active", "status": "True"], ["type": "Fallback", "status": "False"],
                ["type": "Paused", "status": "False"],
            ],
            "lastDecision": [
                "time": "2027-01-15T07:59:30Z", "desired": 3, "reason": "3 replicas, by the lag of 1200.",
                "triggers": [trigger],
            ],
        ]
        return object
    }

    private func deployment(_ name: String, ready: Int) -> KubernetesObject {
        var object = KubernetesObject(.deployment, ObjectKey(namespace: "default", name: name))
        object.status = ["readyReplicas": JSONValue(ready)]
        return object
    }

    private func status(
        _ objects: [KubernetesObject],
        live: [ObjectKey: [LiveTrigger]]? = nil
    ) -> PlatformStatus {
        let assembler = StatusAssembler(
            services: [Sample.service("iris")],
            revisions: [Sample.revision("iris")],
            deployments: [self.deployment("worker", ready: 2), self.deployment("iris-predictor", ready: 1)],
            scaledObjects: objects,
            triggers: live
        )
        return assembler.status(at: self.time, version: "1")
    }

    @Test("what the object's status says is shown, and so is whose replicas they are") func fromStatus() throws {
        let status = self.status([self.scaledObject(), self.scaledObject("queue", target: "iris-predictor")])
        #expect(status.scaledObjects.map(\.name) == ["orders", "queue"])
        let orders = try #require(status.scaledObjects.first)
        #expect(orders.isReady == true && orders.isActive == true)
        #expect(orders.readyReplicas == 2)
        #expect(orders.desiredReplicas == 3)
        #expect(orders.service == nil)
        #expect(status.scaledObjects.last?.service == "iris")
        let trigger = try #require(orders.triggers.first)
        #expect(trigger.metrics == [TriggerReport.Metric(name: "kafka-requests", value: 1200, target: 500)])
        #expect(trigger.nextReadTime == nil)
    }

    @Test("what was read since then wins, and tells when the next look comes") func live() throws {
        let trigger = LiveTrigger(
            metrics: [TriggerReport.Metric(name: "kafka-requests", value: 40, target: 500)],
            isActive: true,
            problem: nil,
            secondsSinceRead: 0.5,
            secondsToNextRead: 1.5
        )
        let key = ObjectKey(namespace: "default", name: "orders")
        let shown = try #require(
            self.status([self.scaledObject()], live: [key: [trigger]]).scaledObjects.first?.triggers[0]
        )
        #expect(shown.metrics.first?.value == 40)
        #expect(shown.readTime == "2027-01-15T07:59:59.500Z")
        #expect(shown.nextReadTime == "2027-01-15T08:00:01.500Z")
    }

    @Test("a status survives its way through JSON") func roundTrip() throws {
        let status = self.status([self.scaledObject(ready: "False", message: "away", problem: "The broker is away.")])
        #expect(try PlatformStatus(json: status.json) == status)
    }

    @Test("passwords in addresses do not leave in what sources and decisions quote") func redacted() throws {
        let words = "cannot reach amqp://guest:s3cret@broker:5672/prod"
        let status = self.status([self.scaledObject(ready: "False", message: words, problem: words)])
        let text = status.json.jsonText()
        #expect(!text.contains("s3cret"))
        #expect(text.contains("amqp://guest:***@broker:5672"))
    }

    @Test("the table has a line for each trigger, its value and its last words") func table() {
        let text = StatusTable().text(self.status([self.scaledObject()]), now: self.time)
        #expect(text.contains("EVENTS"))
        #expect(text.contains("orders  worker  active  2/3"), "\(text)")
        #expect(text.contains("requests (kafka): kafka-requests 1200 of 500, active, read 60 s ago"), "\(text)")
        #expect(text.contains("30 s ago: 3 replicas, by the lag of 1200."))
    }

    @Test("an object that is refused says why, beside what it was doing or instead of what was never read")
    func tableRefused() {
        let why = "spec.minReplicaCount: is 5, but must not be above 'maxReplicaCount', which is 2"
        var object = self.scaledObject(ready: "False", message: why)
        let before = StatusTable().text(self.status([object]), now: self.time)
        #expect(before.contains("orders  worker  active, in part  2/3"), "\(before)")
        #expect(before.contains("not used as it stands now: \(why)"), "\(before)")
        #expect(before.contains("requests (kafka): kafka-requests 1200 of 500"), "\(before)")
        object.status = ["conditions": [["type": "Ready", "status": "False", "message": .string(why)]]]
        let never = StatusTable().text(self.status([object]), now: self.time)
        #expect(never.contains("orders  worker  not used  2"), "\(never)")
        #expect(never.contains(why) && !never.contains("not read yet"), "\(never)")
    }

    @Test("a source in trouble is told in the table in its own words") func tableTrouble() {
        let object = self.scaledObject(ready: "False", message: "x", problem: "The broker is away.\u{1B}[2J")
        let text = StatusTable(isColored: true).text(self.status([object]), now: self.time)
        #expect(text.contains("requests (kafka): The broker is away. [2J"))
    }
}

@Suite("Redaction")
struct RedactionTests {
    @Test(
        "addresses lose their password and nothing else",
        arguments: [
            ("amqp://guest:s3cret@host:5672/v", "amqp://guest:***@host:5672/v"),
            ("see redis://:p%40ss@h/0, or https://u:p@h/x?y=a@b", "see redis://:***@h/0, or https://u:***@h/x?y=a@b"),
            ("http://host:8080/a@b", "http://host:8080/a@b"), ("user@host", "user@host"),
            ("https://token@host/", "https://token@host/"), ("a://b:c://d:e@f", "a://b:c://d:***@f"), ("", ""),
            (#"{"uri":"amqp://a:b:c@d"}"#, #"{"uri":"amqp://a:***@d"}"#),
        ]
    )
    func addresses(text: String, expected: String) {
        #expect(Redaction.redacted(text) == expected)
    }

    @Test("variables that are called a secret lose their value, references to secrets stay")
    func variables() {
        let container: JSONValue = [
            "env": [
                ["name": "DB_PASSWORD", "value": "x"], ["name": "LEVEL", "value": "debug"],
                ["name": "API_TOKEN", "valueFrom": ["secretKeyRef": ["name": "a", "key": "b"]]],
            ],
            "metadata": ["password": "x", "passwordFromEnv": "DB_PASSWORD"], "secretName": "a",
        ]
        #expect(
            Redaction.redacted(container) == [
                "env": [
                    ["name": "DB_PASSWORD", "value": "***"], ["name": "LEVEL", "value": "debug"],
                    ["name": "API_TOKEN", "valueFrom": ["secretKeyRef": ["name": "a", "key": "b"]]],
                ],
                "metadata": ["password": "***", "passwordFromEnv": "DB_PASSWORD"], "secretName": "a",
            ]
        )
    }
}
