public import StructuredData

/// The Kubernetes API as the roles see it: a real API server, or the embedded one.
///
/// Semantics are those of Kubernetes: a write that carries a `resourceVersion` fails with `conflict` when the stored
/// object has moved on; `spec` and `status` are written apart; deletion is a timestamp until finalizers are gone.
public protocol KubernetesAPI: Sendable {
    func get(_ type: ResourceType, _ key: ObjectKey) async throws(KubernetesError) -> KubernetesObject

    /// - Parameter namespace: `nil` for all namespaces.
    func list(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector
    ) async throws(KubernetesError) -> KubernetesList

    /// Stores a new object. `metadata.generateName` is honoured when there is no name.
    func create(_ type: ResourceType, _ object: KubernetesObject) async throws(KubernetesError) -> KubernetesObject

    /// Replaces everything but `status` (or, for `.status`, nothing but `status`).
    func update(
        _ type: ResourceType,
        _ object: KubernetesObject,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject

    /// Applies an RFC 7396 merge patch. A `metadata.resourceVersion` in the patch is a precondition.
    func patch(
        _ type: ResourceType,
        _ key: ObjectKey,
        merge patch: JSONValue,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject

    /// Marks the object for deletion; it is gone once no finalizer and, for a pod, no process is left.
    ///
    /// - Parameter uid: Refuses with `conflict` when the object bearing the name is another one.
    func delete(_ type: ResourceType, _ key: ObjectKey, uid: String?) async throws(KubernetesError)

    /// Sets `spec.replicas` through the `scale` subresource.
    func scale(_ type: ResourceType, _ key: ObjectKey, replicas: Int) async throws(KubernetesError)

    /// Streams every change after `resourceVersion`, in order.
    ///
    /// The stream ends with `KubernetesError.expired` when the version is too old to continue from: list again.
    func watch(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector,
        from resourceVersion: String
    ) async throws(KubernetesError) -> AsyncThrowingStream<WatchEvent, any Error>
}

/// A part of an object with an address of its own.
public enum Subresource: String, Sendable {
    case status, scale
}

/// A consistent snapshot of many objects.
public struct KubernetesList: Sendable, Equatable {
    public let items: [KubernetesObject]
    /// Where a watch continues from.
    public let resourceVersion: String

    public init(items: [KubernetesObject], resourceVersion: String) {
        self.items = items
        self.resourceVersion = resourceVersion
    }
}

/// One change of one object.
public enum WatchEvent: Sendable, Equatable {
    case added(KubernetesObject)
    case modified(KubernetesObject)
    /// With the object's last state.
    case deleted(KubernetesObject)

    public var object: KubernetesObject {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object
        }
    }
}

/// Labels that an object must carry; empty selects everything.
public struct LabelSelector: Sendable, Equatable {
    public let matchLabels: [String: String]

    public static let everything = LabelSelector([:])

    public init(_ matchLabels: [String: String]) {
        self.matchLabels = matchLabels
    }

    public func matches(_ labels: [String: String]) -> Bool {
        self.matchLabels.allSatisfy { labels[$0.key] == $0.value }
    }

    /// `a=b,c=d`, keys in order, as the API takes it.
    public var queryValue: String {
        self.matchLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
