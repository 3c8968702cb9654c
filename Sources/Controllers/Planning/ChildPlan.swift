import KubernetesClient
import StructuredData

/// One object that belongs to an InferenceService.
struct ChildPlan: Sendable, Equatable {
    struct Identity: Hashable, Sendable {
        let type: ResourceType
        let key: ObjectKey
    }

    let type: ResourceType
    var object: KubernetesObject
    /// Of a Deployment: the part of its pod template that the service's author decides about.
    ///
    /// While a stored template has it, that template stays.
    var authoredTemplate: JSONValue?

    init(type: ResourceType, object: KubernetesObject, authoredTemplate: JSONValue? = nil) {
        self.type = type
        self.object = object
        self.authoredTemplate = authoredTemplate
    }

    var identity: Identity { Identity(type: self.type, key: self.object.key) }
}
