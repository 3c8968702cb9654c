/// Pending events, the earliest first: a binary heap in an array.
///
/// Order at equal times is by `EventClass`, then by the order of scheduling, so a run never depends on how the heap came
/// to look. There is no removal: an event that no longer counts is recognised by its lane when it comes.
///
/// Taking an event leaves a hole at the top that the next event to be scheduled fills, because most events schedule
/// one; taking and scheduling then cost one walk through the heap instead of two.
///
/// - Complexity: O(log *n*) for `schedule` and `next`; no allocation once the array has grown.
public struct EventQueue: Sendable {
    @usableFromInline var heap: ContiguousArray<Event> = []
    /// Whether the first place was taken and not filled again.
    @usableFromInline var hasHole = false
    @usableFromInline var sequence: UInt64 = 0

    public init(capacity: Int = 64) {
        self.heap.reserveCapacity(capacity)
    }

    public var count: Int { self.heap.count - (self.hasHole ? 1 : 0) }
    public var isEmpty: Bool { self.count == 0 }

    /// Events scheduled so far.
    public var scheduled: UInt64 { self.sequence }

    /// - Parameters:
    ///   - nanoseconds: At least the time of the event taken last, at most 2^62.
    ///   - eventClass: What decides at equal times.
    @inlinable
    @inline(__always)
    public mutating func schedule(
        at nanoseconds: Int64,
        _ eventClass: EventClass,
        kind: UInt16,
        lane: UInt16 = 0,
        argument: UInt32
    ) {
        let event = Event(
            nanoseconds: nanoseconds,
            rank: UInt64(eventClass.rawValue) << 60 | self.sequence,
            kind: kind,
            lane: lane,
            argument: argument
        )
        self.sequence &+= 1
        if self.hasHole {
            self.hasHole = false
            self.fillTop(with: event)
        } else {
            self.heap.append(event)
            self.rise(event)
        }
    }

    /// The earliest event, taken out; `nil` when there is none.
    @inlinable
    @inline(__always)
    public mutating func next() -> Event? {
        if self.hasHole {
            let last = self.heap.removeLast()
            guard !self.heap.isEmpty else {
                self.hasHole = false
                return nil
            }
            self.fillTop(with: last)
        }
        guard let first = self.heap.first else { return nil }
        self.hasHole = true
        return first
    }

    /// When the earliest event is due; `nil` when there is none.
    public mutating func nextTime() -> Int64? {
        if self.hasHole {
            self.hasHole = false
            let last = self.heap.removeLast()
            guard !self.heap.isEmpty else { return nil }
            self.fillTop(with: last)
        }
        return self.heap.first?.nanoseconds
    }

    /// Moves the hole at the top down along the earlier children, then lets the event rise from where the hole ended.
    ///
    /// The event came from the bottom or lies in the future, so it seldom rises far; going down without comparing
    /// to it saves half of the comparisons.
    @usableFromInline
    mutating func fillTop(with event: Event) {
        self.heap.withUnsafeMutableBufferPointer { heap in
            let count = heap.count
            var hole = 0
            var child = 2
            while child < count {
                let left = heap[child &- 1]
                let right = heap[child]
                let isLeft = left.precedes(right)
                heap[hole] = isLeft ? left : right
                hole = isLeft ? child &- 1 : child
                child = 2 &* hole &+ 2
            }
            if child == count {
                heap[hole] = heap[child &- 1]
                hole = child &- 1
            }
            while hole > 0 {
                let parent = (hole &- 1) / 2
                guard event.precedes(heap[parent]) else { break }
                heap[hole] = heap[parent]
                hole = parent
            }
            heap[hole] = event
        }
    }

    @usableFromInline
    mutating func rise(_ event: Event) {
        self.heap.withUnsafeMutableBufferPointer { heap in
            var hole = heap.count &- 1
            while hole > 0 {
                let parent = (hole &- 1) / 2
                guard event.precedes(heap[parent]) else { break }
                heap[hole] = heap[parent]
                hole = parent
            }
            heap[hole] = event
        }
    }
}
