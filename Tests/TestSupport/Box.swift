import Glibc
import Synchronization

/// A value that one thread leaves for another.
public final class Box<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    public init() {}

    public var value: Value? {
        get { self.state.withLock { $0 } }
        set { self.state.withLock { $0 = newValue } }
    }
}

/// How many are inside at once, and at most.
public final class Occupancy: Sendable {
    private let state = Mutex<(now: Int, maximum: Int)>((0, 0))

    public init() {}

    public var maximum: Int { self.state.withLock { $0.maximum } }

    public func occupied(_ body: () -> Void) {
        self.state.withLock { state in
            state.now += 1
            state.maximum = max(state.maximum, state.now)
        }
        body()
        self.state.withLock { $0.now -= 1 }
    }
}

/// Says yes a number of times.
public final class Countdown: Sendable {
    private let left: Mutex<Int>

    public init(_ count: Int) {
        self.left = Mutex(count)
    }

    public func take() -> Bool {
        self.left.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}

/// What a model would take: long enough for requests to meet.
public func usleepBriefly() {
    usleep(500)
}
