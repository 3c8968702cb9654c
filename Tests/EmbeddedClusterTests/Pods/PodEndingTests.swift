import KubernetesClient
import StructuredData
import Telemetry
import Testing
import Timekeeping

@testable import EmbeddedCluster

@Suite("PodLifecycle, ending")
struct PodEndingTests {
    @Test("a pod that is deleted ends its processes and is over when the last is gone")
    func deletion() {
        var pod = Stage(["containers": [["name": "a"], ["name": "b"]]])
        _ = pod.tell(.begun)
        _ = pod.start("a")
        _ = pod.start("b")
        let ending = pod.tell(.deletionRequested(grace: .seconds(30)))
        #expect(ending.signals == [.terminate, .terminate])
        #expect(ending.timers == [.killPod: .seconds(30)])
        #expect(!pod.exit("a", .exited(0)).actions.contains(.finish))
        #expect(pod.exit("b", .killed(signal: 15)).actions.contains(.finish))
        #expect(pod.lifecycle.stage == .over)
    }

    @Test("after the grace whatever is left is killed")
    func killAfterGrace() {
        var pod = Stage(["containers": [["name": "a"], ["name": "b"]]])
        _ = pod.tell(.begun)
        _ = pod.start("a")
        _ = pod.start("b")
        _ = pod.tell(.deletionRequested(grace: .seconds(1)))
        _ = pod.exit("a", .exited(0))
        #expect(pod.tell(.timerFired(.killPod)).actions == [.signal(pod.run("b"), .kill)])
    }

    @Test("a process that comes about while the pod ends is ended as well")
    func startDuringStop() {
        var pod = Stage(["containers": [["name": "a"]]])
        _ = pod.tell(.begun)
        #expect(pod.tell(.deletionRequested(grace: .seconds(1))).signals == [])
        #expect(pod.start("a").signals == [.terminate])

        var late = Stage(["containers": [["name": "a"]]])
        _ = late.tell(.begun)
        _ = late.tell(.deletionRequested(grace: .seconds(1)))
        _ = late.tell(.timerFired(.killPod))
        #expect(late.start("a").signals == [.kill])
    }

    @Test("sidecars end after those whom they serve")
    func sidecarsLast() {
        var pod = Stage([
            "initContainers": [["name": "proxy", "restartPolicy": "Always"]], "containers": [["name": "a"]],
        ])
        _ = pod.tell(.begun)
        _ = pod.start("proxy")
        _ = pod.start("a")
        #expect(
            pod.tell(.deletionRequested(grace: .seconds(9))).actions.contains(.signal(pod.run("a"), .terminate))
        )
        #expect(pod.exit("a", .exited(0)).actions.contains(.signal(pod.run("proxy"), .terminate)))
        #expect(pod.exit("proxy", .exited(0)).actions.contains(.finish))
    }

    @Test("a pod that is drained gets no signal before its last request is out")
    func drain() {
        var pod = Stage(["containers": [["name": "a"]]], drained: true)
        _ = pod.tell(.begun)
        _ = pod.start("a")
        let draining = pod.tell(.deletionRequested(grace: .seconds(30)))
        #expect(draining.signals == [])
        #expect(draining.timers == [.drainOver: .seconds(30)])
        #expect(draining.announcements == [.replicaDraining])
        #expect(pod.lifecycle.isReady)
        pod.wait(.seconds(10))
        let ending = pod.tell(.drained)
        #expect(ending.signals == [.terminate])
        #expect(ending.timers == [.killPod: .seconds(20)])
        #expect(pod.tell(.timerFired(.drainOver)).actions == [])
    }

    @Test("draining ends with the grace, and a process still has two seconds then")
    func drainDeadline() {
        var pod = Stage(["containers": [["name": "a"]]], drained: true)
        _ = pod.tell(.begun)
        _ = pod.start("a")
        _ = pod.tell(.deletionRequested(grace: .seconds(30)))
        pod.wait(.seconds(30))
        let ending = pod.tell(.timerFired(.drainOver))
        #expect(ending.signals == [.terminate])
        #expect(ending.timers == [.killPod: .seconds(2)])
        #expect(pod.tell(.drained).actions == [])
    }

    @Test("a process that dies while it is drained is not started again")
    func deathDuringDrain() {
        var pod = Stage(["containers": [["name": "a"]]], drained: true)
        _ = pod.tell(.begun)
        _ = pod.start("a")
        _ = pod.tell(.deletionRequested(grace: .seconds(30)))
        let end = pod.exit("a", .exited(1))
        #expect(end.starts == [])
        #expect(end.actions.contains(.finish))
    }

    @Test("a pod that waits to be started again ends at once")
    func deletionDuringBackoff() {
        var pod = Stage(["containers": [["name": "a"]]])
        _ = pod.tell(.begun)
        for _ in 0..<2 {
            _ = pod.start("a")
            _ = pod.exit("a", .exited(1))
        }
        #expect(pod.tell(.deletionRequested(grace: .seconds(30))).actions.contains(.finish))
        #expect(pod.tell(.timerFired(.restart(pod.run("a")))).starts == [])
    }

    @Test("when the platform stops, the grace is the shorter one and nothing is drained")
    func platformStop() {
        var pod = Stage(["containers": [["name": "a"]]], drained: true)
        _ = pod.tell(.begun)
        _ = pod.start("a")
        let ending = pod.tell(.platformStopping(grace: .seconds(4)))
        #expect(ending.signals == [.terminate])
        #expect(ending.timers == [.killPod: .seconds(4)])
    }

    @Test(
        "a pod that is not restarted ends as its containers did",
        arguments: [
            ("Never", ProcessExit.exited(0), "Succeeded"), ("Never", .exited(2), "Failed"),
            ("OnFailure", .exited(0), "Succeeded"),
        ]
    )
    func completion(policy: String, status: ProcessExit, phase: String) {
        var pod = Stage(["restartPolicy": .string(policy), "containers": [["name": "a"]]])
        _ = pod.tell(.begun)
        _ = pod.start("a")
        let end = pod.exit("a", status)
        #expect(end.actions.contains(.finish))
        #expect(pod.status["phase"] == .string(phase))
    }
}
