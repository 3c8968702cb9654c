import KubernetesClient
import StructuredData
import Testing

/// One claim about the Kubernetes API that holds for every implementation of `KubernetesAPI`.
///
/// A case works in a namespace of its own, which is empty and there when it begins, so that the same cases run against
/// the embedded API and against an API server.
struct ContractCase: Sendable, CustomTestStringConvertible {
    let claim: String
    let check: @Sendable (Contract) async throws -> Void

    init(_ claim: String, check: @escaping @Sendable (Contract) async throws -> Void) {
        self.claim = claim
        self.check = check
    }

    var testDescription: String { self.claim }

    static let all = Self.writing + Self.preconditions + Self.deletion + Self.watching

    /// Checks one implementation.
    func run(against api: any KubernetesAPI, namespace: String) async throws {
        try await self.check(Contract(api: api, namespace: namespace))
    }
}

/// The API under test and the namespace that belongs to the case.
struct Contract: Sendable {
    let api: any KubernetesAPI
    let namespace: String

    func key(_ name: String) -> ObjectKey { ObjectKey(namespace: self.namespace, name: name) }

    func settings(_ name: String, labels: [String: String] = [:], value: String = "1") -> KubernetesObject {
        var object = KubernetesObject(.configMap, self.key(name))
        object.labels = labels
        object.json["data"] = ["value": .string(value)]
        return object
    }

    func create(_ object: KubernetesObject) async throws -> KubernetesObject {
        try await self.api.create(.configMap, object)
    }

    func deployment(_ name: String, replicas: Int = 0) -> KubernetesObject {
        var object = KubernetesObject(.deployment, self.key(name))
        object.spec = [
            "replicas": JSONValue(replicas),
            "selector": ["matchLabels": ["app": .string(name)]],
            "template": [
                "metadata": ["labels": ["app": .string(name)]],
                "spec": ["containers": [["name": "main", "image": "example.org/none"]]],
            ],
        ]
        return object
    }

    /// The code of the error that `call` ends with, or `nil` when it succeeds.
    func code(_ call: () async throws -> Void) async -> KubernetesError.Code? {
        do {
            try await call()
            return nil
        } catch {
            return (error as? KubernetesError)?.code
        }
    }

    /// Lists config maps, watches from there while `body` runs, and returns what was seen until an object called
    /// `end` came.
    func events(
        _ type: ResourceType = .configMap,
        selector: LabelSelector = .everything,
        during body: () async throws -> Void
    ) async throws -> [String] {
        let list = try await self.api.list(type, namespace: self.namespace, selector: selector)
        let stream = try await self.api.watch(
            type,
            namespace: self.namespace,
            selector: selector,
            from: list.resourceVersion
        )
        try await body()
        var seen: [String] = []
        for try await event in stream {
            if event.object.name == "end" { break }
            switch event {
            case .added(let object): seen.append("added \(object.name)")
            case .modified(let object): seen.append("modified \(object.name)")
            case .deleted(let object): seen.append("deleted \(object.name)")
            }
        }
        return seen
    }
}
