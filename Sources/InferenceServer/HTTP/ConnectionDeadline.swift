import NIOCore

/// One timer for everything that a connection may take too long over.
///
/// Moving the deadline costs nothing: the timer that is already set looks, when it fires, whether there is still time,
/// and only a deadline before it makes a new one.
struct ConnectionDeadline {
    private var deadline = NIODeadline.distantFuture
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?

    /// - Parameter expired: Called on the event loop; it asks `isOver` and, when it is not, calls `resume`.
    mutating func set(_ deadline: NIODeadline, on loop: any EventLoop, expired: @escaping @Sendable () -> Void) {
        self.deadline = deadline
        if let timer, timer.at <= deadline { return }
        self.timer?.task.cancel()
        self.timer = (deadline, loop.scheduleTask(deadline: deadline, expired))
    }

    /// Nothing is too late any more.
    mutating func clear() { self.deadline = .distantFuture }

    /// Whether the deadline that stands now has passed, asked by the timer.
    func isOver(now: NIODeadline) -> Bool { now >= self.deadline }

    /// Sets the timer again after it fired too early.
    mutating func resume(on loop: any EventLoop, expired: @escaping @Sendable () -> Void) {
        self.timer = nil
        guard self.deadline != .distantFuture else { return }
        self.set(self.deadline, on: loop, expired: expired)
    }

    mutating func cancel() {
        self.timer?.task.cancel()
        self.timer = nil
    }
}
