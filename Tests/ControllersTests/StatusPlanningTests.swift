import KubernetesClient
import ServingAPI
import StructuredData
import Testing

@testable import Controllers

@Suite("ServicePlanner, status")
struct StatusPlanningTests {
    private static let five: [Condition.Kind] = [
        .ready, .predictorReady, .ingressReady, .predictorConfigurationReady, .predictorRouteReady,
    ]

    private func deployed(
        _ further: JSONValue = ["minReplicas": 0],
        annotations: [String: String] = [:]
    )
        -> ServiceObservation
    {
        Fixture.carriedOut(Fixture.observation(Fixture.service(Fixture.onnx(further), annotations: annotations)))
    }

    private func replicas(_ count: Int, _ observation: ServiceObservation) -> ServiceObservation {
        var observation = observation
        observation.deployment?.spec["replicas"] = JSONValue(count)
        return observation
    }

    /// A service that was ready once and whose plan was carried out since.
    private func proven() -> ServiceObservation {
        var observation = self.deployed()
        observation.pods = [Fixture.pod("iris-predictor-a", of: observation, ready: true)]
        return Fixture.carriedOut(observation)
    }

    private func crashLoop(_ message: String = "no such file: model.onnx") -> JSONValue {
        let ended: JSONValue = [
            "exitCode": 3, "reason": "Error", "message": .string(message), "finishedAt": "2026-11-21T11:59:00Z",
        ]
        return [
            "name": "kserve-container", "restartCount": 4,
            "state": ["waiting": ["reason": "CrashLoopBackOff", "message": "back-off 40s"]],
            "lastState": ["terminated": ended],
        ]
    }

    /// What Argo CD's health check of InferenceServices makes of a status.
    private func isHealthyToArgo(_ status: InferenceServiceStatus, conditions: Int) -> Bool {
        let all = status.conditions.conditions
        guard !all.contains(where: { $0.status != .yes }) else { return false }
        return all.count { Self.five.contains($0.kind) } == conditions
    }

    // MARK: On the way up

    @Test("a new service is on its way: nothing is true that is not, and nothing is called failed")
    func new() {
        let plan = Fixture.plan(self.deployed())
        #expect(plan.condition(.ready) == "Unknown Deploying")
        #expect(plan.condition(.predictorReady) == "Unknown Deploying")
        #expect(plan.condition(.ingressReady) == "True")
        #expect(plan.status.modelStatus?.transition == .inProgress)
        #expect(plan.status.modelStatus?.targetState == .pending)
        #expect(plan.status.components["predictor"]?.latestReadyRevision == nil)
        #expect(plan.status.components["predictor"]?.latestCreatedRevision == "iris-predictor")
    }

    @Test("a service with a ready pod is ready, in the shape that KServe's users know")
    func ready() {
        var observation = self.deployed()
        observation.pods = [Fixture.pod("iris-predictor-a", of: observation, ready: true)]
        let status = Fixture.plan(observation).status
        #expect(self.isHealthyToArgo(status, conditions: 5))
        #expect(status.url == "http://iris.default.localhost")
        #expect(status.observedGeneration == 1)
        #expect(status.clusterServingRuntimeName == "pilotlight-onnx")
        #expect(status.modelStatus?.transition == .upToDate)
        #expect(status.modelStatus?.activeState == .loaded)
        #expect(status.modelStatus?.totalCopies == 1)
        #expect(status.replicas == 1)
        #expect(status.selector == "app=isvc.iris-predictor")
        let component = status.components["predictor"]
        #expect(component?.latestReadyRevision == "iris-predictor")
        #expect(component?.traffic.first?.percent == 100)
        #expect(component?.traffic.first?.isLatestRevision == true)
    }

    @Test("the literal mode RawDeployment publishes three conditions, as Argo CD counts them")
    func rawDeployment() {
        let annotations = ["serving.kserve.io/deploymentMode": "RawDeployment"]
        var observation = self.deployed(annotations: annotations)
        observation.pods = [Fixture.pod("iris-predictor-a", of: observation, ready: true)]
        let status = Fixture.plan(observation).status
        #expect(self.isHealthyToArgo(status, conditions: 3))
        #expect(status.deploymentMode == "RawDeployment")
    }

    @Test("an extra that is ignored does not make Argo CD doubt the service")
    func ignoredExtra() {
        var observation = self.deployed(["logger": ["mode": "all"]])
        observation.pods = [Fixture.pod("iris-predictor-a", of: observation, ready: true)]
        #expect(self.isHealthyToArgo(Fixture.plan(observation).status, conditions: 5))
    }

    // MARK: At zero and back

    @Test("a service at zero that worked is ready, its model stands by")
    func atZero() {
        var observation = self.replicas(0, self.proven())
        observation.pods = []
        let status = Fixture.plan(observation).status
        #expect(self.isHealthyToArgo(status, conditions: 5))
        #expect(status.modelStatus?.activeState == .standby)
        #expect(status.modelStatus?.transition == .upToDate)
        #expect(status.replicas == 0)
    }

    @Test("a cold start does not make a service unready")
    func coldStart() {
        var observation = self.replicas(1, self.proven())
        observation.pods = [Fixture.pod("iris-predictor-b", of: observation, ready: false)]
        let status = Fixture.plan(observation).status
        #expect(self.isHealthyToArgo(status, conditions: 5))
        #expect(status.modelStatus?.transition == .inProgress)
        #expect(status.modelStatus?.targetState == .loading)
    }

    @Test("the times of conditions that did not change stay")
    func transitionTimes() {
        let observation = self.replicas(0, self.proven())
        let later = Fixture.plan(observation, now: "2026-11-21T13:00:00Z").status
        #expect(later.conditions.conditions.allSatisfy { $0.lastTransitionTime == Fixture.now })
        #expect(later == InferenceServiceStatus(json: observation.service.status) || later.replicas == 0)
    }

    // MARK: Failures

    @Test("a server that keeps crashing makes the service unready, with its last words")
    func crashing() {
        var observation = self.deployed()
        observation.pods = [
            Fixture.pod("iris-predictor-a", of: observation, ready: false, container: self.crashLoop())
        ]
        let plan = Fixture.plan(observation)
        #expect(plan.condition(.ready) == "False CrashLoopBackOff")
        let message = plan.status.conditions[.ready]?.message
        #expect(message == "pod iris-predictor-a (exit code 3): no such file: model.onnx")
        let model = plan.status.modelStatus
        #expect(model?.transition == .blockedByFailedLoad)
        #expect(model?.targetState == .failedToLoad)
        #expect(model?.failedCopies == 1)
        #expect(model?.lastFailure?.reason == .modelLoadFailed)
        #expect(model?.lastFailure?.message == "no such file: model.onnx")
        #expect(model?.lastFailure?.location == "iris-predictor-a")
        #expect(model?.lastFailure?.exitCode == 3)
        #expect(model?.lastFailure?.time == "2026-11-21T11:59:00Z")
    }

    @Test("a service that failed and went to zero is not ready, and still says why")
    func failedAtZero() {
        var observation = self.deployed()
        observation.pods = [
            Fixture.pod("iris-predictor-a", of: observation, ready: false, container: self.crashLoop())
        ]
        observation = self.replicas(0, Fixture.carriedOut(observation))
        observation.pods = []
        let plan = Fixture.plan(observation)
        #expect(plan.condition(.ready) == "False CrashLoopBackOff")
        #expect(plan.status.modelStatus?.lastFailure?.message == "no such file: model.onnx")
    }

    @Test("a failed start stands while the next one is under way, and ends when a replica serves")
    func failureStands() {
        var observation = self.replicas(1, self.proven())
        observation.pods = [
            Fixture.pod("iris-predictor-b", of: observation, ready: false, container: self.crashLoop())
        ]
        observation = self.replicas(0, Fixture.carriedOut(observation))
        observation.pods = []
        observation = self.replicas(1, Fixture.carriedOut(observation))
        observation.pods = [Fixture.pod("iris-predictor-c", of: observation, ready: false)]
        let starting = Fixture.plan(observation)
        #expect(starting.condition(.ready) == "False CrashLoopBackOff")
        #expect(starting.status.modelStatus?.transition == .blockedByFailedLoad)
        #expect(starting.news.isEmpty)

        observation.pods = [Fixture.pod("iris-predictor-c", of: observation, ready: true)]
        let serving = Fixture.plan(observation)
        #expect(serving.condition(.ready) == "True")
        #expect(serving.status.modelStatus?.lastFailure == nil)
    }

    @Test("another configuration is not blamed for the failure of the one before")
    func failureEndsWithTheConfiguration() {
        var observation = self.deployed()
        observation.pods = [
            Fixture.pod("iris-predictor-a", of: observation, ready: false, container: self.crashLoop())
        ]
        observation = Fixture.carriedOut(observation)
        observation.pods = []
        observation.service.metadata["generation"] = 2
        observation.service.spec["predictor"]?["model"]?["storageUri"] = "file:///srv/models/mended"
        #expect(Fixture.plan(observation).condition(.ready) == "Unknown Deploying")
    }

    @Test("one replica that fails beside one that serves leaves the service ready")
    func partialFailure() {
        var observation = self.replicas(2, self.proven())
        observation.pods.append(
            Fixture.pod("iris-predictor-b", of: observation, ready: false, container: self.crashLoop())
        )
        let status = Fixture.plan(observation).status
        #expect(status.conditions.isTrue(.ready))
        #expect(status.modelStatus?.failedCopies == 1)
        #expect(status.modelStatus?.lastFailure?.location == "iris-predictor-b")
    }

    @Test("a new configuration that fails while the old one serves is visible, and requests go on being answered")
    func failedRollout() {
        var observation = self.proven()
        let model: JSONValue = ["modelFormat": ["name": "onnx"], "storageUri": "file:///srv/models/broken"]
        observation.service.spec = ["predictor": ["model": model]]
        observation.service.metadata["generation"] = 2
        observation = Fixture.carriedOut(observation)
        observation.pods.append(
            Fixture.pod("iris-predictor-new", of: observation, ready: false, container: self.crashLoop())
        )
        let plan = Fixture.plan(observation)
        #expect(plan.condition(.ready) == "True")
        #expect(plan.condition(.predictorConfigurationReady) == "False CrashLoopBackOff")
    }

    @Test("replicas that do not become ready in time are said to be late")
    func stalled() {
        var observation = self.deployed()
        observation.deployment?.status = [
            "conditions": [
                [
                    "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
                    "message": "ReplicaSet has timed out progressing.",
                ]
            ]
        ]
        observation.pods = [Fixture.pod("iris-predictor-a", of: observation, ready: false)]
        #expect(Fixture.plan(observation).condition(.ready) == "False ProgressDeadlineExceeded")
    }

    @Test("a cold start that takes longer than it may makes the service unready, and is looked at again for that")
    func lateColdStart() {
        var observation = self.replicas(1, self.proven())
        var pod = Fixture.pod("iris-predictor-b", of: observation, ready: false)
        pod.metadata["creationTimestamp"] = "2026-11-21T11:50:30Z"
        observation.pods = [pod]
        let plan = Fixture.plan(observation)
        #expect(plan.condition(.ready) == "True")
        #expect(plan.recheckAfterSeconds == 30)
        let late = Fixture.plan(observation, now: "2026-11-21T12:00:30Z")
        #expect(late.condition(.ready) == "False ProgressDeadlineExceeded")
        #expect(late.recheckAfterSeconds == nil)
    }

    @Test("a service that can no longer be carried out keeps what is deployed, and says so")
    func refusedLater() {
        var observation = self.proven()
        observation.service.spec["predictor"]?["model"]?["storageUri"] = "s3://bucket/model"
        observation.service.metadata["generation"] = 2
        let plan = Fixture.plan(observation)
        #expect(plan.children.isEmpty && plan.removals.isEmpty)
        #expect(plan.condition(.ready) == "False UnsupportedFeatures")
        #expect(plan.condition(.predictorRouteReady) == "True")
        #expect(plan.status.observedGeneration == 2)
        #expect(plan.status.modelStatus?.transition == .invalidSpec)
    }

    @Test("a child that belongs to somebody else is not taken over")
    func foreignChild() {
        var observation = self.deployed()
        let other = OwnerReference(
            apiVersion: "apps/v1",
            kind: "Something",
            name: "else",
            uid: "another",
            isController: true
        )
        observation.deployment?.ownerReferences = [other]
        let plan = Fixture.plan(observation)
        #expect(plan.children.isEmpty)
        #expect(plan.condition(.ready) == "False NameTaken")
    }

    // MARK: Stopping

    @Test("a stopped service loses its workload, keeps its route without traffic, and is started again")
    func stopped() throws {
        var observation = self.proven()
        observation.service.annotations["serving.kserve.io/stop"] = "true"
        let plan = Fixture.plan(observation)
        #expect(Set(plan.removals.map(\.type)) == [.deployment, .revision])
        #expect(try plan.child(.route).spec["traffic"] == [])
        #expect(plan.condition(.stopped) == "True Stopped")
        for kind in Self.five { #expect(plan.condition(kind) == "False Stopped", "\(kind.rawValue)") }
        #expect(plan.status.url == nil)

        observation.service.status = plan.status.json
        observation.deployment = nil
        observation.revision = nil
        observation.pods = []
        observation.service.annotations = [:]
        let restarted = Fixture.plan(observation)
        #expect(restarted.condition(.stopped) == nil)
        #expect(restarted.condition(.ready) == "Unknown Deploying")
        #expect(restarted.children.count == 3)
    }

    @Test("planning twice changes nothing")
    func idempotence() {
        let observation = self.proven()
        let plan = Fixture.plan(observation, now: "2026-11-21T14:00:00Z")
        #expect(plan.status == InferenceServiceStatus(json: observation.service.status))
        #expect(plan.news.isEmpty)
    }
}
