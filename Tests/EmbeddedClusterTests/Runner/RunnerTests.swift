import EmbeddedCluster
import Foundation
import KubernetesClient
import StructuredData
import Telemetry
import Testing

@Suite("The process runner", .timeLimit(.minutes(2)))
struct RunnerTests {
    @Test("a deployment's pods become processes with ports of their own, and scale to zero and back")
    func startsProcesses() async throws {
        try await RunningCluster.with { cluster in
            let deployment = try await cluster.deploy(replicas: 3, command: ["/bin/sh", "-c", "sleep 1000"])
            let pods = try await cluster.pods("three pods are ready") { $0.count(where: \.isReady) == 3 }
            #expect(Set(pods.compactMap(\.port)).count == 3)
            for pod in pods {
                #expect(pod.status["phase"] == "Running")
                #expect(pod.status["podIP"] == "127.0.0.1")
                #expect(pod.container["restartCount"] == 0)
                #expect(isAlive(try #require(processID(pod))))
            }
            let status = try await cluster.objects(.deployment, "the deployment is available") {
                $0.first?.status["availableReplicas"] == 3
            }
            #expect(status.first?.status["readyReplicas"] == 3)

            try await cluster.api.scale(.deployment, deployment.key, replicas: 0)
            try await cluster.pods("no pod is left") { $0.isEmpty }
            for pod in pods { #expect(!isAlive(try #require(processID(pod)))) }
            try await cluster.api.scale(.deployment, deployment.key, replicas: 1)
            try await cluster.pods("one pod is ready") { $0.count(where: \.isReady) == 1 }
        }
    }

    @Test("a process finds its variables, its arguments expanded, and its output in the log")
    func environmentAndLog() async throws {
        try await RunningCluster.with { cluster in
            var settings = KubernetesObject(.configMap, ObjectKey(namespace: "default", name: "settings"))
            settings.json["data"] = ["level": "debug"]
            _ = try await cluster.api.create(.configMap, settings)
            let script =
                "echo $1 $POD_IP $POD_NAMESPACE $POD_NAME $LEVEL $GREETING; echo oops >&2; pwd; exec sleep 1000"
            try await cluster.deploy(command: ["/bin/sh", "-c", script, "sh", "$(PORT)"]) { template in
                template.changeContainer { container in
                    container["workingDir"] = "/usr"
                    container["env"] = [
                        ["name": "LEVEL", "valueFrom": ["configMapKeyRef": ["name": "settings", "key": "level"]]],
                        ["name": "GREETING", "value": "hello-$(LEVEL)"],
                    ]
                }
            }
            let pod = try await cluster.readyPod()
            let text = try await cluster.log(of: pod, until: "/usr\n")
            let port = try #require(pod.port)
            #expect(text == "\(port) 127.0.0.1 default \(pod.name) debug hello-debug\noops\n/usr\n")
        }
    }

    @Test("the log is followed as it is written, and ends with the pod")
    func followsLog() async throws {
        try await RunningCluster.with { cluster in
            let gate = "\(cluster.directory)/gate"
            let script = "echo one; while [ ! -e \(gate) ]; do sleep 0.02; done; echo two; exec sleep 1000"
            let deployment = try await cluster.deploy(command: ["/bin/sh", "-c", script])
            let pod = try await cluster.readyPod()
            _ = try await cluster.log(of: pod, until: "one\n")
            let stream = try cluster.cluster.logs.follow(pod.key, lines: 10)
            let key = deployment.key
            let text = try await withDeadline(.seconds(20), "the followed log ends") {
                var text = ""
                for await bytes in stream {
                    text += String(decoding: bytes, as: UTF8.self)
                    if text == "one\n" { touch(gate) }
                    if text == "one\ntwo\n" { try await cluster.api.scale(.deployment, key, replicas: 0) }
                }
                return text
            }
            #expect(text == "one\ntwo\n")
            // The output of a pod that is gone can still be read.
            #expect(try cluster.log(of: pod) == "one\ntwo\n")
        }
    }

    @Test("an HTTP server is ready once it answers, and people are told how long that took")
    func httpReadiness() async throws {
        try await RunningCluster.with { cluster in
            try await cluster.deploy(command: ["python3", "-m", "http.server", "--bind", "127.0.0.1", "$(PORT)"]) {
                $0.changeContainer { container in
                    container["ports"] = [["containerPort": 8080, "name": "http"]]
                    container["readinessProbe"] = ["httpGet": ["path": "/", "port": "http"]]
                }
            }
            let pod = try await cluster.readyPod()
            let news = cluster.activities.recent().filter { $0.fields["pod"] == pod.name }
            #expect(news.map(\.kind) == [.replicaStarting, .replicaReady])
            let text = try #require(news.last?.fields["milliseconds"])
            let milliseconds = try #require(Int(text))
            #expect(milliseconds > 0)
            #expect(news.last?.message == "Replica \(pod.name) is ready after \(milliseconds) ms.")
        }
    }

    @Test("a port that opens and a command that succeeds make a pod ready too", arguments: ["tcp", "exec"])
    func otherReadiness(kind: String) async throws {
        try await RunningCluster.with { cluster in
            let gate = "\(cluster.directory)/gate"
            let server =
                "import os,socket,time\nopen('\(gate)','w')\ns=socket.create_server(('127.0.0.1',int(os.environ['PORT'])))\ntime.sleep(1000)"
            try await cluster.deploy(command: ["python3", "-c", server]) {
                $0.changeContainer { container in
                    container["readinessProbe"] =
                        kind == "tcp"
                        ? ["tcpSocket": ["port": 8080]]
                        : ["exec": ["command": ["test", "-e", .string(gate)]], "periodSeconds": 1]
                }
            }
            _ = try await cluster.readyPod()
            #expect(FileManager.default.fileExists(atPath: gate))
        }
    }

    @Test("a pod that stops answering is not ready, and ready again when it answers")
    func readinessComesAndGoes() async throws {
        try await RunningCluster.with { cluster in
            let gate = "\(cluster.directory)/ready"
            touch(gate)
            try await cluster.deploy(command: ["sleep", "1000"]) {
                $0.changeContainer { container in
                    container["readinessProbe"] = [
                        "exec": ["command": ["test", "-e", .string(gate)]], "periodSeconds": 1, "failureThreshold": 1,
                    ]
                }
            }
            let pod = try await cluster.readyPod()
            try FileManager.default.removeItem(atPath: gate)
            try await cluster.pods("the pod is not ready") { !($0.first?.isReady ?? true) }
            touch(gate)
            let again = try await cluster.readyPod()
            #expect(again.uid == pod.uid && again.container["restartCount"] == 0)
        }
    }

    @Test("a container that fails its liveness probe is started again in its pod")
    func liveness() async throws {
        try await RunningCluster.with { cluster in
            let dead = "\(cluster.directory)/dead"
            try await cluster.deploy(command: ["/bin/sh", "-c", "rm -f \(dead); exec sleep 1000"]) {
                $0.changeContainer { container in
                    container["livenessProbe"] = [
                        "exec": ["command": ["test", "!", "-e", .string(dead)]], "periodSeconds": 1,
                        "failureThreshold": 1,
                    ]
                }
            }
            let pod = try await cluster.readyPod()
            touch(dead)
            let pods = try await cluster.pods("the container was started again") {
                $0.first?.container["restartCount"] == 1 && $0.first?.isReady == true
            }
            #expect(pods.first?.uid == pod.uid)
            let last = pods.first?.container["lastState"]?["terminated"]
            #expect(last?["message"]?.stringValue?.hasPrefix("Liveness probe failed:") == true)
        }
    }

    @Test("a container that keeps crashing says so, with its status and its last words")
    func crashLoop() async throws {
        try await RunningCluster.with { settings in
            settings.runner.restartBase = .milliseconds(50)
            settings.runner.maximumRestartWait = .milliseconds(200)
        } _: { cluster in
            try await cluster.deploy(command: ["/bin/sh", "-c", "echo no model here; exit 3"])
            let pods = try await cluster.pods("the container waits for its third restart") {
                $0.first?.container["restartCount"]?.intValue ?? 0 >= 2
                    && $0.first?.container["state"]?["waiting"]?["reason"] == "CrashLoopBackOff"
            }
            let last = pods.first?.container["lastState"]?["terminated"]
            #expect(last?["exitCode"] == 3)
            #expect(last?["reason"] == "Error")
            #expect(last?["message"]?.stringValue?.hasSuffix("no model here") == true)
            let failure = cluster.activities.recent().first { $0.kind == .replicaFailed }
            #expect(failure?.subject == "default/web")
            #expect(failure?.message.contains("exited with status 3 after") == true)
            #expect(failure?.message.contains("no model here") == true)
        }
    }

    @Test("a container that is an image only says what to do, and waits")
    func imageOnly() async throws {
        try await RunningCluster.with { cluster in
            try await cluster.deploy(command: []) { $0.changeContainer { $0["image"] = "nginx" } }
            let pods = try await cluster.pods("the container waits") {
                $0.first?.container["state"]?["waiting"]?["reason"] == "ErrImageNeverPull"
            }
            let message = pods.first?.container["state"]?["waiting"]?["message"]?.stringValue
            #expect(message?.contains("runs commands, not images") == true)
        }
    }

    @Test("a model is found at /mnt/models, and the link goes with the pod, the model not")
    func models() async throws {
        try await RunningCluster.with { cluster in
            let model = "\(cluster.directory)/my model"
            try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
            try "weights".write(toFile: "\(model)/model.onnx", atomically: true, encoding: .utf8)
            let script = "cat /mnt/models/model.onnx; echo; cat $FILE; echo; exec sleep 1000"
            let deployment = try await cluster.deploy(command: ["/bin/sh", "-c", script]) { template in
                let source = "file://\(model.replacingOccurrences(of: " ", with: "%20"))"
                template["metadata"]?["annotations"] = [
                    "internal.serving.kserve.io/storage-initializer-sourceuri": .string(source)
                ]
                template.changeContainer { $0["env"] = [["name": "FILE", "value": "/mnt/models/model.onnx"]] }
            }
            let pod = try await cluster.readyPod()
            let text = try await cluster.log(of: pod, until: "weights\nweights\n")
            #expect(text == "weights\nweights\n")
            let folder = "\(cluster.directory)/pods/\(pod.uid)"
            #expect(FileManager.default.fileExists(atPath: "\(folder)/models/model.onnx"))
            try await cluster.api.scale(.deployment, deployment.key, replicas: 0)
            try await cluster.pods("no pod is left") { $0.isEmpty }
            #expect(!FileManager.default.fileExists(atPath: folder))
            #expect(FileManager.default.fileExists(atPath: "\(model)/model.onnx"))
        }
    }

    @Test("init containers run first, one by one, then everything else")
    func initContainers() async throws {
        try await RunningCluster.with { cluster in
            let file = "\(cluster.directory)/order"
            try await cluster.deploy(command: ["/bin/sh", "-c", "echo main >> \(file); exec sleep 1000"]) { template in
                func step(_ name: String, _ script: String) -> JSONValue {
                    ["name": .string(name), "command": ["/bin/sh", "-c", .string(script)]]
                }
                template["spec"]?["initContainers"] = [
                    step("one", "sleep 0.1; echo one >> \(file)"), step("two", "echo two >> \(file)"),
                ]
            }
            _ = try await cluster.readyPod()
            try await withDeadline(.seconds(20), "main has written") {
                while try String(contentsOfFile: file, encoding: .utf8) != "one\ntwo\nmain\n" { await Task.yield() }
            }
        }
    }
}
