import KubernetesClient
import StructuredData

/// An object in the store, with what the store itself looks at read out once.
struct StoredObject: Sendable {
    /// Kind and name: unique in the store.
    struct ID: Hashable, Sendable {
        /// The resource as `deployments.apps`.
        let resource: String
        let key: ObjectKey
    }

    let id: ID
    let object: KubernetesObject
    let uid: String
    let labels: [String: String]
    let ownerUIDs: [String]

    init(id: ID, object: KubernetesObject) {
        self.id = id
        self.object = object
        self.uid = object.uid
        self.labels = object.labels
        self.ownerUIDs = object.ownerReferences.map(\.uid)
    }
}
