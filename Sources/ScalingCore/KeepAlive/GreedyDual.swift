/// Greedy-dual order of eviction (FaasCache, ASPLOS 2021): who of those that are idle goes when memory is short.
///
/// A function's priority is the clock when it was last used, plus how often it was used times what starting it costs
/// for each byte. What is evicted sets the clock, so that what was not used since ages against everything used later.
public struct GreedyDual: Sendable, Equatable {
    private struct Entry: Sendable, Equatable {
        var priority: Double
        var uses: Double
        var copies: Int
        /// Breaks ties: the one used longest ago goes first.
        var lastUse: UInt64
    }

    /// The priority of what was evicted last.
    public private(set) var clock = 0.0
    private var entries: [Entry?] = []
    private var uses: UInt64 = 0

    public init() {}

    /// A function was used, warm or after a start.
    ///
    /// - Parameters:
    ///   - cost: What a start costs, in any unit that is the same for all.
    ///   - size: Memory of one copy, above zero.
    public mutating func used(_ function: Int, cost: Double, size: Double) {
        precondition(function >= 0 && size > 0, "function \(function) of size \(size)")
        while self.entries.count <= function { self.entries.append(nil) }
        self.uses += 1
        var entry = self.entries[function] ?? Entry(priority: 0, uses: 0, copies: 0, lastUse: 0)
        entry.uses += 1
        entry.priority = self.clock + entry.uses * cost / size
        entry.lastUse = self.uses
        self.entries[function] = entry
    }

    /// A copy of a function was started.
    public mutating func started(_ function: Int) {
        guard self.entries.indices.contains(function) else { return }
        self.entries[function]?.copies += 1
    }

    /// A copy of a function was evicted; with the last one its use is forgotten.
    public mutating func evicted(_ function: Int) {
        guard self.entries.indices.contains(function), var entry = self.entries[function] else { return }
        self.clock = max(self.clock, entry.priority)
        entry.copies -= 1
        self.entries[function] = entry.copies > 0 ? entry : nil
    }

    /// What is at stake when the function is evicted; 0 when it is not known.
    public func priority(of function: Int) -> Double {
        self.entries.indices.contains(function) ? self.entries[function]?.priority ?? 0 : 0
    }

    /// The one among `idle` functions that should go first; `nil` when there is none.
    public func victim(among idle: some Sequence<Int>) -> Int? {
        idle.min { self.rank($0) < self.rank($1) }
    }

    private func rank(_ function: Int) -> (Double, UInt64, Int) {
        guard self.entries.indices.contains(function), let entry = self.entries[function] else {
            return (0, 0, function)
        }
        return (entry.priority, entry.lastUse, function)
    }
}
