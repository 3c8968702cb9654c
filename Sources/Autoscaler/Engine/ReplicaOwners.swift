import KubernetesClient

/// Which pod belongs to which Deployment, by the Deployments' selectors.
///
/// Each selector is found by one of its labels, so a pod is compared with the few Deployments that ask for a label that
/// it has, not with all of them.
struct ReplicaOwners: Sendable {
    private struct LabelEntry: Hashable, Sendable {
        let namespace: String
        let key: String
        let value: String
    }

    /// A pod that no Deployment asks for, or none that was told of yet.
    private struct Stray: Sendable {
        let labels: [String: String]
        var replica: ReplicaSnapshot
    }

    private var selectors: [ObjectKey: LabelSelector] = [:]
    private var targets: [LabelEntry: [ObjectKey]] = [:]
    private var owners: [ObjectKey: ObjectKey] = [:]
    private var strays: [String: [ObjectKey: Stray]] = [:]

    /// The Deployment of a pod that was told of before.
    func owner(of pod: ObjectKey) -> ObjectKey? { self.owners[pod] }

    /// By which labels a Deployment finds its pods.
    func selector(of target: ObjectKey) -> LabelSelector? { self.selectors[target] }

    /// A pod's snapshot while nobody owns it.
    func stray(_ pod: ObjectKey) -> ReplicaSnapshot? { self.strays[pod.namespace]?[pod]?.replica }

    /// Takes in a pod.
    ///
    /// - Returns: Whose it is, `nil` for nobody's: it is kept until a Deployment asks for it.
    mutating func place(_ pod: ObjectKey, labels: [String: String], _ replica: ReplicaSnapshot) -> ObjectKey? {
        if let owner = self.owners[pod] { return owner }
        guard let owner = self.match(pod.namespace, labels) else {
            self.strays[pod.namespace, default: [:]][pod] = Stray(labels: labels, replica: replica)
            return nil
        }
        self.strays[pod.namespace]?[pod] = nil
        self.owners[pod] = owner
        return owner
    }

    /// - Returns: Whose it was.
    mutating func remove(_ pod: ObjectKey) -> ObjectKey? {
        self.strays[pod.namespace]?[pod] = nil
        return self.owners.removeValue(forKey: pod)
    }

    /// A Deployment selects its pods by these labels; `nil` when it is gone, and its pods are nobody's then.
    ///
    /// - Returns: The pods that it owns from now on and that were nobody's before.
    mutating func setSelector(_ labels: [String: String]?, of target: ObjectKey) -> [ReplicaSnapshot] {
        let selector = labels.flatMap { $0.isEmpty ? nil : LabelSelector($0) }
        guard self.selectors[target] != selector else { return [] }
        if let old = self.selectors[target], let entry = Self.entry(old, target.namespace) {
            self.targets[entry]?.removeAll { $0 == target }
            if self.targets[entry]?.isEmpty == true { self.targets[entry] = nil }
        }
        self.selectors[target] = selector
        guard let selector, let entry = Self.entry(selector, target.namespace) else { return [] }
        self.targets[entry, default: []].append(target)
        let found = (self.strays[target.namespace] ?? [:]).filter { selector.matches($0.value.labels) }
        for pod in found.keys {
            self.strays[target.namespace]?[pod] = nil
            self.owners[pod] = target
        }
        return found.values.map(\.replica).sorted { $0.name < $1.name }
    }

    private func match(_ namespace: String, _ labels: [String: String]) -> ObjectKey? {
        for (key, value) in labels {
            let entry = LabelEntry(namespace: namespace, key: key, value: value)
            for target in self.targets[entry] ?? [] where self.selectors[target]?.matches(labels) == true {
                return target
            }
        }
        return nil
    }

    private static func entry(_ selector: LabelSelector, _ namespace: String) -> LabelEntry? {
        selector.matchLabels.min { $0.key < $1.key }.map {
            LabelEntry(namespace: namespace, key: $0.key, value: $0.value)
        }
    }
}
