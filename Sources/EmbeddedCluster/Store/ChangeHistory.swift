/// The last changes of the store, from which a watch catches up.
struct ChangeHistory: Sendable {
    private let capacity: Int
    private var ring: [StoreChange] = []
    /// Where the oldest change lies once the ring is full.
    private var oldest = 0
    /// The last version that is no longer in the ring: a watch can continue from here or later.
    private(set) var forgotten: Int64

    /// - Parameter version: The version of the store now; nothing before is known.
    init(capacity: Int, version: Int64) {
        precondition(capacity > 0, "capacity: \(capacity)")
        self.capacity = capacity
        self.forgotten = version
    }

    mutating func append(_ change: StoreChange) {
        guard self.ring.count == self.capacity else {
            self.ring.append(change)
            return
        }
        self.forgotten = self.ring[self.oldest].version
        self.ring[self.oldest] = change
        self.oldest = (self.oldest + 1) % self.capacity
    }

    /// Every change after `version`, in order, or `nil` when some of them are forgotten.
    func changes(after version: Int64) -> [StoreChange]? {
        guard version >= self.forgotten else { return nil }
        var low = 0
        var high = self.ring.count
        while low < high {
            let middle = (low + high) / 2
            if self.change(middle).version <= version { low = middle + 1 } else { high = middle }
        }
        return (low..<self.ring.count).map(self.change)
    }

    private func change(_ position: Int) -> StoreChange {
        self.ring[(self.oldest + position) % self.ring.count]
    }
}
