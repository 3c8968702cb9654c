import Timekeeping

/// Which revision wants to be looked at when: a binary heap, earliest first.
///
/// An entry is never taken out when its revision changes its mind; the caller compares a popped entry with what the
/// revision wants by then. That makes rescheduling one push, and a revision that wants nothing costs nothing.
///
/// - Complexity: O(log *n*) for `push` and `popFirst`.
struct DeadlineHeap: Sendable {
    struct Entry: Sendable, Equatable {
        let due: MonotonicInstant
        let slot: Int
    }

    private var entries: [Entry] = []

    var first: Entry? { self.entries.first }
    var count: Int { self.entries.count }

    mutating func push(_ entry: Entry) {
        self.entries.append(entry)
        var child = self.entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard self.entries[child].due < self.entries[parent].due else { return }
            self.entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> Entry? {
        guard let last = self.entries.popLast() else { return nil }
        guard let first = self.entries.first else { return last }
        self.entries[0] = last
        self.siftDown()
        return first
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < self.entries.count else { return }
            let right = left + 1
            let isRightEarlier = right < self.entries.count && self.entries[right].due < self.entries[left].due
            let child = isRightEarlier ? right : left
            guard self.entries[child].due < self.entries[parent].due else { return }
            self.entries.swapAt(child, parent)
            parent = child
        }
    }
}
