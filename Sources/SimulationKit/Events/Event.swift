/// What comes first among events of the same nanosecond.
///
/// The order is part of a model's meaning: a completion before an arrival frees the place that the arrival takes; an
/// arrival before an expiry finds the replica that would have gone at that very moment, so an idle time equal to the
/// keep-alive is warm; a tick sees all that happened, and a report all that was decided.
public enum EventClass: UInt8, Sendable, CaseIterable {
    case completion, ready, arrival, expiry, tick, report
}

/// Something that will happen: 24 bytes, no reference, no closure.
public struct Event: Sendable, Equatable {
    /// Nanoseconds since the start of the run, from 0 to 2^62.
    public let nanoseconds: Int64
    /// Class in the upper four bits, below them the number of the event in the order of scheduling.
    @usableFromInline let rank: UInt64
    /// What happens; the model's own numbering.
    public let kind: UInt16
    /// Free for the model: a generation that tells a stale event from a valid one.
    public let lane: UInt16
    /// Free for the model: to what it happens.
    public let argument: UInt32

    @inlinable
    init(nanoseconds: Int64, rank: UInt64, kind: UInt16, lane: UInt16, argument: UInt32) {
        self.nanoseconds = nanoseconds
        self.rank = rank
        self.kind = kind
        self.lane = lane
        self.argument = argument
    }

    public var eventClass: EventClass { EventClass(rawValue: UInt8(self.rank >> 60)) ?? .report }

    /// Whether this comes before `other`: by time, then class, then order of scheduling.
    @inlinable
    @inline(__always)
    func precedes(_ other: Event) -> Bool {
        // One subtraction over 128 bits instead of two comparisons, because a branch here is mispredicted half the time.
        let borrow: Int64 = self.rank < other.rank ? 1 : 0
        return self.nanoseconds &- other.nanoseconds &- borrow < 0
    }
}
