import Timekeeping

/// Something with a deadline that a wheel watches over.
///
/// Lives on one event loop: other threads may carry a reference, to hop to that loop with it, and touch nothing. That is
/// why it may be called Sendable.
class DeadlineHolder: @unchecked Sendable {
    /// When `deadlinePassed` is due; `.max` for never.
    fileprivate(set) var deadline = Int64.max
    /// The slot in which the wheel will look at this holder, or -1.
    fileprivate var slot = -1
    fileprivate var visit = Int64.max
    fileprivate unowned(unsafe) var previous: DeadlineHolder?
    fileprivate unowned(unsafe) var next: DeadlineHolder?

    /// Called once the deadline has passed, at most one tick of the wheel late.
    func deadlinePassed(now: MonotonicInstant) {}
}

/// Watches over the deadlines of one event loop at a cost that does not grow with how often they move.
///
/// A hashed wheel of intrusive lists. A deadline that moves later, which is what nearly every request does several
/// times, is one store: the wheel finds out when it visits the holder and puts it further on. No allocation.
final class DeadlineWheel {
    static let tickNanoseconds: Int64 = 25_000_000
    private static let slotCount = 512

    private var heads: [Unmanaged<DeadlineHolder>?]
    private var currentTick: Int64

    init(now: MonotonicInstant) {
        self.heads = Array(repeating: nil, count: Self.slotCount)
        self.currentTick = now.nanoseconds / Self.tickNanoseconds
    }

    /// Sets or moves a deadline.
    func set(_ holder: DeadlineHolder, at deadline: MonotonicInstant) {
        holder.deadline = deadline.nanoseconds
        guard holder.deadline < holder.visit else { return }
        self.unlink(holder)
        self.link(holder)
    }

    /// The holder is going away, or has nothing to wait for.
    func remove(_ holder: DeadlineHolder) {
        holder.deadline = .max
        self.unlink(holder)
    }

    /// Nothing to wait for at present; keeps the place in the wheel for the next deadline.
    func suspend(_ holder: DeadlineHolder) {
        holder.deadline = .max
    }

    /// Visits every slot up to `now`.
    func advance(to now: MonotonicInstant) {
        let target = now.nanoseconds / Self.tickNanoseconds
        // After a long pause every slot is visited once, not once for every turn that was missed.
        if target - self.currentTick > Int64(Self.slotCount) { self.currentTick = target - Int64(Self.slotCount) }
        while self.currentTick < target {
            self.currentTick += 1
            self.visitSlot(Int(self.currentTick % Int64(Self.slotCount)), now: now)
        }
    }

    private func visitSlot(_ slot: Int, now: MonotonicInstant) {
        var due: [DeadlineHolder] = []
        var holder = self.heads[slot]?.takeUnretainedValue()
        while let current = holder {
            holder = current.next
            guard current.visit <= now.nanoseconds else { continue }
            self.unlink(current)
            if current.deadline <= now.nanoseconds {
                current.deadline = .max
                due.append(current)
            } else if current.deadline != .max {
                self.link(current)
            }
        }
        for holder in due { holder.deadlinePassed(now: now) }
    }

    private func link(_ holder: DeadlineHolder) {
        // Up to, but not including, a whole turn ahead; a later deadline is visited on the way.
        let furthest = self.currentTick + Int64(Self.slotCount) - 1
        let tick = min(max(holder.deadline / Self.tickNanoseconds + 1, self.currentTick + 1), furthest)
        let slot = Int(tick % Int64(Self.slotCount))
        holder.visit = tick * Self.tickNanoseconds
        holder.slot = slot
        holder.previous = nil
        holder.next = self.heads[slot]?.takeUnretainedValue()
        holder.next?.previous = holder
        self.heads[slot] = Unmanaged.passUnretained(holder)
    }

    private func unlink(_ holder: DeadlineHolder) {
        guard holder.slot >= 0 else { return }
        if let previous = holder.previous {
            previous.next = holder.next
        } else {
            self.heads[holder.slot] = holder.next.map { Unmanaged.passUnretained($0) }
        }
        holder.next?.previous = holder.previous
        holder.previous = nil
        holder.next = nil
        holder.slot = -1
        holder.visit = .max
    }
}
