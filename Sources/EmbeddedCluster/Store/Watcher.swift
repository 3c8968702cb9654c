import KubernetesClient
import Synchronization

/// One open watch: what it wants to see, and the stream that its reader takes events from.
///
/// The stream's buffer is bounded. A reader that falls so far behind that it overflows gets what is in the buffer and
/// then the end with `expired`, as from a server that has forgotten its place; writers never wait for it.
final class Watcher: Sendable {
    typealias Stream = AsyncThrowingStream<WatchEvent, any Error>

    let resource: String
    let namespace: String?
    let selector: LabelSelector
    private let continuation: Stream.Continuation
    private let hasReader = Atomic(true)

    init(resource: String, namespace: String?, selector: LabelSelector, continuation: Stream.Continuation) {
        self.resource = resource
        self.namespace = namespace
        self.selector = selector
        self.continuation = continuation
        // Nothing but a flag: whoever cancels the reader's task holds the task's lock here, and whoever holds the
        // store's lock waits for that one to hand the reader an event.
        continuation.onTermination = { [weak self] _ in self?.hasReader.store(false, ordering: .relaxed) }
    }

    /// Whether somebody still reads; a watch without is let go at the next opportunity.
    var isRead: Bool { self.hasReader.load(ordering: .relaxed) }

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
