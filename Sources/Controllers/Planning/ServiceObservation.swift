import KubernetesClient
import ServingAPI
import StructuredData

/// Everything that a plan for one InferenceService is made from, as it was read.
struct ServiceObservation: Sendable {
    /// As it is stored.
    var service: KubernetesObject
    /// Of all namespaces and of the cluster.
    var runtimes: [ServingRuntime] = []
    var deployment: KubernetesObject?
    var revision: KubernetesObject?
    var route: KubernetesObject?
    /// Of the predictor.
    var pods: [KubernetesObject] = []
}

extension ServiceObservation {
    /// Every runtime there is: those that are stored, and the bundled ones but for those that a stored one replaces.
    ///
    /// A stored runtime that cannot be read is left out: a service that names it is told that it is not there.
    static func runtimes(stored: [KubernetesObject]) -> [ServingRuntime] {
        let stored = stored.compactMap { try? ServingRuntime(json: $0.json) }
        let replaced = Set(stored.filter(\.isClusterScoped).map(\.name))
        return stored + BundledRuntimes.all.filter { !replaced.contains($0.name) }
    }
}

/// What is to be done about one InferenceService; nothing is left to decide.
struct ServicePlan: Sendable {
    /// Objects that are to be as they are here.
    var children: [ChildPlan] = []
    /// Objects that are not to be.
    var removals: [ChildPlan.Identity] = []
    /// What the service's status should say.
    var status: InferenceServiceStatus
    /// What people should hear of, once the rest is done.
    var news: [ServiceNews] = []
    /// When to look again although nothing happened; `nil` when only an event can change anything.
    var recheckAfterSeconds: Double?
}

/// One object that belongs to an InferenceService.
struct ChildPlan: Sendable, Equatable {
    struct Identity: Hashable, Sendable {
        let type: ResourceType
        let key: ObjectKey
    }

    let type: ResourceType
    var object: KubernetesObject
    /// Of a Deployment: the part of its pod template that the service's author decides about. While a stored template
    /// has it, that template stays.
    var authoredTemplate: JSONValue?

    init(type: ResourceType, object: KubernetesObject, authoredTemplate: JSONValue? = nil) {
        self.type = type
        self.object = object
        self.authoredTemplate = authoredTemplate
    }

    var identity: Identity { Identity(type: self.type, key: self.object.key) }
}

/// A turn of events, for the activity feed and for the service's Kubernetes events.
struct ServiceNews: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case created, changed, rejected, ready, notReady
    }

    let kind: Kind
    /// One English sentence.
    let message: String
}
