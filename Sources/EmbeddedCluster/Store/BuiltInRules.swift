import Foundation
import KubernetesClient
import StructuredData

/// What every API server does to the kinds that Kubernetes itself has, as far as it matters here.
enum BuiltInRules {
    static let all = [Self.deployment, Self.pod, Self.secret, Self.oneScalerPerTarget]

    private static let deployment = AdmissionRule(
        .deployment,
        fill: { object in
            var spec = object.spec
            spec.setDefault("replicas", 1)
            spec.setDefault("strategy", [:])
            var strategy = spec["strategy"] ?? [:]
            strategy.setDefault("type", "RollingUpdate")
            if strategy["type"] == "RollingUpdate" {
                var limits = strategy["rollingUpdate"] ?? [:]
                limits.setDefault("maxUnavailable", "25%")
                limits.setDefault("maxSurge", "25%")
                strategy["rollingUpdate"] = limits
            }
            spec["strategy"] = strategy
            spec.setDefault("progressDeadlineSeconds", 600)
            object.spec = spec
        },
        check: { object, old in
            var problems = Self.problems(ofPodSpec: object.spec["template"]?["spec"] ?? [:], at: "spec.template.spec")
            if let replicas = object.spec["replicas"]?.intValue, replicas < 0 {
                problems.append(Problem(path: "spec.replicas", message: "is \(replicas), must be 0 or more"))
            }
            let wanted = Self.strings(object.spec["selector"]?["matchLabels"])
            let template = Self.strings(object.spec["template"]?["metadata"]?["labels"])
            if wanted.isEmpty {
                problems.append(Problem(path: "spec.selector.matchLabels", message: "is required"))
            } else if !LabelSelector(wanted).matches(template) {
                problems.append(
                    Problem(path: "spec.template.metadata.labels", message: "do not match spec.selector")
                )
            }
            if let old, old.spec["selector"] != object.spec["selector"] {
                problems.append(Problem(path: "spec.selector", message: "cannot be changed"))
            }
            return problems
        }
    )

    private static let pod = AdmissionRule(
        .pod,
        fill: { object in
            var spec = object.spec
            spec.setDefault("restartPolicy", "Always")
            spec.setDefault("terminationGracePeriodSeconds", 30)
            object.spec = spec
        },
        check: { object, old in
            var problems = Self.problems(ofPodSpec: object.spec, at: "spec")
            if let old, old.spec != object.spec {
                problems.append(
                    Problem(path: "spec", message: "cannot be changed once the pod is there; replace the pod")
                )
            }
            return problems
        }
    )

    /// Text that was written for people is stored as the bytes that it stands for.
    private static let secret = AdmissionRule(
        .secret,
        fill: { object in
            object.json["type"] = object.json["type"] ?? "Opaque"
            guard let texts = object.json["stringData"]?.objectValue else { return }
            var data = object.json["data"]?.objectValue ?? JSONObject()
            var rest = JSONObject()
            for (key, value) in texts {
                guard let text = value.stringValue else {
                    rest[key] = value
                    continue
                }
                data[key] = .string(Data(text.utf8).base64EncodedString())
            }
            object.json["data"] = .object(data)
            object.json["stringData"] = rest.isEmpty ? nil : .object(rest)
        },
        check: { object, _ in
            var problems: [Problem] = []
            for (key, _) in object.json["stringData"]?.objectValue ?? [:] {
                problems.append(Problem(path: "stringData.\(key)", message: "must be text"))
            }
            for (key, value) in object.json["data"]?.objectValue ?? [:] {
                guard value.stringValue.flatMap({ Data(base64Encoded: $0) }) == nil else { continue }
                // What was meant to be secret must not turn up in a message.
                problems.append(
                    Problem(path: "data.\(key)", message: "is not base64; plain text belongs under stringData")
                )
            }
            return problems
        }
    )

    /// Two that write one replica count would undo each other's work for ever.
    private static let oneScalerPerTarget = AdmissionRule(
        .scaledObject,
        checkAmong: { object, others in
            let target = Self.target(of: object)
            return others.filter { !$0.isDeleting && Self.target(of: $0) == target }.map(\.name).sorted().map { name in
                Problem(
                    path: "spec.scaleTargetRef.name",
                    message: "'\(target)' is scaled by the ScaledObject \(name) already; put all triggers into one"
                )
            }
        }
    )

    /// The Deployment that a ScaledObject scales in the end.
    private static func target(of object: KubernetesObject) -> String {
        let reference = object.spec["scaleTargetRef"]
        let name = reference?["name"]?.stringValue ?? ""
        return reference?["kind"] == "InferenceService" ? "\(name)-predictor" : name
    }

    private static func problems(ofPodSpec spec: JSONValue, at path: String) -> [Problem] {
        guard let containers = spec["containers"]?.arrayValue, !containers.isEmpty else {
            return [Problem(path: "\(path).containers", message: "needs at least one container")]
        }
        var names: Set<String> = []
        var problems: [Problem] = []
        for (position, container) in containers.enumerated() {
            let name = container["name"]?.stringValue ?? ""
            if name.isEmpty || !names.insert(name).inserted {
                problems.append(
                    Problem(
                        path: "\(path).containers[\(position)].name",
                        message: name.isEmpty ? "is required" : "'\(name)' is taken by another container"
                    )
                )
            }
        }
        return problems
    }

    private static func strings(_ value: JSONValue?) -> [String: String] {
        var strings: [String: String] = [:]
        for (key, value) in value?.objectValue ?? [:] { strings[key] = value.stringValue }
        return strings
    }
}

extension JSONValue {
    fileprivate mutating func setDefault(_ key: String, _ value: JSONValue) {
        if self[key] == nil || self[key] == .null { self[key] = value }
    }
}
