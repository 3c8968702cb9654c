import Synchronization

/// The last activities of the platform, and a live stream of what follows.
///
/// Publishing never waits: the feed forgets its oldest activity when full, and a reader who does not keep up loses the
/// oldest of what waits for it and is told how many.
public final class ActivityFeed: Sendable {
    private struct State {
        var recent: [Activity] = []
        /// Where the oldest activity lies once the ring is full.
        var oldest = 0
        var published: UInt64 = 0
        var subscribers: [WeakSubscriber] = []

        func inOrder() -> [Activity] { Array(self.recent[self.oldest...] + self.recent[..<self.oldest]) }
    }

    /// Only the stream holds its subscriber, so a stream that is let go unsubscribes itself.
    private struct WeakSubscriber {
        weak var subscriber: ActivitySubscriber?
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: Activities remembered, and activities that may wait for one reader.
    public init(capacity: Int = 256) {
        precondition(capacity > 0, "capacity: \(capacity)")
        self.capacity = capacity
    }

    public func publish(
        _ kind: Activity.Kind,
        subject: String,
        message: String,
        fields: [String: String] = [:]
    ) {
        self.publish(kind, subject: subject, message: message, fields: fields, time: .now())
    }

    func publish(
        _ kind: Activity.Kind,
        subject: String,
        message: String,
        fields: [String: String],
        time: WallTime
    ) {
        self.state.withLock { state in
            state.published += 1
            let activity = Activity(
                kind: kind,
                subject: subject,
                message: message,
                time: time,
                fields: fields,
                sequence: state.published
            )
            if state.recent.count < self.capacity {
                state.recent.append(activity)
            } else {
                state.recent[state.oldest] = activity
                state.oldest = (state.oldest + 1) % self.capacity
            }
            // Under the lock, so that every reader sees one order.
            for weak in state.subscribers { weak.subscriber?.offer(activity) }
        }
    }

    /// The newest activities, oldest first.
    ///
    /// - Parameter limit: At most so many.
    public func recent(_ limit: Int = .max) -> [Activity] {
        Array(self.state.withLock { $0.inOrder() }.suffix(max(0, limit)))
    }

    /// What happens from now on, until the consuming task is cancelled.
    ///
    /// Each stream has one reader.
    ///
    /// - Parameter replaying: So many of the newest activities come first; nothing is lost or doubled between them and
    ///   what follows.
    public func stream(replaying: Int = 0) -> AsyncStream<Activity> {
        let subscriber = ActivitySubscriber(capacity: self.capacity)
        self.state.withLock { state in
            for activity in state.inOrder().suffix(max(0, replaying)) { subscriber.offer(activity) }
            state.subscribers.removeAll { $0.subscriber == nil }
            state.subscribers.append(WeakSubscriber(subscriber: subscriber))
        }
        return AsyncStream {
            await subscriber.next()
        } onCancel: {
            subscriber.finish()
        }
    }

    /// Streams that are still being read.
    var subscriberCount: Int {
        self.state.withLock { $0.subscribers.count { $0.subscriber != nil } }
    }
}
