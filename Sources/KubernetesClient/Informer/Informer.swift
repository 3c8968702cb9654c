public import Logging
import StructuredData
import Synchronization

/// Keeps a local copy of one kind of object and tells one consumer, in order, how it changes.
///
/// It lists, then watches from there; whatever breaks the watch leads to a new list whose differences are handed out
/// as changes, so a consumer that only acts on changes never misses one. Reads of the cache never suspend. The cache
/// already holds a change when the consumer is told of it.
///
/// ```swift
/// let informer = Informer(api: api, type: .revision)
/// await informer.run { changes in
///     for change in changes { table.apply(change) }
/// }
/// ```
public final class Informer: Sendable {
    private struct State {
        var cache = InformerCache()
        var isSynced = false
        var isRunning = false
        var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]
        var nextWaiter = 0
    }

    public let type: ResourceType
    private let api: any KubernetesAPI
    private let namespace: String?
    private let selector: LabelSelector
    private let settings: InformerSettings
    private let log: Logger?
    private let state = Mutex(State())

    /// - Parameter namespace: `nil` for all namespaces.
    public init(
        api: any KubernetesAPI,
        type: ResourceType,
        namespace: String? = nil,
        selector: LabelSelector = .everything,
        settings: InformerSettings = InformerSettings(),
        log: Logger? = nil
    ) {
        self.api = api
        self.type = type
        self.namespace = namespace
        self.selector = selector
        self.settings = settings
        self.log = log
    }

    // MARK: The cache

    /// The object as last heard of, or `nil` when there is none (or nothing was heard yet: see `isSynced`).
    public func object(_ key: ObjectKey) -> KubernetesObject? {
        self.state.withLock { $0.cache.objects[key] }
    }

    /// Every object as last heard of, in no order.
    public var objects: [KubernetesObject] {
        self.state.withLock { Array($0.cache.objects.values) }
    }

    /// Whether the consumer has been given a whole list since the start.
    public var isSynced: Bool { self.state.withLock { $0.isSynced } }

    /// Returns `true` once the consumer has been given the first whole list, `false` when the task was cancelled before.
    public func waitUntilSynced() async -> Bool {
        let ticket = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = self.state.withLock { state -> Bool? in
                    if state.isSynced { return true }
                    if Task.isCancelled { return false }
                    state.waiters[ticket] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: ticket) }
            waiter?.resume(returning: false)
        }
    }

    // MARK: Running

    /// Lists, watches and hands out changes until the task is cancelled.
    ///
    /// The first call of `onChange` carries the first list, empty or not; afterwards each call carries what one event
    /// or one new list changed, at least one change. Calls never overlap, and the next event waits for the call to
    /// return: an informer whose consumer is too slow for the API is made to list again.
    public func run(onChange: @escaping @Sendable ([InformerChange]) async -> Void) async {
        self.state.withLock { state in
            precondition(!state.isRunning, "an informer runs once at a time: \(self.type)")
            state.isRunning = true
        }
        defer { self.state.withLock { $0.isRunning = false } }
        var failures = 0
        while !Task.isCancelled {
            let interruption = await self.listAndWatch(onChange)
            guard !Task.isCancelled else { return }
            if interruption.madeProgress { failures = 0 }
            guard let error = interruption.error else { continue }
            failures += 1
            if interruption.isExpiry, failures == 1 { continue }
            let pause = self.settings.backoff(afterFailures: failures)
            self.log?.warning(
                "cannot follow the API, listing again after a pause",
                metadata: ["resource": "\(self.type)", "error": "\(error)", "pause": "\(pause)"]
            )
            try? await Task.sleep(for: pause)
        }
    }

    private func listAndWatch(
        _ onChange: @escaping @Sendable ([InformerChange]) async -> Void
    ) async -> InformerInterruption {
        let list: KubernetesList
        do {
            list = try await self.api.list(self.type, namespace: self.namespace, selector: self.selector)
        } catch {
            return InformerInterruption(error: error, madeProgress: false)
        }
        await self.takeOver(list, onChange)
        guard let interval = self.settings.resyncInterval else {
            return await self.follow(from: list.resourceVersion) { event in
                await self.takeOver(event, onChange)
                return true
            }
        }
        return await self.follow(from: list.resourceVersion, for: interval, onChange)
    }

    private func takeOver(_ list: KubernetesList, _ onChange: ([InformerChange]) async -> Void) async {
        let (changes, isFirst) = self.state.withLock { state in
            let isResync = state.isSynced && self.settings.resyncInterval != nil
            return (state.cache.replace(with: list.items, isResync: isResync), !state.isSynced)
        }
        if isFirst || !changes.isEmpty { await onChange(changes) }
        guard isFirst else { return }
        let waiters = self.state.withLock { state in
            state.isSynced = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    private func takeOver(_ event: WatchEvent, _ onChange: ([InformerChange]) async -> Void) async {
        let changes = self.state.withLock { $0.cache.apply(event) }
        if !changes.isEmpty { await onChange(changes) }
    }

    /// Hears events until the watch breaks or `onEvent` returns `false`.
    ///
    /// A server may end a watch at any time; the next begins where it ended.
    private func follow(
        from version: String,
        onEvent: @Sendable (WatchEvent) async -> Bool
    ) async -> InformerInterruption {
        var version = version
        var progress = false
        while !Task.isCancelled {
            var heard = false
            do {
                let events = try await self.api.watch(
                    self.type,
                    namespace: self.namespace,
                    selector: self.selector,
                    from: version
                )
                for try await event in events {
                    heard = true
                    progress = true
                    version = event.object.resourceVersion ?? version
                    guard await onEvent(event) else { return InformerInterruption(error: nil, madeProgress: true) }
                }
            } catch {
                return InformerInterruption(error: error, madeProgress: progress)
            }
            // A server that ends every watch at once must not be asked in a tight loop.
            if !heard { try? await Task.sleep(for: self.settings.initialBackoff) }
        }
        return InformerInterruption(error: nil, madeProgress: progress)
    }

    /// As above, but at most for `interval`.
    ///
    /// The watch runs in a task of its own so that the end of the interval never cancels the consumer at work.
    private func follow(
        from version: String,
        for interval: Duration,
        _ onChange: ([InformerChange]) async -> Void
    ) async -> InformerInterruption {
        enum Input: Sendable {
            case event(WatchEvent)
            case end(InformerInterruption)
        }
        let (inputs, feed) = AsyncStream.makeStream(of: Input.self, bufferingPolicy: .bufferingOldest(1024))
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let end = await self.follow(from: version) { event in
                    if case .enqueued = feed.yield(.event(event)) { true } else { false }
                }
                feed.yield(.end(end))
                feed.finish()
            }
            group.addTask {
                try? await Task.sleep(for: interval)
                feed.yield(.end(InformerInterruption(error: nil, madeProgress: true)))
                feed.finish()
            }
            defer { group.cancelAll() }
            for await input in inputs {
                switch input {
                case .event(let event): await self.takeOver(event, onChange)
                case .end(let end): return end
                }
            }
            return InformerInterruption(error: nil, madeProgress: true)
        }
    }
}
