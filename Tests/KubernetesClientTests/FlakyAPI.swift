import EmbeddedCluster
import KubernetesClient
import StructuredData
import Synchronization

/// A real API behind a bad line: calls fail when told to, watches end early or are cut.
final class FlakyAPI: KubernetesAPI {
    enum Call: Sendable {
        case list, watch
    }

    /// Calls that are going to fail, each once.
    let failures = Mutex<[Call]>([])
    /// After so many events a watch ends as if the server had ended it; `nil` for never.
    let eventsPerWatch = Mutex<Int?>(nil)
    let lists = Mutex(0)
    private let isDown = Mutex(false)
    private let api: EmbeddedAPI
    private let cuts = Mutex<[AsyncThrowingStream<WatchEvent, any Error>.Continuation]>([])

    init(_ api: EmbeddedAPI) {
        self.api = api
    }

    /// Cuts every watch and answers nothing while `body` runs.
    func hidden(_ body: () async throws -> Void) async throws {
        self.isDown.withLock { $0 = true }
        let watches = self.cuts.withLock { cuts in
            defer { cuts = [] }
            return cuts
        }
        for watch in watches { watch.finish(throwing: Self.error("the connection was cut")) }
        try await body()
        self.isDown.withLock { $0 = false }
    }

    private static func error(_ message: String) -> KubernetesError {
        KubernetesError(.unreachable, subject: "the API", message: message)
    }

    private func failIfTold(_ call: Call) throws(KubernetesError) {
        if self.isDown.withLock({ $0 }) { throw Self.error("nobody answers") }
        let fails = self.failures.withLock { failures in
            guard let index = failures.firstIndex(of: call) else { return false }
            failures.remove(at: index)
            return true
        }
        if fails { throw Self.error("told to fail") }
    }

    func list(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector
    ) async throws(KubernetesError) -> KubernetesList {
        try self.failIfTold(.list)
        self.lists.withLock { $0 += 1 }
        return try await self.api.list(type, namespace: namespace, selector: selector)
    }

    func watch(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector,
        from resourceVersion: String
    ) async throws(KubernetesError) -> AsyncThrowingStream<WatchEvent, any Error> {
        try self.failIfTold(.watch)
        let inner = try await self.api.watch(type, namespace: namespace, selector: selector, from: resourceVersion)
        let (stream, feed) = AsyncThrowingStream.makeStream(of: WatchEvent.self, throwing: (any Error).self)
        self.cuts.withLock { $0.append(feed) }
        let limit = self.eventsPerWatch.withLock { $0 }
        let carrier = Task {
            var count = 0
            for try await event in inner {
                feed.yield(event)
                count += 1
                if count == limit { break }
            }
            feed.finish()
        }
        feed.onTermination = { _ in carrier.cancel() }
        return stream
    }

    func get(_ type: ResourceType, _ key: ObjectKey) async throws(KubernetesError) -> KubernetesObject {
        try await self.api.get(type, key)
    }

    func create(
        _ type: ResourceType,
        _ object: KubernetesObject
    ) async throws(KubernetesError) -> KubernetesObject {
        try await self.api.create(type, object)
    }

    func update(
        _ type: ResourceType,
        _ object: KubernetesObject,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject {
        try await self.api.update(type, object, subresource: subresource)
    }

    func patch(
        _ type: ResourceType,
        _ key: ObjectKey,
        merge patch: JSONValue,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject {
        try await self.api.patch(type, key, merge: patch, subresource: subresource)
    }

    func delete(_ type: ResourceType, _ key: ObjectKey, uid: String?) async throws(KubernetesError) {
        try await self.api.delete(type, key, uid: uid)
    }

    func scale(_ type: ResourceType, _ key: ObjectKey, replicas: Int) async throws(KubernetesError) {
        try await self.api.scale(type, key, replicas: replicas)
    }
}
