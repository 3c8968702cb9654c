/// How often idle periods of each length were seen, with quantiles and variation at a logarithmic cost.
///
/// The bins are the leaves of a Fenwick tree, because a day of a thousand functions asks for two quantiles after each of
/// a quarter of a million idle periods.
struct IdleTimeHistogram: Sendable, Equatable {
    let binCount: Int
    /// One-based partial sums, padded to a power of two so that the search for a quantile needs no bounds.
    private var tree: [UInt32]
    private var squares: UInt64 = 0
    private(set) var count = 0

    init(binCount: Int) {
        precondition(binCount > 0, "a histogram of \(binCount) bins")
        self.binCount = binCount
        var size = 1
        while size < binCount { size *= 2 }
        self.tree = [UInt32](repeating: 0, count: size + 1)
    }

    mutating func record(bin: Int) {
        let before = self.value(ofBin: bin)
        self.squares += 2 * UInt64(before) + 1
        self.add(1, toBin: bin)
        self.count += 1
    }

    /// The first bin at which the cumulative count reaches `share` of all; 0 when nothing was recorded.
    func firstBin(reaching share: Double) -> Int {
        let wanted = share * Double(self.count)
        var position = 0
        var sum = 0.0
        var step = self.tree.count - 1
        while step > 0 {
            let next = position + step
            if next < self.tree.count, sum + Double(self.tree[next]) < wanted {
                position = next
                sum += Double(self.tree[next])
            }
            step /= 2
        }
        return min(position, self.binCount - 1)
    }

    /// Standard deviation of the bins' counts by their mean: high when idle periods are alike.
    var variation: Double {
        guard self.count > 0 else { return 0 }
        let total = Double(self.count)
        let squared = Double(self.binCount) * Double(self.squares) / (total * total) - 1
        return max(0, squared).squareRoot()
    }

    /// Halves every bin, rounding down, so that what was seen lately counts more and what was seen once is forgotten.
    mutating func halve() {
        var halved = IdleTimeHistogram(binCount: self.binCount)
        for (bin, count) in self.bins { halved.set(count / 2, bin: bin) }
        self = halved
    }

    /// Bins that are not empty, with their counts.
    var bins: [(bin: Int, count: UInt32)] {
        (0..<self.binCount).compactMap { bin in
            let count = self.value(ofBin: bin)
            return count > 0 ? (bin, count) : nil
        }
    }

    /// Puts `count` into a bin that is empty.
    mutating func set(_ count: UInt32, bin: Int) {
        self.add(count, toBin: bin)
        self.squares += UInt64(count) * UInt64(count)
        self.count += Int(count)
    }

    private mutating func add(_ amount: UInt32, toBin bin: Int) {
        var position = bin + 1
        while position < self.tree.count {
            self.tree[position] &+= amount
            position += position & -position
        }
    }

    private func value(ofBin bin: Int) -> UInt32 {
        var value = self.tree[bin + 1]
        let parent = (bin + 1) & bin
        var position = bin
        while position > parent {
            value &-= self.tree[position]
            position &= position - 1
        }
        return value
    }
}
