import EmbeddedCluster
import Foundation
import Glibc
import KubernetesClient
import StructuredData
import Telemetry
import Testing

@Suite("The process runner, ending replicas", .timeLimit(.minutes(2)))
struct StoppingTests {
    @Test("a replica is asked to end before it is made to")
    func terminatesFirst() async throws {
        try await RunningCluster.with { cluster in
            let script = "trap 'echo asked; exit 0' TERM; echo up; while true; do sleep 0.02; done"
            let deployment = try await cluster.deploy(command: ["/bin/sh", "-c", script])
            let pod = try await cluster.readyPod()
            _ = try await cluster.log(of: pod, until: "up\n")
            try await cluster.api.scale(.deployment, deployment.key, replicas: 0)
            try await cluster.pods("no pod is left") { $0.isEmpty }
            #expect(try cluster.log(of: pod) == "up\nasked\n")
        }
    }

    @Test("who does not listen is killed after the grace, with all that it has started")
    func killsTheGroup() async throws {
        try await RunningCluster.with { cluster in
            let pids = "\(cluster.directory)/pids"
            let script = "\(cluster.directory)/deaf.sh"
            let deaf = "trap '' TERM; echo $$ >> \(pids); while true; do sleep 0.02; done"
            try "sh -c '\(deaf.replacing("''", with: "\"\""))' & \(deaf)"
                .write(toFile: script, atomically: true, encoding: .utf8)
            let deployment = try await cluster.deploy(command: ["/bin/sh", script]) {
                $0["spec"]?["terminationGracePeriodSeconds"] = 1
            }
            let pod = try await cluster.readyPod()
            let numbers = try await processNumbers(in: pids, count: 2)
            #expect(numbers.contains(try #require(processID(pod))))
            #expect(numbers.allSatisfy(isAlive))
            try await cluster.api.scale(.deployment, deployment.key, replicas: 0)
            try await cluster.pods("no pod is left") { $0.isEmpty }
            try await untilGone(numbers)
        }
    }

    @Test("when a container's first process ends, the others of its group end with it")
    func groupEndsWithItsLeader() async throws {
        try await RunningCluster.with { settings in
            settings.runner.restartBase = .seconds(100)
        } _: { cluster in
            let pids = "\(cluster.directory)/pids"
            let script = "(while true; do sleep 0.02; done) & echo $! >> \(pids); exit 1"
            try await cluster.deploy(command: ["/bin/sh", "-c", script])
            try await cluster.pods("the container has crashed twice") {
                $0.first?.container["state"]?["waiting"]?["reason"] == "CrashLoopBackOff"
            }
            try await untilGone(try await processNumbers(in: pids, count: 2))
        }
    }

    @Test("a replica that is drained gets its signal when the activator says so")
    func drains() async throws {
        try await RunningCluster.with { cluster in
            let script = "trap 'echo asked; exit 0' TERM; echo up; while true; do sleep 0.02; done"
            let deployment = try await cluster.deploy(command: ["/bin/sh", "-c", script]) { template in
                template["metadata"]?["annotations"] = ["pilotlight.dev/drain": "activator"]
                template["spec"]?["terminationGracePeriodSeconds"] = 300
            }
            let pod = try await cluster.readyPod()
            _ = try await cluster.log(of: pod, until: "up\n")
            try await cluster.api.scale(.deployment, deployment.key, replicas: 0)
            try await cluster.pods("the pod is marked") { $0.first?.isDeleting ?? false }
            try await withDeadline(.seconds(20), "people are told of the drain") {
                for await news in cluster.activities.stream(replaying: 100) where news.kind == .replicaDraining {
                    break
                }
            }
            #expect(isAlive(try #require(processID(pod))))
            #expect(try cluster.log(of: pod) == "up\n")
            let drained: JSONValue = ["metadata": ["annotations": ["pilotlight.dev/drained": "true"]]]
            _ = try await cluster.api.patch(.pod, pod.key, merge: drained, subresource: nil)
            try await cluster.pods("no pod is left") { $0.isEmpty }
            #expect(try cluster.log(of: pod) == "up\nasked\n")
        }
    }

    @Test("draining ends with the grace")
    func drainDeadline() async throws {
        try await RunningCluster.with { cluster in
            let deployment = try await cluster.deploy(command: ["sleep", "1000"]) { template in
                template["metadata"]?["annotations"] = ["pilotlight.dev/drain": "activator"]
                template["spec"]?["terminationGracePeriodSeconds"] = 1
            }
            let pod = try await cluster.readyPod()
            try await cluster.api.scale(.deployment, deployment.key, replicas: 0)
            try await cluster.pods("no pod is left") { $0.isEmpty }
            #expect(!isAlive(try #require(processID(pod))))
        }
    }

    @Test("the victim of a scale-down is the pod that the autoscaler has marked")
    func victim() async throws {
        try await RunningCluster.with { cluster in
            let deployment = try await cluster.deploy(replicas: 3, command: ["sleep", "1000"])
            let pods = try await cluster.pods("three pods are ready") { $0.count(where: \.isReady) == 3 }
            let mark: JSONValue = [
                "metadata": ["annotations": ["controller.kubernetes.io/pod-deletion-cost": "-1000"]]
            ]
            _ = try await cluster.api.patch(.pod, pods[1].key, merge: mark, subresource: nil)
            try await cluster.api.scale(.deployment, deployment.key, replicas: 2)
            let left = try await cluster.pods("two pods are left") { $0.count == 2 }
            #expect(left.map(\.name) == [pods[0].name, pods[2].name])
        }
    }

    @Test("when the platform stops, its replicas stop, and they come back with it")
    func platformStopsAndReturns() async throws {
        let directory = RunningCluster.newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let before = Mailbox<[KubernetesObject]>()
        try await RunningCluster.with(directory: directory) { cluster in
            try await cluster.deploy(replicas: 2, command: ["sleep", "1000"])
            before.put(try await cluster.pods("two pods are ready") { $0.count(where: \.isReady) == 2 })
        }
        let pods = try #require(before.content)
        for pod in pods { #expect(!isAlive(try #require(processID(pod)))) }
        try await RunningCluster.with(directory: directory) { cluster in
            let again = try await cluster.pods("two pods are ready again") { $0.count(where: \.isReady) == 2 }
            #expect(again.map(\.uid) == pods.map(\.uid))
            #expect(again.allSatisfy { $0.container["restartCount"] == 1 })
            #expect(Set(again.compactMap(processID)).isDisjoint(with: pods.compactMap(processID)))
        }
    }
}
