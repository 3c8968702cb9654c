import KubernetesClient
import StructuredData

/// An API that never answers.
struct SilentAPI: KubernetesAPI {
    private func silence() async throws(KubernetesError) -> Never {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        throw KubernetesError(.unreachable, subject: "everything", message: "cancelled")
    }

    func get(_ type: ResourceType, _ key: ObjectKey) async throws(KubernetesError) -> KubernetesObject {
        try await self.silence()
    }

    func list(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector
    ) async throws(KubernetesError) -> KubernetesList {
        try await self.silence()
    }

    func create(_ type: ResourceType, _ object: KubernetesObject) async throws(KubernetesError) -> KubernetesObject {
        try await self.silence()
    }

    func update(
        _ type: ResourceType,
        _ object: KubernetesObject,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject {
        try await self.silence()
    }

    func patch(
        _ type: ResourceType,
        _ key: ObjectKey,
        merge patch: JSONValue,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject {
        try await self.silence()
    }

    func delete(_ type: ResourceType, _ key: ObjectKey, uid: String?) async throws(KubernetesError) {
        try await self.silence()
    }

    func scale(_ type: ResourceType, _ key: ObjectKey, replicas: Int) async throws(KubernetesError) {
        try await self.silence()
    }

    func watch(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector,
        from resourceVersion: String
    ) async throws(KubernetesError) -> AsyncThrowingStream<WatchEvent, any Error> {
        try await self.silence()
    }
}
