import KubernetesClient
import StructuredData
import Testing

@testable import Controllers

@Suite("ChildDiff")
struct ChildDiffTests {
    private func diff(_ service: KubernetesObject, over observation: ServiceObservation) throws -> ChildDiff {
        var next = observation
        next.service = service
        let plan = Fixture.plan(next)
        let child = try #require(plan.children.first { $0.type == .deployment })
        return ChildDiff(planned: child, stored: observation.deployment)
    }

    private func deployed() -> ServiceObservation {
        Fixture.carriedOut(Fixture.observation(Fixture.service(Fixture.onnx())))
    }

    @Test("children that are as planned are not written, whatever defaults the server added")
    func nothingToDo() throws {
        var observation = self.deployed()
        let plan = Fixture.plan(observation)
        for child in plan.children {
            #expect(ChildDiff(planned: child, stored: observation.child(child.identity)) == .nothing)
        }
        observation.deployment?.spec["strategy"] = ["type": "RollingUpdate"]
        observation.deployment?.annotations["somebody/else"] = "was here"
        #expect(try self.diff(observation.service, over: observation) == .nothing)
    }

    @Test("the replica count is left to the autoscaler")
    func replicas() throws {
        var observation = self.deployed()
        observation.deployment?.spec["replicas"] = 7
        #expect(try self.diff(observation.service, over: observation) == .nothing)

        let changed = Fixture.service(Fixture.onnx(["timeout": 45]), generation: 2)
        guard
            case .update(let updated) = try self.diff(
                changed,
                over: Self.withoutTemplateHash(observation)
            )
        else {
            Issue.record("nothing to update")
            return
        }
        #expect(updated.spec["replicas"] == 7)
    }

    private static func withoutTemplateHash(_ observation: ServiceObservation) -> ServiceObservation {
        var observation = observation
        observation.deployment?.annotations["pilotlight.dev/template"] = "of-an-older-release"
        return observation
    }

    @Test("bounds, targets and annotations for the autoscaler do not replace pods")
    func scalingDoesNotRoll() throws {
        let observation = self.deployed()
        let changed = Fixture.service(
            Fixture.onnx(["minReplicas": 2, "maxReplicas": 9, "scaleTarget": 5]),
            annotations: ["autoscaling.knative.dev/window": "90s", "pilotlight.dev/policy": "knative"],
            generation: 2
        )
        #expect(try self.diff(changed, over: observation) == .nothing)
    }

    @Test("what the platform adds to a template may change without replacing pods, what the author writes may not")
    func platformPartStays() throws {
        var observation = self.deployed()
        var containers = try #require(observation.deployment?.spec["template"]?["spec"]?["containers"]?.arrayValue)
        containers[0]["readinessProbe"] = ["tcpSocket": ["port": 8080], "periodSeconds": 10]
        var template = try #require(observation.deployment?.spec["template"])
        template["spec"]?["containers"] = .array(containers)
        observation.deployment?.spec["template"] = template
        #expect(try self.diff(observation.service, over: observation) == .nothing)

        let changed = Fixture.service(
            ["model": ["modelFormat": ["name": "onnx"], "storageUri": "file:///srv/models/iris-2"]],
            generation: 2
        )
        guard case .update(let updated) = try self.diff(changed, over: observation) else {
            Issue.record("a new model is no reason to update")
            return
        }
        let annotations = updated.spec["template"]?["metadata"]?["annotations"]
        let source = annotations?["internal.serving.kserve.io/storage-initializer-sourceuri"]
        #expect(source == "file:///srv/models/iris-2")
        #expect(updated.spec["template"]?["spec"]?["containers"]?[0]?["readinessProbe"]?["httpGet"] != nil)
    }

    @Test("a template that somebody else changed is put right")
    func driftIsCorrected() throws {
        var observation = self.deployed()
        var template = try #require(observation.deployment?.spec["template"])
        var containers = try #require(template["spec"]?["containers"]?.arrayValue)
        containers[0]["args"] = ["serve", "--something-else"]
        template["spec"]?["containers"] = .array(containers)
        observation.deployment?.spec["template"] = template
        guard case .update(let updated) = try self.diff(observation.service, over: observation) else {
            Issue.record("the drift went unnoticed")
            return
        }
        #expect(updated.spec["template"]?["spec"]?["containers"]?[0]?["args"]?[1] == "--name")
    }

    @Test("a field that is no longer planned is taken away")
    func fieldsGo() throws {
        let strategy: JSONValue = ["type": "Recreate"]
        let before = Fixture.carriedOut(
            Fixture.observation(Fixture.service(Fixture.onnx(["deploymentStrategy": strategy])))
        )
        #expect(before.deployment?.spec["strategy"] == strategy)
        guard case .update(let updated) = try self.diff(Fixture.service(Fixture.onnx(), generation: 2), over: before)
        else {
            Issue.record("the old strategy stays")
            return
        }
        #expect(updated.spec["strategy"] == nil)
    }

    @Test("the selector of a Deployment stays, because selectors cannot be changed")
    func selectorStays() throws {
        var observation = self.deployed()
        let selector: JSONValue = ["matchLabels": ["app": "isvc.iris-predictor", "and": "another"]]
        observation.deployment?.spec["selector"] = selector
        let changed = Fixture.service(Fixture.onnx(["deploymentStrategy": ["type": "Recreate"]]), generation: 2)
        guard case .update(let updated) = try self.diff(changed, over: observation) else {
            Issue.record("nothing to update")
            return
        }
        #expect(updated.spec["selector"] == selector)
    }

    @Test("a change of nothing but status and version is told from one of something else")
    func statusOnly() {
        var old = KubernetesObject(.revision, ObjectKey(namespace: "default", name: "a"))
        old.resourceVersion = "1"
        var new = old
        new.resourceVersion = "2"
        new.status = ["readyReplicas": 1]
        #expect(InformerChange.updated(old: old, new: new).isOnlyStatus)
        new.annotations["a"] = "b"
        #expect(!InformerChange.updated(old: old, new: new).isOnlyStatus)
        #expect(!InformerChange.added(old).isOnlyStatus)
    }

    @Test(
        "a stored value is right when it has all that is wanted",
        arguments: [
            (#"{"a": 1, "b": 2}"#, #"{"a": 1}"#, true), (#"{"a": 1}"#, #"{"a": 1, "b": 2}"#, false),
            (#"{"a": [1, 2]}"#, #"{"a": [1]}"#, false), (#"{"a": [{"x": 1, "y": 2}]}"#, #"{"a": [{"x": 1}]}"#, true),
            (#"{"a": 70}"#, #"{"a": 70.0}"#, true), (#"{"a": "70"}"#, #"{"a": 70}"#, false),
            (#"{}"#, #"{"a": null}"#, true),
        ]
    )
    func covers(stored: String, wanted: String, isCovered: Bool) throws {
        #expect(try ChildDiff.covers(Fixture.parse(stored), Fixture.parse(wanted)) == isCovered)
    }
}
