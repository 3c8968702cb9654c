import Glibc
import Synchronization

/// A value that one thread leaves for another.
final class Box<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    var value: Value? {
        get { self.state.withLock { $0 } }
        set { self.state.withLock { $0 = newValue } }
    }
}

/// How many are inside at once, and at most.
final class Occupancy: Sendable {
    private let state = Mutex<(now: Int, maximum: Int)>((0, 0))

    var maximum: Int { self.state.withLock { $0.maximum } }

    func occupied(_ body: () -> Void) {
        self.state.withLock { state in
            state.now += 1
            state.maximum = max(state.maximum, state.now)
        }
        body()
        self.state.withLock { $0.now -= 1 }
    }
}

/// Says yes a number of times.
final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        self.left = Mutex(count)
    }

    func take() -> Bool {
        self.left.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}

/// What a model would take: long enough for requests to meet.
func usleepBriefly() {
    usleep(500)
}
