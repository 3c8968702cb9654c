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
    /// What drives the predictor besides requests.
    var scaledObject: KubernetesObject?
    /// Of the service's namespace.
    var authentications: [KubernetesObject] = []
    /// Of the predictor.
    var pods: [KubernetesObject] = []
}

extension ServiceObservation {
    /// The ScaledObject that stands for the service's own queue and metrics; one that a user wrote is none of ours.
    var ownedScaledObject: KubernetesObject? {
        guard let scaledObject, scaledObject.ownerReferences.contains(where: { $0.uid == self.service.uid }) else {
            return nil
        }
        return scaledObject
    }

    /// Every runtime there is: those that are stored, and the bundled ones but for those that a stored one replaces.
    ///
    /// A stored runtime that cannot be read is left out: a service that names it is told that it is not there.
    static func runtimes(stored: [KubernetesObject]) -> [ServingRuntime] {
        let stored = stored.compactMap { try? ServingRuntime(json: $0.json) }
        let replaced = Set(stored.filter(\.isClusterScoped).map(\.name))
        return stored + BundledRuntimes.all.filter { !replaced.contains($0.name) }
    }
}
