/// One difference between an informer's cache before and after it heard from the API.
public enum InformerChange: Sendable, Equatable {
    case added(KubernetesObject)
    /// On a resync `old` and `new` are equal: nothing happened, look again.
    case updated(old: KubernetesObject, new: KubernetesObject)
    /// With the last state that was seen.
    case removed(KubernetesObject)

    /// The object as it is now, or as it was last.
    public var object: KubernetesObject {
        switch self {
        case .added(let object), .updated(_, let object), .removed(let object): object
        }
    }
}
