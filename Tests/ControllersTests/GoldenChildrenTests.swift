import KubernetesClient
import ServingAPI
import StructuredData
import Testing

@testable import Controllers

/// The children of whole services, field by field: a change of any of them shows here.
@Suite("ServicePlanner, children")
struct GoldenChildrenTests {
    /// `json` without the parts whose value is a hash.
    private func withoutHashes(_ json: JSONValue) -> JSONValue {
        guard case .object(let object) = json else {
            return json.arrayValue.map { .array($0.map(self.withoutHashes)) } ?? json
        }
        let hashes: Set<String> = ["pilotlight.dev/template", "pilotlight.dev/wanted", "pilotlight.dev/ready-template"]
        return .object(
            JSONObject(object.filter { !hashes.contains($0.key) }.map { ($0.key, self.withoutHashes($0.value)) })
        )
    }

    private func expect(_ object: KubernetesObject, _ golden: String) throws {
        let expected = try Fixture.parse(golden)
        let found = self.withoutHashes(object.json)
        #expect(found == expected, "\(found.jsonText(indentation: 2))")
    }

    private func plan() -> ServicePlan {
        let scaling: JSONValue = ["minReplicas": 0, "maxReplicas": 3, "scaleTarget": 10, "timeout": 60]
        let service = Fixture.service(
            Fixture.onnx(scaling),
            labels: ["team": "flowers"],
            annotations: ["autoscaling.knative.dev/window": "30s", "example.com/owner": "ana"]
        )
        return Fixture.plan(Fixture.observation(service))
    }

    @Test("the Deployment of a model runs the bundled server with the model's folder")
    func deployment() throws {
        try self.expect(
            self.plan().child(.deployment),
            """
            {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {
               "name": "iris-predictor", "namespace": "default",
               "labels": {"app": "isvc.iris-predictor", "app.kubernetes.io/managed-by": "pilotlight",
                 "component": "predictor", "serving.kserve.io/inferenceservice": "iris"},
               "annotations": {},
               "ownerReferences": [{"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "name": "iris",
                 "uid": "uid-of-iris", "controller": true, "blockOwnerDeletion": true}]},
             "spec": {
               "replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
               "selector": {"matchLabels": {"app": "isvc.iris-predictor"}},
               "template": {
                 "metadata": {
                   "labels": {"app": "isvc.iris-predictor", "component": "predictor",
                     "pilotlight.dev/revision": "iris-predictor", "serving.kserve.io/inferenceservice": "iris",
                     "team": "flowers"},
                   "annotations": {"example.com/owner": "ana",
                     "internal.serving.kserve.io/storage-initializer-sourceuri": "file:///srv/models/iris",
                     "pilotlight.dev/drain": "activator"}},
                 "spec": {
                   "containers": [{
                     "name": "kserve-container", "image": "pilotlight/server",
                     "args": ["serve", "--name", "iris", "--model-dir", "/mnt/models", "--port", "$(PORT)"],
                     "env": [{"name": "INFERENCE_SERVICE_NAME", "value": "iris"}],
                     "readinessProbe": {"httpGet": {"path": "/v2/health/ready", "port": 8080}, "timeoutSeconds": 1,
                       "periodSeconds": 1, "successThreshold": 1, "failureThreshold": 3}}],
                   "terminationGracePeriodSeconds": 60}}}}
            """
        )
    }

    @Test("the Revision carries every setting resolved")
    func revision() throws {
        try self.expect(
            self.plan().child(.revision),
            """
            {"apiVersion": "pilotlight.dev/v1alpha1", "kind": "Revision",
             "metadata": {
               "name": "iris-predictor", "namespace": "default",
               "labels": {"app": "isvc.iris-predictor", "app.kubernetes.io/managed-by": "pilotlight",
                 "component": "predictor", "serving.kserve.io/inferenceservice": "iris"},
               "annotations": {},
               "ownerReferences": [{"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "name": "iris",
                 "uid": "uid-of-iris", "controller": true, "blockOwnerDeletion": true}]},
             "spec": {
               "inferenceService": "iris", "component": "predictor",
               "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "iris-predictor"},
               "podSelector": {"matchLabels": {"pilotlight.dev/revision": "iris-predictor"}},
               "port": 8080, "probe": {"type": "http", "path": "/v2/health/ready"},
               "containerConcurrency": 0, "queueCapacity": 10000, "responseStartTimeoutSeconds": 60,
               "idleTimeoutSeconds": 0, "coldStartTimeoutSeconds": 600,
               "scaling": {
                 "policy": "pilotlight", "metric": "concurrency", "target": 7, "total": 10,
                 "targetBurstCapacity": 211, "panicThreshold": 2, "stableWindowSeconds": 30, "panicWindowSeconds": 3,
                 "maxScaleUpRate": 1000, "maxScaleDownRate": 2, "minScale": 0, "maxScale": 3, "initialScale": 1,
                 "activationScale": 1, "scaleDownDelaySeconds": 0, "scaleToZeroGraceSeconds": 30,
                 "scaleToZeroPodRetentionSeconds": 0, "enableScaleToZero": true, "aggregation": "linear",
                 "progressDeadlineSeconds": 600}}}
            """
        )
    }

    @Test("the Route answers both of KServe's host forms, the names inside the cluster, and a path")
    func route() throws {
        try self.expect(
            self.plan().child(.route),
            """
            {"apiVersion": "pilotlight.dev/v1alpha1", "kind": "Route",
             "metadata": {
               "name": "iris", "namespace": "default",
               "labels": {"app": "isvc.iris-predictor", "app.kubernetes.io/managed-by": "pilotlight",
                 "component": "predictor", "serving.kserve.io/inferenceservice": "iris"},
               "ownerReferences": [{"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "name": "iris",
                 "uid": "uid-of-iris", "controller": true, "blockOwnerDeletion": true}]},
             "spec": {
               "inferenceService": "iris",
               "hosts": ["iris.default.localhost", "iris-default.localhost", "iris.default",
                 "iris.default.svc.cluster.local", "iris-predictor.default.localhost",
                 "iris-predictor-default.localhost"],
               "paths": [{"prefix": "/serving/default/iris"}],
               "traffic": [{"revision": "iris-predictor", "percent": 100}]}}
            """
        )
    }

    @Test("a container of the author's own becomes the server, its port is found and it is probed over TCP")
    func customContainer() throws {
        let predictor: JSONValue = [
            "minReplicas": 2, "containerConcurrency": 4, "terminationGracePeriodSeconds": 5,
            "containers": [
                [
                    "command": ["python3", "server.py"], "ports": [["containerPort": 9001]],
                    "resources": ["limits": ["memory": "1Gi"]],
                ]
            ],
        ]
        let plan = Fixture.plan(Fixture.observation(Fixture.service(predictor)))
        let deployment = try plan.child(.deployment)
        #expect(deployment.spec["replicas"] == 2)
        let pod = deployment.spec["template"]?["spec"]
        #expect(pod?["terminationGracePeriodSeconds"] == 5)
        let container = try #require(pod?["containers"]?[0])
        #expect(container["name"] == "kserve-container")
        #expect(container["readinessProbe"]?["tcpSocket"] == ["port": 9001])
        #expect(container["resources"]?["limits"] == ["memory": "1Gi", "cpu": "1"])
        let revision = try plan.child(.revision)
        #expect(revision.spec["port"] == 9001)
        #expect(revision.spec["probe"] == ["type": "tcp"])
        #expect(revision.spec["containerConcurrency"] == 4)
        #expect(revision.spec["scaling"]?["target"] == .double(2.8))
    }

    @Test("the author's own readiness probe is kept, and the activator asks the same way")
    func ownProbe() throws {
        let probe: JSONValue = ["httpGet": ["path": "/healthz", "port": 8080], "periodSeconds": 7]
        let predictor: JSONValue = ["containers": [["command": ["server"], "readinessProbe": probe]]]
        let plan = Fixture.plan(Fixture.observation(Fixture.service(predictor)))
        let container = try plan.child(.deployment).spec["template"]?["spec"]?["containers"]?[0]
        #expect(container?["readinessProbe"] == probe)
        #expect(try plan.child(.revision).spec["probe"] == ["type": "http", "path": "/healthz"])
    }

    @Test(
        "new Deployments begin with enough replicas for their bounds",
        arguments: [
            (min: 0, max: 0, initial: "1", replicas: 1), (min: 3, max: 0, initial: "1", replicas: 3),
            (min: 1, max: 2, initial: "5", replicas: 2), (min: 0, max: 0, initial: "4", replicas: 4),
        ]
    )
    func initialReplicas(min: Int, max: Int, initial: String, replicas: Int) throws {
        let service = Fixture.service(
            Fixture.onnx(["minReplicas": JSONValue(min), "maxReplicas": JSONValue(max)]),
            annotations: ["autoscaling.knative.dev/initial-scale": initial]
        )
        let plan = Fixture.plan(Fixture.observation(service))
        #expect(try plan.child(.deployment).spec["replicas"]?.intValue == replicas)
    }

    @Test("a service for the inside only gets no host outside")
    func clusterLocal() throws {
        let labels = ["networking.kserve.io/visibility": "cluster-local"]
        let plan = Fixture.plan(Fixture.observation(Fixture.service(Fixture.onnx(), labels: labels)))
        #expect(try plan.child(.route).spec["hosts"] == ["iris.default", "iris.default.svc.cluster.local"])
        #expect(plan.status.url == "http://iris.default.svc.cluster.local")
    }

    @Test("the addresses follow the domain and the port outside")
    func addresses() throws {
        var settings = ControllerSettings()
        settings.domain = "example.com"
        settings.externalPort = 8080
        let plan = Fixture.plan(Fixture.observation(Fixture.service(Fixture.onnx())), settings: settings)
        #expect(plan.status.url == "http://iris.default.example.com:8080")
        #expect(plan.status.addressUrl == "http://iris.default.svc.cluster.local")
        #expect(plan.status.components["predictor"]?.url == "http://iris-predictor.default.example.com:8080")
        #expect(try plan.child(.route).spec["hosts"]?[1] == "iris-default.example.com")
    }
}
