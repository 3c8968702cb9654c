import KubernetesClient
import ServingAPI
import Synchronization

/// The pods of each InferenceService, so that looking at one service does not mean walking over the pods of all.
final class PodIndex: Sendable {
    private let pods = Mutex<[ObjectKey: [String: KubernetesObject]]>([:])

    /// - Returns: The service whose pod it is; `nil` for a pod of nobody here.
    func take(_ change: InformerChange) -> ObjectKey? {
        let pod = change.object
        guard let name = pod.labels[LabelName.inferenceService] else { return nil }
        let service = ObjectKey(namespace: pod.namespace, name: name)
        self.pods.withLock { pods in
            if case .removed = change {
                pods[service]?[pod.name] = nil
                if pods[service]?.isEmpty == true { pods[service] = nil }
            } else {
                pods[service, default: [:]][pod.name] = pod
            }
        }
        return service
    }

    /// - Parameter revision: Pods of other revisions of the service are left out.
    func pods(of service: ObjectKey, revision: String) -> [KubernetesObject] {
        let pods = self.pods.withLock { $0[service]?.values }.map(Array.init) ?? []
        return pods.filter { $0.labels[LabelName.revision] == revision }.sorted { $0.name < $1.name }
    }
}
