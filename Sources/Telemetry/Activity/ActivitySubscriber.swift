import Synchronization

/// What waits for one reader of a feed.
final class ActivitySubscriber: Sendable {
    private struct State {
        var waiting: [Activity] = []
        var missed = 0
        var isFinished = false
        var reader: CheckedContinuation<Activity?, Never>?
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) {
        self.capacity = capacity
    }

    func offer(_ activity: Activity) {
        let reader = self.state.withLock { state -> CheckedContinuation<Activity?, Never>? in
            guard !state.isFinished else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            if state.waiting.count == self.capacity {
                state.waiting.removeFirst()
                state.missed += 1
            }
            state.waiting.append(activity)
            return nil
        }
        reader?.resume(returning: activity)
    }

    /// The next activity, or `nil` once the reader was cancelled.
    func next() async -> Activity? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = self.state.withLock { state -> Activity?? in
                    if state.isFinished { return .some(nil) }
                    if let next = Self.takeNext(&state) { return next }
                    state.reader = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            self.finish()
        }
    }

    func finish() {
        let reader = self.state.withLock { state -> CheckedContinuation<Activity?, Never>? in
            state.isFinished = true
            state.waiting = []
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// The loss comes first: it lies before the oldest activity that is left.
    private static func takeNext(_ state: inout State) -> Activity? {
        guard let first = state.waiting.first else { return nil }
        guard state.missed > 0 else { return state.waiting.removeFirst() }
        let missed = state.missed
        state.missed = 0
        return Activity(
            kind: .activitiesMissed,
            subject: "",
            message: "This reader was too slow and missed \(missed) \(missed == 1 ? "activity" : "activities").",
            time: first.time,
            fields: ["count": "\(missed)"]
        )
    }
}
