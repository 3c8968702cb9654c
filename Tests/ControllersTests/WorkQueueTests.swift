import Testing
import Timekeeping

@testable import Controllers

@Suite("WorkQueue")
struct WorkQueueTests {
    private var queue = WorkQueue<String>(firstPause: .seconds(1), longestPause: .seconds(5))

    @Test("a key named often is worked on once")
    func oncePerKey() {
        var queue = self.queue
        for key in ["a", "b", "a", "a"] { queue.add(key) }
        #expect(queue.take(now: .zero) == "a")
        #expect(queue.take(now: .zero) == "b")
        #expect(queue.take(now: .zero) == nil)
    }

    @Test("a key that is worked on is not handed out again, but looked at once more when it was named meanwhile")
    func neverSideBySide() {
        var queue = self.queue
        queue.add("a")
        _ = queue.take(now: .zero)
        queue.add("a")
        queue.add("a")
        #expect(queue.take(now: .zero) == nil)
        queue.finished("a", .done, now: .zero)
        #expect(queue.take(now: .zero) == "a")
        queue.finished("a", .done, now: .zero)
        #expect(queue.take(now: .zero) == nil)
        #expect(queue.isEmpty)
    }

    @Test("failures in a row lengthen the pause up to its limit, and success ends it")
    func backOff() {
        var queue = self.queue
        var now = MonotonicInstant.zero
        queue.add("a")
        var pauses: [Double] = []
        for _ in 0..<5 {
            _ = queue.take(now: now)
            queue.finished("a", .failed, now: now)
            #expect(queue.take(now: now) == nil)
            let due = queue.nextDue ?? .zero
            pauses.append(due.seconds(since: now))
            now = due
        }
        #expect(pauses == [1, 2, 4, 5, 5])
        _ = queue.take(now: now)
        queue.finished("a", .done, now: now)
        #expect(queue.nextDue == nil)
        queue.add("a")
        _ = queue.take(now: now)
        queue.finished("a", .failed, now: now)
        #expect(queue.nextDue?.seconds(since: now) == 1)
    }

    @Test("news ends the pause after a failure when it comes during the pause, not when it came before it")
    func newsDuringThePause() {
        var queue = self.queue
        queue.add("a")
        _ = queue.take(now: .zero)
        queue.add("a")
        queue.finished("a", .failed, now: .zero)
        #expect(queue.take(now: .zero) == nil)
        queue.add("a")
        #expect(queue.take(now: .zero) == "a")
    }

    @Test("a key that asked to be looked at again comes back then, once")
    func again() {
        var queue = self.queue
        queue.add("a")
        _ = queue.take(now: .zero)
        queue.finished("a", .again(after: .seconds(3)), now: .zero)
        #expect(queue.take(now: .seconds(2.9)) == nil)
        #expect(queue.take(now: .seconds(3)) == "a")
        queue.finished("a", .done, now: .seconds(3))
        #expect(queue.isEmpty)
    }

    @Test("news that can wait comes before a look that is due later, and not later than news before it")
    func newsBeforeALaterLook() {
        var queue = self.queue
        queue.add("a")
        _ = queue.take(now: .zero)
        queue.finished("a", .again(after: .seconds(600)), now: .zero)
        queue.add("a", notBefore: .seconds(1))
        queue.add("a", notBefore: .seconds(2))
        #expect(queue.take(now: .seconds(0.9)) == nil)
        #expect(queue.take(now: .seconds(1)) == "a")
        queue.finished("a", .done, now: .seconds(1))
        #expect(queue.isEmpty)
    }
}
