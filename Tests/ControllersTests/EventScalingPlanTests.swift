import KubernetesClient
import ServingAPI
import StructuredData
import Testing

@testable import Controllers

@Suite("Plans for services that work on a queue")
struct EventScalingPlanTests {
    private static let kafka: JSONValue = [
        "kafka": [
            "bootstrapServers": "broker:9092", "topic": "requests", "consumerGroup": "scorer", "resultTopic": "results",
            "deadLetterTopic": "failed",
        ],
        "target": 500, "maxBatch": 64,
    ]

    private func observation(_ further: JSONValue, annotations: [String: String] = [:]) -> ServiceObservation {
        Fixture.observation(Fixture.service(Fixture.onnx(further), annotations: annotations))
    }

    private func variables(_ plan: ServicePlan) throws -> [String: JSONValue] {
        let deployment = try plan.child(.deployment)
        let container = deployment.spec["template"]?["spec"]?["containers"]?[0]
        return (container?["env"]?.arrayValue ?? []).reduce(into: [:]) { $0[$1["name"]?.stringValue ?? ""] = $1 }
    }

    @Test("a queue becomes a ScaledObject on the predictor, owned by the service, within its bounds")
    func scaledObject() throws {
        let plan = Fixture.plan(self.observation(["queue": Self.kafka, "minReplicas": 0, "maxReplicas": 8]))
        let object = try plan.child(.scaledObject)
        #expect(object.key == ObjectKey(namespace: "default", name: "iris-predictor"))
        #expect(object.ownerReferences.map(\.uid) == ["uid-of-iris"])
        let scaled = try ScaledObject(json: object.json)
        #expect(scaled.spec.scaleTargetRef.deploymentName == "iris-predictor")
        #expect(scaled.spec.minReplicas == 0)
        #expect(scaled.spec.maxReplicas == 8)
        #expect(scaled.spec.triggers.map(\.type) == ["kafka"])
        #expect(scaled.spec.triggers.first?.metadata["lagThreshold"] == "500")
        #expect(ScaledObject.problems(of: object.json).isEmpty)
    }

    @Test("the server is told its queue, and begins at zero when zero is allowed") func consumer() throws {
        let plan = Fixture.plan(self.observation(["queue": Self.kafka, "minReplicas": 0]))
        let text = try #require(try self.variables(plan)["PILOTLIGHT_QUEUE"]?["value"]?.stringValue)
        let block = try Fixture.parse(text)
        #expect(block["kafka"]?["topic"] == "requests")
        #expect(block["kafka"]?["deadLetterTopic"] == "failed")
        #expect(block["maxBatch"] == 64)
        #expect(block["target"] == nil, "scaling is not the server's business")
        #expect(try plan.child(.deployment).spec["replicas"] == 0)
        #expect(try plan.child(.revision).spec["scaling"]?["initialScale"] == 0)
        #expect(plan.condition(.ready)?.hasPrefix("True") == true)
    }

    @Test("the server is told what KServe's batcher says, in which nobody waits unless told to") func batcher() throws {
        let written = Fixture.plan(self.observation(["batcher": ["maxBatchSize": 16, "maxLatency": 20]]))
        #expect(try self.variables(written)["PILOTLIGHT_MAX_BATCH_SIZE"]?["value"] == "16")
        #expect(try self.variables(written)["PILOTLIGHT_MAX_BATCH_DELAY"]?["value"] == "20")
        let empty = Fixture.plan(self.observation(["batcher": [:]]))
        #expect(try self.variables(empty)["PILOTLIGHT_MAX_BATCH_SIZE"]?["value"] == "32")
        #expect(try self.variables(empty)["PILOTLIGHT_MAX_BATCH_DELAY"]?["value"] == "0")
        let none = Fixture.plan(self.observation([:]))
        #expect(try self.variables(none)["PILOTLIGHT_MAX_BATCH_SIZE"] == nil)
    }

    @Test("a lowest scale and an initial scale that were written are kept") func initialScale() throws {
        let one = Fixture.plan(self.observation(["queue": Self.kafka, "minReplicas": 1]))
        #expect(try one.child(.deployment).spec["replicas"] == 1)
        let annotations = ["autoscaling.knative.dev/initial-scale": "2"]
        let two = Fixture.plan(self.observation(["queue": Self.kafka, "minReplicas": 0], annotations: annotations))
        #expect(try two.child(.deployment).spec["replicas"] == 2)
    }

    @Test("credentials reach the container by reference, never by value") func credentials() throws {
        var queue = Self.kafka
        queue["kafka"]?["sasl"] = "plaintext"
        queue["kafka"]?["authenticationRef"] = ["name": "broker"]
        var observation = self.observation(["queue": queue, "minReplicas": 0])
        let refused = Fixture.plan(observation)
        #expect(refused.children.isEmpty)
        #expect(
            refused.status.conditions[.predictorReady]?.message?.contains("no TriggerAuthentication 'broker'") == true
        )
        var authentication = KubernetesObject(
            .triggerAuthentication,
            ObjectKey(namespace: "default", name: "broker")
        )
        authentication.spec = [
            "secretTargetRef": [
                ["parameter": "username", "name": "kafka-user", "key": "user"],
                ["parameter": "password", "name": "kafka-user", "key": "pass"],
                ["parameter": "somethingElse", "name": "kafka-user", "key": "x"],
            ]
        ]
        observation.authentications = [authentication]
        let plan = Fixture.plan(observation)
        let variables = try self.variables(plan)
        #expect(
            variables["PILOTLIGHT_QUEUE_PASSWORD"]?["valueFrom"]
                == ["secretKeyRef": ["name": "kafka-user", "key": "pass"]]
        )
        #expect(variables["PILOTLIGHT_QUEUE_USERNAME"] != nil)
        #expect(variables.keys.count(where: { $0.hasPrefix("PILOTLIGHT_QUEUE_") }) == 2)
        let scaled = try ScaledObject(json: try plan.child(.scaledObject).json)
        #expect(scaled.spec.triggers.first?.authenticationRef?.name == "broker")
    }

    @Test("a queue that is taken out takes its ScaledObject along, a user's own stays") func removal() throws {
        var observation = Fixture.carriedOut(self.observation(["queue": Self.kafka, "minReplicas": 0]))
        #expect(observation.scaledObject != nil)
        observation.service.spec["predictor"]?["queue"] = nil
        let removals = Fixture.plan(observation).removals
        #expect(removals.map(\.type) == [.scaledObject])
        observation.scaledObject?.ownerReferences = []
        #expect(Fixture.plan(observation).removals.isEmpty)
    }

    @Test("a metric from elsewhere becomes a trigger, and requests still count") func externalMetric() throws {
        let metric: JSONValue = [
            "type": "External",
            "external": [
                "metric": ["backend": "prometheus", "serverAddress": "http://prometheus:9090", "query": "sum(x)"],
                "target": ["type": "Value", "value": "10"],
            ],
        ]
        let plan = Fixture.plan(self.observation(["autoScaling": ["metrics": [metric]]]))
        let scaled = try ScaledObject(json: try plan.child(.scaledObject).json)
        #expect(scaled.spec.triggers.map(\.type) == ["prometheus"])
        #expect(scaled.spec.triggers.first?.metadata["query"] == "sum(x)")
        #expect(try self.variables(plan)["PILOTLIGHT_QUEUE"] == nil)
        #expect(try plan.child(.revision).spec["scaling"]?["initialScale"] == 1)
    }

    @Test("the service says what its ScaledObject says of the triggers, and is Ready all the same") func condition() {
        var observation = Fixture.carriedOut(self.observation(["queue": Self.kafka, "minReplicas": 0]))
        #expect(Fixture.plan(observation).condition(.triggersReady) == "Unknown Starting")
        observation.scaledObject?.status = [
            "conditions": [
                ["type": "Ready", "status": "False", "reason": "TriggerError", "message": "The broker is away."]
            ]
        ]
        let plan = Fixture.plan(observation)
        #expect(plan.condition(.triggersReady) == "False TriggerError")
        #expect(plan.condition(.ready)?.hasPrefix("True") == true)
        observation.service.spec["predictor"]?["queue"] = nil
        #expect(Fixture.plan(observation).condition(.triggersReady) == nil)
    }

    @Test("a stopped service takes its ScaledObject along") func stopped() {
        var observation = Fixture.carriedOut(self.observation(["queue": Self.kafka, "minReplicas": 0]))
        observation.service.annotations["serving.kserve.io/stop"] = "true"
        #expect(Fixture.plan(observation).removals.map(\.type).contains(.scaledObject))
    }
}
