/// The largest of the values of the last slots, for any number of slots up to the window's length.
///
/// Keeps only values that no later one exceeds, newest last, in a ring that is allocated once. Recording costs constant
/// time on average; asking costs the number of values kept, which is small unless the load falls steadily.
struct MaximumWindow: Sendable, Equatable {
    /// Slots that the window covers, the newest included.
    private(set) var length: Int
    private var slots: [Int64]
    private var values: [Int64]
    private var head = 0
    private var count = 0

    init(length: Int) {
        precondition(length >= 1, "length: \(length)")
        self.length = length
        self.slots = Array(repeating: 0, count: length)
        self.values = Array(repeating: 0, count: length)
    }

    /// Takes in a value; of several in one slot the largest counts, and one that comes late counts as the newest.
    mutating func record(_ value: Int64, slot: Int64) {
        var slot = slot
        if self.count > 0 { slot = max(slot, self.slots[self.position(self.count - 1)]) }
        self.dropSlots(upTo: slot - Int64(self.length))
        while self.count > 0, self.values[self.position(self.count - 1)] <= value { self.count -= 1 }
        // A larger value of the same slot, or of an older one that this value does not exceed, stays in front.
        if self.count > 0, self.slots[self.position(self.count - 1)] == slot { return }
        let position = self.position(self.count)
        self.slots[position] = slot
        self.values[position] = value
        self.count += 1
    }

    /// The largest value of the `length` slots that end with `slot`, or `nil` when they hold none.
    func maximum(at slot: Int64, over length: Int) -> Int64? {
        // Values fall from front to back, so the first that is recent enough is the largest.
        for offset in 0..<self.count where self.slots[self.position(offset)] > slot - Int64(length) {
            return self.values[self.position(offset)]
        }
        return nil
    }

    /// The largest value of the whole window that ends with `slot`.
    func maximum(at slot: Int64) -> Int64? { self.maximum(at: slot, over: self.length) }

    /// Makes the window cover `length` slots; what was recorded stays as far as it fits.
    mutating func resize(to length: Int) {
        guard length != self.length else { return }
        var resized = MaximumWindow(length: length)
        for offset in 0..<self.count {
            resized.record(self.values[self.position(offset)], slot: self.slots[self.position(offset)])
        }
        self = resized
    }

    private mutating func dropSlots(upTo slot: Int64) {
        while self.count > 0, self.slots[self.head] <= slot {
            self.head = self.position(1)
            self.count -= 1
        }
    }

    private func position(_ offset: Int) -> Int {
        let position = self.head + offset
        return position < self.slots.count ? position : position - self.slots.count
    }
}
