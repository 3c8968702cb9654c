import CChildProcess
import Foundation
import Glibc
import KubernetesClient
import Logging
import StructuredData
import Telemetry

/// Picks up where an earlier life of the platform ended, before anything of this life begins.
struct Recovery {
    let api: EmbeddedAPI
    let node: String
    let directory: String
    let log: Logger

    /// Ends the processes that were left, and makes the store say that nothing runs.
    ///
    /// - Parameter instance: The mark of this life, remembered for the next one.
    func recover(instance: String) {
        self.killLeftovers(before: instance)
        for pod in self.api.objects(.pod) where pod.spec["nodeName"]?.stringValue == self.node {
            let phase = pod.status["phase"]?.stringValue
            guard phase != "Succeeded", phase != "Failed" else { continue }
            do throws(KubernetesError) {
                if pod.isDeleting {
                    try self.api.release(pod: pod.key, uid: pod.uid)
                } else if pod.status["containerStatuses"] != nil {
                    try self.api.modify(.pod, pod.key, uid: pod.uid) { Self.markLost(&$0, now: .now()) }
                }
            } catch {
                self.log.error("cannot recover a pod", metadata: [LogKey.pod: "\(pod.key)", LogKey.error: "\(error)"])
            }
        }
    }

    // MARK: Processes

    private func killLeftovers(before instance: String) {
        var killed = 0
        for pod in self.api.objects(.pod) where pod.spec["nodeName"]?.stringValue == self.node {
            for identity in Self.identities(of: pod) where ProcessTable.isAlive(identity) {
                kill(-identity.pid, SIGKILL)
                killed += 1
            }
        }
        let path = "\(self.directory)/instance"
        if let last = try? String(contentsOfFile: path, encoding: .utf8), last.count == instance.count {
            killed += Int(pl_kill_marked("\(RunnerEnvironment.instanceVariable)=\(last)"))
        }
        do {
            try Directories.make(self.directory)
            try instance.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            self.log.warning("cannot remember the mark of this run", metadata: [LogKey.error: "\(error)"])
        }
        if killed > 0 {
            self.log.notice("killed processes that an earlier run had left", metadata: [LogKey.count: "\(killed)"])
        }
    }

    private static func identities(of pod: KubernetesObject) -> [ProcessIdentity] {
        Self.statusFields.flatMap { pod.status[$0]?.arrayValue ?? [] }.compactMap { status in
            guard status["state"]?["running"] != nil else { return nil }
            return status["containerID"]?.stringValue.flatMap { ProcessIdentity($0) }
        }
    }

    // MARK: Pods

    private static let statusFields = ["initContainerStatuses", "containerStatuses"]

    /// What ran does not run any longer; it will be started again in the same pod.
    static func markLost(_ pod: inout KubernetesObject, now: WallTime) {
        for field in Self.statusFields {
            guard let statuses = pod.status[field]?.arrayValue else { continue }
            pod.status[field] = .array(statuses.map { Self.lost($0, now: now) })
        }
        pod.status["phase"] = "Pending"
        pod.status["conditions"] = .array(
            (pod.status["conditions"]?.arrayValue ?? []).map { condition in
                guard condition["type"] != "PodScheduled", condition["status"] == "True" else { return condition }
                var condition = condition
                condition["status"] = "False"
                condition["lastTransitionTime"] = .string(now.rfc3339)
                condition["reason"] = "PlatformStopped"
                return condition
            }
        )
    }

    private static func lost(_ status: JSONValue, now: WallTime) -> JSONValue {
        var status = status
        status["ready"] = false
        status["started"] = false
        guard let running = status["state"]?["running"] else { return status }
        status["lastState"] = [
            "terminated": [
                "exitCode": 137, "reason": "PlatformStopped",
                "message": "the platform ended while this container ran",
                "startedAt": running["startedAt"] ?? .null, "finishedAt": .string(now.rfc3339),
                "containerID": status["containerID"] ?? "",
            ]
        ]
        status["state"] = ["waiting": ["reason": "ContainerCreating"]]
        return status
    }
}
