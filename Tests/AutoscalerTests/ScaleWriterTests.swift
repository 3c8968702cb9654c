import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("ScaleWriter")
struct ScaleWriterTests {
    private let cluster = LiveCluster()

    private func plan(
        _ replicas: Int,
        from previous: Int,
        victims: [String] = [],
        reprieved: [String] = []
    ) -> ScalePlan {
        ScalePlan(
            target: self.cluster.deployment,
            service: "iris",
            sequence: 1,
            replicas: replicas,
            previous: previous,
            victims: victims,
            reprieved: reprieved,
            explanation: "",
            isUrgent: false
        )
    }

    private func cost(_ pod: String) async throws -> String? {
        let key = ObjectKey(namespace: "default", name: pod)
        return try await self.cluster.api.get(.pod, key).annotations["controller.kubernetes.io/pod-deletion-cost"]
    }

    private func replicas() async throws -> Int? {
        try await self.cluster.api.get(.deployment, self.cluster.deployment).spec["replicas"]?.intValue
    }

    @Test("victims are marked before the count falls, and those reprieved are unmarked")
    func marks() async throws {
        try await self.cluster.createDeployment(replicas: 3)
        for pod in ["a", "b", "c"] { try await self.cluster.createPod(pod, ready: true) }
        let writer = ScaleWriter(api: self.cluster.api)
        #expect(await writer.carryOut(self.plan(2, from: 3, victims: ["b"])) { true }.error == nil)
        #expect(try await self.cost("b") == "-1000")
        #expect(try await self.cost("a") == nil)
        #expect(try await self.replicas() == 2)

        #expect(await writer.carryOut(self.plan(3, from: 2, reprieved: ["b"])) { true }.error == nil)
        #expect(try await self.cost("b") == nil)
        #expect(try await self.replicas() == 3)
    }

    @Test("a victim that is gone already does not stop the plan")
    func missingVictim() async throws {
        try await self.cluster.createDeployment(replicas: 2)
        let outcome = await ScaleWriter(api: self.cluster.api).carryOut(self.plan(1, from: 2, victims: ["gone"])) {
            true
        }
        #expect(outcome.error == nil)
        #expect(try await self.replicas() == 1)
    }

    @Test("a plan that was overtaken leaves the count alone")
    func overtaken() async throws {
        try await self.cluster.createDeployment(replicas: 2)
        let outcome = await ScaleWriter(api: self.cluster.api).carryOut(self.plan(1, from: 2)) { false }
        guard case .overtaken = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(try await self.replicas() == 2)
    }

    @Test("a missing Deployment is an error that says so")
    func missingDeployment() async {
        let outcome = await ScaleWriter(api: self.cluster.api).carryOut(self.plan(1, from: 0)) { true }
        #expect(outcome.error?.code == .notFound)
    }

    @Test("what is no longer known is taken out of the status, and a namesake's status is left alone")
    func statusFields() async throws {
        try await self.cluster.createRevision()
        let key = ObjectKey(namespace: "default", name: self.cluster.name)
        let uid = try await self.cluster.api.get(.revision, key).uid
        let writer = ScaleWriter(api: self.cluster.api)
        func write(_ status: RevisionStatus, uid: String) async -> KubernetesError? {
            await writer.write(
                StatusWrite(revision: self.cluster.revision, uid: uid, status: status, decidedAt: .zero, madeAt: .zero)
            )
        }
        let memory = RevisionStatus.KeepAliveMemory(time: "", learned: #"{"policy":"fixed"}"#)
        #expect(await write(RevisionStatus(desiredReplicas: 3, stableValue: 1.5, keepAlive: memory), uid: uid) == nil)
        let learned = try await self.cluster.api.get(.revision, key).status["keepAlive"]
        #expect(learned?["learned"]?.stringValue == memory.learned)
        #expect(learned?["time"]?.stringValue.flatMap { WallTime(rfc3339: $0) } != nil)
        #expect(await write(RevisionStatus(readyReplicas: 2), uid: uid) == nil)
        let status = try await self.cluster.api.get(.revision, key).status
        #expect(status["desiredReplicas"] == nil)
        #expect(status["stableValue"] == nil)
        #expect(status["keepAlive"] == nil)
        #expect(status["readyReplicas"] == 2)
        #expect(await write(RevisionStatus(readyReplicas: 9), uid: "another")?.code == .conflict)
    }
}
