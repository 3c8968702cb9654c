import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry

/// The pod's status as the API shows it.
extension PodLifecycle {
    /// - Parameters:
    ///   - before: The status that is replaced; times of conditions that stay as they were come from it.
    ///   - address: The replica's, once it is placed.
    func status(after before: JSONValue, address: String) -> JSONValue {
        var status: JSONValue = ["phase": .string(self.phase)]
        status["conditions"] = .array(
            [
                ("PodScheduled", true), ("Initialized", self.isInitialized), ("ContainersReady", self.isReady),
                ("Ready", self.isReady),
            ].map { self.condition($0.0, isTrue: $0.1, before: before) }
        )
        status["hostIP"] = .string(address)
        status["podIP"] = .string(address)
        status["podIPs"] = [["ip": .string(address)]]
        status["startTime"] = before["startTime"] ?? .string(self.now.wall.rfc3339)
        status["qosClass"] = "BestEffort"
        let initial = self.containers.filter { $0.description.role != .main }.map {
            self.status($0, after: before["initContainerStatuses"])
        }
        if !initial.isEmpty { status["initContainerStatuses"] = .array(initial) }
        status["containerStatuses"] = .array(
            self.containers.filter { $0.description.role == .main }.map {
                self.status($0, after: before["containerStatuses"])
            }
        )
        return status
    }

    /// `Pending`, `Running`, `Succeeded` or `Failed`.
    private var phase: String {
        let mains = self.containers.filter { $0.description.role == .main }
        let isOver = self.stage == .over
        if isOver, self.containers.allSatisfy({ $0.description.role == .sidecar || $0.last?.status.isSuccess == true })
        {
            return "Succeeded"
        }
        if isOver { return "Failed" }
        return self.isInitialized && mains.contains { $0.restartCount >= 0 } ? "Running" : "Pending"
    }

    private func condition(_ type: String, isTrue: Bool, before: JSONValue) -> JSONValue {
        let status: JSONValue = isTrue ? "True" : "False"
        let old = before["conditions"]?.arrayValue?.first { $0["type"] == .string(type) }
        let isSame = old?["status"] == status
        var condition: JSONValue = ["type": .string(type), "status": status]
        condition["lastTransitionTime"] =
            (isSame ? old?["lastTransitionTime"] : nil) ?? .string(self.now.wall.rfc3339)
        if !isTrue {
            let waiting = self.containers.filter { $0.description.role != .initial && !$0.isReady }
            condition["reason"] = type == "Initialized" ? "ContainersNotInitialized" : "ContainersNotReady"
            condition["message"] = .string("containers not ready: \(waiting.map(\.description.name))")
        }
        return condition
    }

    private func status(_ container: ContainerState, after before: JSONValue?) -> JSONValue {
        let name = JSONValue.string(container.description.name)
        let old = before?.arrayValue?.first { $0["name"] == name }
        var status: JSONValue = [
            "name": name,
            "image": .string(container.description.container.image ?? ""),
            "imageID": "",
            "ready": .bool(container.isReady && self.isServing),
            "started": .bool(container.isStarted),
            "restartCount": JSONValue(max(0, container.restartCount)),
            "state": self.state(of: container),
            // Of an earlier life of the platform, when there has been no end in this one.
            "lastState": container.last == nil ? old?["lastState"] ?? [:] : [:],
        ]
        if case .running(let identity, _) = container.stage {
            status["containerID"] = .string(identity.description)
        } else if let last = container.last {
            status["containerID"] = .string(last.identity.description)
        }
        if container.stage != .ended, let last = container.last {
            status["lastState"] = ["terminated": Self.state(of: last)]
        }
        return status
    }

    private func state(of container: ContainerState) -> JSONValue {
        switch container.stage {
        case .pending, .starting:
            return ["waiting": ["reason": .string(self.isInitialized ? "ContainerCreating" : "PodInitializing")]]
        case .waiting(let reason, let message):
            return ["waiting": ["reason": .string(reason), "message": .string(message)]]
        case .running(_, let since):
            return ["running": ["startedAt": .string(since.wall.rfc3339)]]
        case .ended:
            guard let last = container.last else {
                return ["waiting": ["reason": "PodStopped", "message": "the pod ended before this container began"]]
            }
            return ["terminated": Self.state(of: last)]
        }
    }

    private static func state(of termination: ContainerState.Termination) -> JSONValue {
        var state: JSONValue = [
            "exitCode": JSONValue(Int(termination.status.code)),
            "reason": .string(termination.reason),
            "startedAt": .string(termination.started.rfc3339),
            "finishedAt": .string(termination.finished.rfc3339),
            "containerID": .string(termination.identity.description),
        ]
        if case .killed(let signal) = termination.status { state["signal"] = JSONValue(Int(signal)) }
        if !termination.message.isEmpty { state["message"] = .string(termination.message) }
        return state
    }
}
