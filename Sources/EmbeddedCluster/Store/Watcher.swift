import KubernetesClient

/// One open watch: what it wants to see, and the stream that its reader takes events from.
///
/// The stream's buffer is bounded. A reader that falls so far behind that it overflows gets what is in the buffer and
/// then the end with `expired`, as from a server that has forgotten its place; writers never wait for it.
struct Watcher: Sendable {
    typealias Stream = AsyncThrowingStream<WatchEvent, any Error>

    let resource: String
    let namespace: String?
    let selector: LabelSelector
    let continuation: Stream.Continuation

    enum Delivery: Sendable, Equatable {
        case keptUp, fellBehind, gone
    }

    func deliver(_ change: StoreChange) -> Delivery {
        guard change.stored.id.resource == self.resource,
            let event = change.event(in: self.namespace, selector: self.selector)
        else { return .keptUp }
        return self.deliver(event)
    }

    func deliver(_ event: WatchEvent) -> Delivery {
        switch self.continuation.yield(event) {
        case .enqueued: .keptUp
        case .dropped: .fellBehind
        case .terminated: .gone
        @unknown default: .gone
        }
    }

    func finishBehind() {
        self.continuation.finish(
            throwing: KubernetesError(
                .expired,
                subject: self.resource,
                message: "the watch fell too far behind; list again"
            )
        )
    }
}
