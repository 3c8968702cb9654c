public import KubernetesClient
import Synchronization

extension EmbeddedAPI {
    public func watch(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector,
        from resourceVersion: String
    ) async throws(KubernetesError) -> AsyncThrowingStream<WatchEvent, any Error> {
        let (stream, continuation) = Watcher.Stream.makeStream(
            bufferingPolicy: .bufferingOldest(self.settings.watchCapacity)
        )
        let resource = type.description
        let watcher = Watcher(
            resource: resource,
            namespace: namespace,
            selector: selector,
            continuation: continuation
        )
        let isFromNow = resourceVersion.isEmpty || resourceVersion == "0"
        let (isOpen, behind) = self.state.withLock { state -> (Bool, [Watcher]) in
            let isOpen =
                isFromNow
                ? state.openFromNow(watcher)
                : Int64(resourceVersion).map { state.open(watcher, after: $0) } ?? false
            return (isOpen, state.takeFallenBehind())
        }
        self.finish(behind)
        guard isOpen else {
            throw KubernetesError(
                .expired,
                subject: resource,
                message: "changes since version \(resourceVersion) are not known; list again"
            )
        }
        return stream
    }
}
