import KubernetesClient
import StructuredData
import Testing

@testable import Controllers

@Suite("PodFacts")
struct PodFactsTests {
    private func facts(_ status: JSONValue) -> PodFacts {
        var pod = KubernetesObject(.pod, ObjectKey(namespace: "default", name: "a"))
        pod.status = status
        return PodFacts(pod)
    }

    @Test("a pod that nothing was done for yet is pending")
    func pending() {
        #expect(self.facts(["phase": "Pending"]).stage == .pending)
        #expect(self.facts([:]).stage == .pending)
        let waiting: JSONValue = ["state": ["waiting": ["reason": "ContainerCreating"]]]
        #expect(self.facts(["phase": "Pending", "containerStatuses": [waiting]]).stage == .pending)
    }

    @Test("a pod whose model is being fetched, or whose server runs, is loading")
    func loading() {
        let fetching: JSONValue = ["name": "storage-initializer", "state": ["running": [:]]]
        #expect(self.facts(["phase": "Pending", "initContainerStatuses": [fetching]]).stage == .loading)
        #expect(self.facts(["phase": "Running"]).stage == .loading)
    }

    @Test("a pod that is ready is so whatever happened to it before")
    func readyAfterRestart() {
        let restarted: JSONValue = [
            "state": ["running": [:]], "lastState": ["terminated": ["exitCode": 137, "reason": "OOMKilled"]],
        ]
        let facts = self.facts([
            "phase": "Running", "conditions": [["type": "Ready", "status": "True"]], "containerStatuses": [restarted],
        ])
        #expect(facts.stage == .ready)
        #expect(facts.failure == nil)
    }

    @Test("a server that runs again after a crash counts as failed until it is ready")
    func runningAgain() {
        let ended: JSONValue = ["terminated": ["exitCode": 3, "reason": "Error", "message": "no weights"]]
        let running: JSONValue = ["restartCount": 2, "state": ["running": [:]], "lastState": ended]
        let waiting: JSONValue = [
            "restartCount": 2, "state": ["waiting": ["reason": "CrashLoopBackOff"]], "lastState": ended,
        ]
        let facts = self.facts(["phase": "Running", "containerStatuses": [running]])
        #expect(facts.stage == .failed)
        #expect(facts.failure == self.facts(["phase": "Running", "containerStatuses": [waiting]]).failure)
    }

    @Test(
        "a container that cannot run makes its pod fail with the reason",
        arguments: ["ErrImageNeverPull", "ImagePullBackOff", "CreateContainerConfigError"]
    )
    func cannotRun(reason: String) {
        let waiting: JSONValue = ["state": ["waiting": ["reason": .string(reason), "message": "why"]]]
        let facts = self.facts(["phase": "Pending", "containerStatuses": [waiting]])
        #expect(facts.stage == .failed)
        #expect(facts.failure == PodFacts.Failure(reason: reason, message: "why", exitCode: nil, time: nil))
    }

    @Test("a fetch that failed is a failure of the pod")
    func fetchFailed() {
        let ended: JSONValue = [
            "name": "storage-initializer",
            "state": ["terminated": ["exitCode": 1, "reason": "Error", "message": "no such bucket"]],
        ]
        #expect(
            self.facts(["phase": "Pending", "initContainerStatuses": [ended]]).failure?.message == "no such bucket"
        )
    }

    @Test("a process that ended well is no failure, a pod that failed is one")
    func ends() {
        let ended: JSONValue = ["state": ["terminated": ["exitCode": 0, "reason": "Completed"]]]
        #expect(self.facts(["phase": "Running", "containerStatuses": [ended]]).failure == nil)
        let evicted = self.facts(["phase": "Failed", "reason": "Evicted", "message": "no disk"])
        #expect(evicted.stage == .failed)
        #expect(evicted.failure?.reason == "Evicted")
    }
}
