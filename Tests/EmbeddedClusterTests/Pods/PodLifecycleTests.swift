import KubernetesClient
import StructuredData
import Telemetry
import Testing
import Timekeeping

@testable import EmbeddedCluster

@Suite("PodLifecycle")
struct PodLifecycleTests {
    @Test("init containers run one after another, a sidecar until it is up, then all others at once")
    func startOrder() {
        var pod = Stage([
            "initContainers": [
                ["name": "first"], ["name": "proxy", "restartPolicy": "Always"], ["name": "second"],
            ],
            "containers": [["name": "a"], ["name": "b"]],
        ])
        #expect(pod.tell(.begun).starts == ["first"])
        #expect(pod.start("first").starts == [])
        #expect(pod.exit("first", .exited(0)).starts == ["proxy"])
        #expect(pod.start("proxy").starts == ["second"])
        #expect(pod.start("second").starts == [])
        #expect(pod.exit("second", .exited(0)).starts == ["a", "b"])
        #expect(pod.lifecycle.isInitialized)
    }

    @Test("a pod without probes is ready as soon as its processes are there")
    func readyWithoutProbes() {
        var pod = Stage(["containers": [["name": "a"]]])
        _ = pod.tell(.begun)
        let actions = pod.start("a")
        #expect(pod.lifecycle.isReady)
        #expect(actions.announcements == [.replicaReady])
        #expect(actions.actions.contains(.report))
    }

    @Test("readiness and liveness wait for the startup probe")
    func startupGates() {
        let probe: JSONValue = ["httpGet": ["port": 1], "failureThreshold": 1]
        var pod = Stage([
            "containers": [
                ["name": "a", "startupProbe": probe, "readinessProbe": probe, "livenessProbe": probe]
            ]
        ])
        _ = pod.tell(.begun)
        #expect(pod.start("a").probes == [.startup])
        #expect(Set(pod.probed("a", .startup, .success).probes) == [.readiness, .liveness])
        #expect(!pod.lifecycle.isReady)
        _ = pod.probed("a", .readiness, .success)
        #expect(pod.lifecycle.isReady)
        _ = pod.probed("a", .readiness, .failure("busy"))
        #expect(!pod.lifecycle.isReady)
    }

    @Test("a container that fails liveness is terminated, killed after its grace, and started again")
    func livenessRestarts() {
        let probe: JSONValue = [
            "tcpSocket": ["port": 1], "failureThreshold": 1, "terminationGracePeriodSeconds": 7,
        ]
        var pod = Stage(["containers": [["name": "a", "livenessProbe": probe]]])
        _ = pod.tell(.begun)
        _ = pod.start("a")
        let ending = pod.probed("a", .liveness, .failure("refused"))
        #expect(ending.signals == [.terminate])
        #expect(ending.timers == [.killContainer(pod.run("a")): .seconds(7)])
        #expect(pod.tell(.timerFired(.killContainer(pod.run("a")))).signals == [.kill])
        #expect(pod.exit("a", .killed(signal: 9)).starts == ["a"])
        _ = pod.start("a")
        let status = pod.status["containerStatuses"]?[0]
        #expect(status?["restartCount"] == 1)
        #expect(status?["lastState"]?["terminated"]?["message"] == "Liveness probe failed: refused")
    }

    @Test("a container that keeps ending waits longer each time, and says so")
    func crashLoop() {
        var pod = Stage(["containers": [["name": "a"]]])
        _ = pod.tell(.begun)
        _ = pod.start("a")
        #expect(pod.exit("a", .exited(3), lastLines: "no model").starts == ["a"])
        _ = pod.start("a")
        let second = pod.exit("a", .exited(3), lastLines: "no model")
        #expect(second.starts == [])
        #expect(second.timers == [.restart(pod.run("a")): .seconds(10)])
        #expect(second.announcements == [.replicaFailed])
        let status = pod.status["containerStatuses"]?[0]
        #expect(status?["state"]?["waiting"]?["reason"] == "CrashLoopBackOff")
        #expect(status?["lastState"]?["terminated"]?["exitCode"] == 3)
        #expect(status?["lastState"]?["terminated"]?["message"] == "no model")
        #expect(pod.tell(.timerFired(.restart(pod.run("a")))).starts == ["a"])
    }

    @Test("news of an earlier run are no news")
    func staleNews() {
        var pod = Stage(["containers": [["name": "a", "readinessProbe": ["httpGet": ["port": 1]]]]])
        _ = pod.tell(.begun)
        _ = pod.start("a")
        let first = pod.run("a")
        _ = pod.exit("a", .exited(1))
        _ = pod.start("a")
        #expect(pod.tell(.probed(first, .readiness, .success)).actions == [])
        #expect(pod.tell(.exited(first, .exited(1), lastLines: "")).actions == [])
        #expect(pod.tell(.timerFired(.killContainer(first))).actions == [])
        #expect(!pod.lifecycle.isReady)
    }

    @Test("what cannot be started is reported and tried again")
    func startFailure() {
        var pod = Stage(["containers": [["name": "a"]]])
        _ = pod.tell(.begun)
        let run = pod.run("a")
        let failed = pod.tell(.startFailed(run, reason: "RunContainerError", message: "no such file"))
        #expect(failed.announcements == [.replicaFailed])
        #expect(failed.timers == [.restart(run): .seconds(2)])
        #expect(pod.status["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"] == "RunContainerError")
        _ = pod.tell(.timerFired(.restart(run)))
        // The same failure again is told once.
        let again = pod.tell(.startFailed(pod.run("a"), reason: "RunContainerError", message: "no such file"))
        #expect(again.announcements == [])
        _ = pod.tell(.timerFired(.restart(pod.run("a"))))
        _ = pod.start("a")
        #expect(pod.status["containerStatuses"]?[0]?["restartCount"] == 0)
    }
}
