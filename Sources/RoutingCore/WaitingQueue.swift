/// A place in a waiting queue.
///
/// Never reused: a ticket of someone who has left matches nobody who came later.
public struct Ticket: Hashable, Sendable {
    @usableFromInline let slot: UInt32
    @usableFromInline let generation: UInt32

    /// A small number that nobody else has who waits at the same time.
    public var index: Int { Int(self.slot) }
}

/// Who waits, first in, first out, up to a bound; anyone may leave from the middle.
///
/// A doubly linked list inside arrays: joining, leaving and taking the first are O(1), and sixteen bytes a waiter are all
/// the memory there is, whatever the order in which they come and go.
struct WaitingQueue: Sendable {
    private struct Slot: Sendable {
        var generation: UInt32 = 0
        var previous: UInt32 = WaitingQueue.none
        var next: UInt32 = WaitingQueue.none
        var isWaiting = false
    }

    private static let none = UInt32.max

    var capacity: Int
    private(set) var count = 0
    private var slots: [Slot] = []
    private var first = WaitingQueue.none
    private var last = WaitingQueue.none
    private var firstFree = WaitingQueue.none

    init(capacity: Int) {
        self.capacity = capacity
    }

    var isEmpty: Bool { self.count == 0 }

    /// - Returns: `nil` when the queue is full.
    mutating func join() -> Ticket? {
        guard self.count < self.capacity else { return nil }
        let position = self.takeFreeSlot()
        self.slots[Int(position)].isWaiting = true
        self.slots[Int(position)].previous = self.last
        self.slots[Int(position)].next = Self.none
        if self.last == Self.none { self.first = position } else { self.slots[Int(self.last)].next = position }
        self.last = position
        self.count += 1
        return Ticket(slot: position, generation: self.slots[Int(position)].generation)
    }

    /// Joins before everyone else, beyond the bound if need be: whoever comes back was admitted once.
    mutating func joinFront() -> Ticket {
        let position = self.takeFreeSlot()
        self.slots[Int(position)].isWaiting = true
        self.slots[Int(position)].previous = Self.none
        self.slots[Int(position)].next = self.first
        if self.first == Self.none { self.last = position } else { self.slots[Int(self.first)].previous = position }
        self.first = position
        self.count += 1
        return Ticket(slot: position, generation: self.slots[Int(position)].generation)
    }

    /// - Returns: Whether the ticket was still waiting.
    mutating func leave(_ ticket: Ticket) -> Bool {
        guard ticket.slot < self.slots.count else { return false }
        let slot = self.slots[Int(ticket.slot)]
        guard slot.isWaiting, slot.generation == ticket.generation else { return false }
        if slot.previous == Self.none {
            self.first = slot.next
        } else {
            self.slots[Int(slot.previous)].next = slot.next
        }
        if slot.next == Self.none {
            self.last = slot.previous
        } else {
            self.slots[Int(slot.next)].previous = slot.previous
        }
        self.slots[Int(ticket.slot)].isWaiting = false
        self.slots[Int(ticket.slot)].generation &+= 1
        self.slots[Int(ticket.slot)].next = self.firstFree
        self.firstFree = ticket.slot
        self.count -= 1
        if self.count == 0 { self.releaseMemory() }
        return true
    }

    mutating func takeFirst() -> Ticket? {
        guard self.first != Self.none else { return nil }
        let ticket = Ticket(slot: self.first, generation: self.slots[Int(self.first)].generation)
        _ = self.leave(ticket)
        return ticket
    }

    private mutating func takeFreeSlot() -> UInt32 {
        guard self.firstFree != Self.none else {
            self.slots.append(Slot())
            return UInt32(self.slots.count - 1)
        }
        let position = self.firstFree
        self.firstFree = self.slots[Int(position)].next
        return position
    }

    /// A burst must not leave its slots behind for ever.
    ///
    /// Generations start anew above the highest one that was given out, so that old tickets still match nobody.
    private mutating func releaseMemory() {
        guard self.slots.count > 1024 else { return }
        let highest = self.slots.reduce(0) { max($0, $1.generation) }
        self.slots = [Slot(generation: highest &+ 1)]
        self.slots[0].next = Self.none
        self.firstFree = 0
    }
}
