import KubernetesClient
import StructuredData
import Telemetry

/// Objects as the table that `kubectl get` prints.
struct TableDocument {
    private struct Column {
        let name: String
        /// 0 is always shown, 1 with `-o wide`.
        var priority = 0
        let cell: (KubernetesObject) -> JSONValue
    }

    let type: ResourceType
    let now: WallTime

    /// Whether a client asks for tables, by its `Accept` header.
    static func isWanted(accept: String?) -> Bool {
        guard let accept else { return false }
        return accept.contains("as=Table") && accept.contains("v=v1") && accept.contains("g=meta.k8s.io")
    }

    func json(_ objects: [KubernetesObject], resourceVersion: String) -> JSONValue {
        let columns = self.columns
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1",
            "metadata": ["resourceVersion": .string(resourceVersion)],
            "columnDefinitions": .array(
                columns.map { column in
                    [
                        "name": .string(column.name), "type": "string",
                        "format": .string(column.name == "Name" ? "name" : ""), "description": "",
                        "priority": JSONValue(column.priority),
                    ]
                }
            ),
            "rows": .array(
                objects.map { object in
                    [
                        "cells": .array(columns.map { $0.cell(object) }),
                        "object": [
                            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
                            "metadata": object.metadata,
                        ],
                    ]
                }
            ),
        ]
    }

    // MARK: Columns

    private var columns: [Column] {
        let name = Column(name: "Name") { .string($0.name) }
        let age = Column(name: "Age") { .string(self.age(of: $0)) }
        return [name] + self.ownColumns + [age]
    }

    private var ownColumns: [Column] {
        switch self.type {
        case .inferenceService:
            [
                Column(name: "URL") { Self.text($0.status["url"]) },
                Column(name: "Ready") { Self.text(Self.condition("Ready", of: $0)?["status"]) },
                Column(name: "Reason", priority: 1) { Self.text(Self.condition("Ready", of: $0)?["reason"]) },
            ]
        case .pod:
            [
                Column(name: "Ready") { .string(Self.readyContainers(of: $0)) },
                Column(name: "Status") { .string(Self.podState(of: $0)) },
                Column(name: "Restarts") { JSONValue(Self.restarts(of: $0)) },
                Column(name: "IP", priority: 1) { Self.text($0.status["podIP"]) },
            ]
        case .deployment:
            [
                Column(name: "Ready") { deployment in
                    .string(
                        "\(deployment.status["readyReplicas"]?.intValue ?? 0)/"
                            + "\(deployment.spec["replicas"]?.intValue ?? 1)"
                    )
                },
                Column(name: "Available") { JSONValue($0.status["availableReplicas"]?.intValue ?? 0) },
            ]
        case .revision:
            [
                Column(name: "Service") { Self.text($0.spec["inferenceService"]) },
                Column(name: "Desired") { Self.text($0.status["desiredReplicas"]) },
                Column(name: "Ready") { Self.text($0.status["readyReplicas"]) },
                Column(name: "Mode") { Self.text($0.status["mode"]) },
                Column(name: "Reason", priority: 1) { Self.text($0.status["lastDecision"]?["reason"]) },
            ]
        case .scaledObject:
            [
                Column(name: "Target") { Self.text($0.spec["scaleTargetRef"]?["name"]) },
                Column(name: "Triggers") { Self.text($0.status["triggersTypes"]) },
                Column(name: "Ready") { Self.text(Self.condition("Ready", of: $0)?["status"]) },
                Column(name: "Active") { Self.text(Self.condition("Active", of: $0)?["status"]) },
                Column(name: "Fallback") { Self.text(Self.condition("Fallback", of: $0)?["status"]) },
                Column(name: "Paused") { Self.text(Self.condition("Paused", of: $0)?["status"]) },
                Column(name: "Desired") { Self.text($0.status["lastDecision"]?["desired"]) },
                Column(name: "Reason", priority: 1) { Self.text($0.status["lastDecision"]?["reason"]) },
            ]
        case .route:
            [Column(name: "Host") { Self.text($0.spec["hosts"]?[0]) }]
        default:
            []
        }
    }

    // MARK: Cells

    private static func text(_ value: JSONValue?) -> JSONValue {
        switch value {
        case nil, .null?: "<unknown>"
        case .string(let text)?: .string(text)
        case let value?: .string(value.jsonText())
        }
    }

    private static func condition(_ type: String, of object: KubernetesObject) -> JSONValue? {
        object.status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }
    }

    private static func containers(of pod: KubernetesObject) -> [JSONValue] {
        pod.status["containerStatuses"]?.arrayValue ?? []
    }

    private static func readyContainers(of pod: KubernetesObject) -> String {
        let ready = Self.containers(of: pod).count { $0["ready"]?.boolValue == true }
        return "\(ready)/\(pod.spec["containers"]?.arrayValue?.count ?? 0)"
    }

    private static func restarts(of pod: KubernetesObject) -> Int {
        Self.containers(of: pod).reduce(0) { $0 + ($1["restartCount"]?.intValue ?? 0) }
    }

    /// What keeps a container from running says more than the phase does.
    private static func podState(of pod: KubernetesObject) -> String {
        if pod.isDeleting { return "Terminating" }
        let reasons = Self.containers(of: pod).compactMap { $0["state"]?["waiting"]?["reason"]?.stringValue }
        return reasons.first ?? pod.status["phase"]?.stringValue ?? "Unknown"
    }

    private func age(of object: KubernetesObject) -> String {
        guard let created = object.creationTimestamp.flatMap({ WallTime(rfc3339: $0) }) else { return "<unknown>" }
        return Self.age(seconds: Int(max(0, self.now.seconds(since: created))))
    }

    /// Two digits' worth of age, as `kubectl` writes it: `90s`, `5m30s`, `3h`, `2d`.
    static func age(seconds: Int) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
            small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
        }
        switch true {
        case seconds < 120: return "\(seconds)s"
        case minutes < 10: return pair(minutes, "m", seconds % 60, "s")
        case minutes < 180: return "\(minutes)m"
        case hours < 8: return pair(hours, "h", minutes % 60, "m")
        case hours < 48: return "\(hours)h"
        case days < 8: return pair(days, "d", hours % 24, "h")
        default: return "\(days)d"
        }
    }
}
