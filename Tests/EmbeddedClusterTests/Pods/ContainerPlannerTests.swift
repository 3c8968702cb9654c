import KubernetesClient
import ServingAPI
import StructuredData
import Testing

@testable import EmbeddedCluster

@Suite("ContainerPlanner")
struct ContainerPlannerTests {
    static let key = ObjectKey(namespace: "team", name: "iris-0")

    static func planner(objects: [KubernetesObject] = []) -> ContainerPlanner {
        var pod = KubernetesObject(.pod, Self.key)
        pod.labels = ["app": "iris"]
        return ContainerPlanner(
            pod: pod,
            port: 20_007,
            address: "127.0.0.1",
            modelPath: "/data/pods/1/models",
            ownExecutable: "/opt/program",
            inherited: ["PATH": "/usr/bin:/bin"],
            lookUp: { type, key in objects.first { $0.kind == type.kind && $0.key == key } }
        )
    }

    static func plan(_ container: JSONValue, objects: [KubernetesObject] = []) throws -> ContainerPlan {
        try Self.planner(objects: objects).plan(Container(json: container.objectValue ?? [:]))
    }

    static func problem(_ container: JSONValue) -> ContainerProblem? {
        do {
            _ = try Self.plan(container)
            return nil
        } catch {
            return error as? ContainerProblem
        }
    }

    @Test("the own image runs this program with the container's arguments")
    func ownImage() throws {
        let plan = try Self.plan([
            "name": "server", "image": "pilotlight/server:latest",
            "args": ["serve", "--model-dir", "/mnt/models", "--port", "$(PORT)"],
        ])
        #expect(plan.executable == "/opt/program")
        #expect(
            plan.arguments == ["/opt/program", "serve", "--model-dir", "/data/pods/1/models", "--port", "20007"]
        )
    }

    @Test("a command is looked up on the container's PATH")
    func commandOnPath() throws {
        let plan = try Self.plan(["name": "a", "command": ["sh", "-c"], "args": ["exit 0"]])
        #expect(plan.executable.hasSuffix("/sh"))
        #expect(plan.arguments == ["sh", "-c", "exit 0"])
    }

    @Test("an image without a command says that commands are run, not images")
    func imageOnly() {
        let problem = Self.problem(["name": "a", "image": "nginx"])
        #expect(problem?.reason == "ErrImageNeverPull")
        #expect(problem?.message.contains("commands, not images") == true)
        // An image whose name only begins alike is another one.
        #expect(Self.problem(["name": "a", "image": "pilotlight/server-extra"])?.reason == "ErrImageNeverPull")
    }

    @Test("a program that is not there is named")
    func unknownProgram() {
        let problem = Self.problem(["name": "a", "command": ["no-such-program"]])
        #expect(problem?.reason == "RunContainerError")
        #expect(problem?.message.contains("'no-such-program'") == true)
    }

    @Test("variables build on those before them, and on the replica's own")
    func variables() throws {
        let plan = try Self.plan([
            "name": "a", "command": ["true"],
            "env": [
                ["name": "URL", "value": "http://$(POD_IP):$(PORT)/$(LATER)"],
                ["name": "LATER", "value": "x"],
                ["name": "BOTH", "value": "$(URL) $(LATER)"],
                ["name": "WHO", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
                ["name": "APP", "valueFrom": ["fieldRef": ["fieldPath": "metadata.labels['app']"]]],
                ["name": "MODEL", "value": "/mnt/models/iris.onnx"],
                ["name": "OTHER", "value": "/mnt/models2"],
            ],
        ])
        #expect(plan.environment["URL"] == "http://127.0.0.1:20007/$(LATER)")
        #expect(plan.environment["BOTH"] == "http://127.0.0.1:20007/$(LATER) x")
        #expect(plan.environment["WHO"] == "iris-0")
        #expect(plan.environment["APP"] == "iris")
        #expect(plan.environment["POD_NAMESPACE"] == "team")
        #expect(plan.environment["MODEL"] == "/data/pods/1/models/iris.onnx")
        #expect(plan.environment["OTHER"] == "/mnt/models2")
    }

    @Test("values come from ConfigMaps and Secrets, whole ones with a prefix")
    func references() throws {
        var settings = KubernetesObject(.configMap, ObjectKey(namespace: "team", name: "settings"))
        settings.json["data"] = ["level": "debug", "mode": "fast"]
        var secret = KubernetesObject(.secret, ObjectKey(namespace: "team", name: "token"))
        secret.json["data"] = ["value": "aHVzaA=="]
        let plan = try Self.plan(
            [
                "name": "a", "command": ["true"],
                "envFrom": [["prefix": "CFG_", "configMapRef": ["name": "settings"]]],
                "env": [
                    ["name": "LEVEL", "valueFrom": ["configMapKeyRef": ["name": "settings", "key": "level"]]],
                    ["name": "TOKEN", "valueFrom": ["secretKeyRef": ["name": "token", "key": "value"]]],
                    [
                        "name": "MAYBE",
                        "valueFrom": ["configMapKeyRef": ["name": "none", "key": "x", "optional": true]],
                    ],
                ],
            ],
            objects: [settings, secret]
        )
        #expect(plan.environment["LEVEL"] == "debug")
        #expect(plan.environment["TOKEN"] == "hush")
        #expect(plan.environment["CFG_mode"] == "fast")
        #expect(plan.environment["MAYBE"] == nil)
    }

    @Test("a reference to nothing names what is missing")
    func missingReference() {
        let problem = Self.problem([
            "name": "a", "command": ["true"],
            "env": [["name": "X", "valueFrom": ["configMapKeyRef": ["name": "settings", "key": "level"]]]],
        ])
        #expect(problem?.reason == "CreateContainerConfigError")
        #expect(problem?.message.contains("ConfigMap team/settings") == true)
    }

    @Test("a gRPC probe is refused with the kinds that there are")
    func grpcProbe() {
        let problem = Self.problem([
            "name": "a", "command": ["true"], "readinessProbe": ["grpc": ["port": 9000]],
        ])
        #expect(problem?.reason == "UnsupportedProbe")
        #expect(problem?.message.contains("httpGet") == true)
    }

    @Test("a probe of the container's port asks the replica's own, any other port is what it says")
    func probePorts() {
        let declared = Container(json: [
            "ports": [["containerPort": 9000, "name": "web"], ["containerPort": 9001, "name": "admin"]]
        ])
        func port(_ json: JSONValue, _ container: Container) -> Int? {
            ProbePort(json: json).resolved(for: container, replicaPort: 20_007)
        }
        #expect(port(9000, declared) == 20_007)
        #expect(port("web", declared) == 20_007)
        #expect(port(9001, declared) == 9001)
        #expect(port("admin", declared) == 9001)
        #expect(port("other", declared) == nil)
        #expect(port(8080, Container()) == 20_007)
    }
}
