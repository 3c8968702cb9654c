/// A Markov chain over levels of load: none, and one level for each doubling.
struct LoadChain: Sendable, Equatable {
    /// Level 0 is no load; level n holds loads below two to the power of n - 4, the last one all above.
    private static let levels = 16
    private static let offset = 4

    private var transitions = [Double](repeating: 0, count: levels * levels)
    private var sums = [Double](repeating: 0, count: levels)
    private var counts = [Double](repeating: 0, count: levels)
    private var current: Int?

    mutating func observe(_ load: Double) {
        let level = Self.level(of: load)
        if let current { self.transitions[current * Self.levels + level] += 1 }
        self.sums[level] += load
        self.counts[level] += 1
        self.current = level
    }

    /// The mean of what the chain comes to; `nil` when nothing has followed upon the present level yet.
    func forecast(stepsAhead: Int) -> Double? {
        guard let current, let first = self.row(current) else { return nil }
        var shares = first
        // After a few steps a chain has forgotten where it was.
        for _ in 1..<max(1, min(stepsAhead, 32)) { shares = self.advanced(shares) }
        var mean = 0.0
        for level in 0..<Self.levels where self.counts[level] > 0 {
            mean += shares[level] * self.sums[level] / self.counts[level]
        }
        return mean
    }

    private func advanced(_ shares: [Double]) -> [Double] {
        var next = [Double](repeating: 0, count: Self.levels)
        for level in 0..<Self.levels where shares[level] > 0 {
            if let row = self.row(level) {
                for other in 0..<Self.levels { next[other] += shares[level] * row[other] }
            } else {
                next[level] += shares[level]
            }
        }
        return next
    }

    /// Where it goes from a level; `nil` when it never left it.
    private func row(_ level: Int) -> [Double]? {
        let row = self.transitions[level * Self.levels..<(level + 1) * Self.levels]
        let sum = row.reduce(0, +)
        return sum > 0 ? row.map { $0 / sum } : nil
    }

    private static func level(of load: Double) -> Int {
        guard load > 0 else { return 0 }
        return min(max(1, Int(load.exponent) + 1 + self.offset), self.levels - 1)
    }
}
