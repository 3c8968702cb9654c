/// One value a second, some of them unknown, with the mean of all and of the newest few at hand.
struct LoadSeries: Sendable, Equatable {
    private static let unknown: Int64 = -1

    /// Known values of a window that ends with the newest second.
    private struct Sum: Sendable, Equatable {
        var units: Int64 = 0
        var seconds: Int64 = 0

        mutating func add(_ value: Int64) {
            guard value != LoadSeries.unknown else { return }
            self.units += value
            self.seconds += 1
        }

        mutating func remove(_ value: Int64) {
            guard value != LoadSeries.unknown else { return }
            self.units -= value
            self.seconds -= 1
        }

        var mean: Double { LoadUnits.load(of: self.units) / Double(self.seconds) }
    }

    let stableSeconds: Int
    let shortSeconds: Int
    /// The newest second there is; `nil` before the first.
    private(set) var newest: Int64?
    private var ring: [Int64]
    /// Place of the newest second in the ring: kept, because a division for each look would cost more than the look.
    private var head = 0
    private var stable = Sum()
    private var short = Sum()
    private let stableCoefficient: Double
    private let shortCoefficient: Double

    init(stableSeconds: Int, shortSeconds: Int) {
        precondition(stableSeconds >= shortSeconds && shortSeconds >= 1, "windows: \(stableSeconds), \(shortSeconds)")
        self.stableSeconds = stableSeconds
        self.shortSeconds = shortSeconds
        self.ring = Array(repeating: Self.unknown, count: stableSeconds)
        self.stableCoefficient = ExponentialWeight.coefficient(seconds: stableSeconds)
        self.shortCoefficient = ExponentialWeight.coefficient(seconds: shortSeconds)
    }

    /// Load units of a second within the window, or `nil` when unknown.
    subscript(second: Int64) -> Int64? {
        guard let newest, second <= newest, second > newest - Int64(self.stableSeconds) else { return nil }
        let value = self.ring[self.bucket(Int(newest - second))]
        return value == Self.unknown ? nil : value
    }

    /// Moves on to `second`; it and the seconds on the way there are unknown.
    ///
    /// - Complexity: O(seconds moved on), at most the length of the stable window.
    mutating func advance(to second: Int64) {
        guard let newest else {
            self.newest = second
            self.head = self.place(of: second)
            return
        }
        guard second > newest else { return }
        // Beyond the window every second would be forgotten again.
        if second - newest > Int64(self.stableSeconds) {
            for index in self.ring.indices { self.ring[index] = Self.unknown }
            self.stable = Sum()
            self.short = Sum()
            self.head = self.place(of: second)
        } else {
            for _ in newest..<second { self.step() }
        }
        self.newest = second
    }

    /// Moves on by a second, which is unknown.
    private mutating func step() {
        self.head = self.head + 1 == self.stableSeconds ? 0 : self.head + 1
        self.short.remove(self.ring[self.bucket(self.shortSeconds)])
        self.stable.remove(self.ring[self.head])
        self.ring[self.head] = Self.unknown
    }

    /// Replaces the value of the newest second.
    mutating func replaceNewest(_ value: Int64?) {
        guard self.newest != nil else { return }
        let bucket = self.head
        let value = value ?? Self.unknown
        self.stable.remove(self.ring[bucket])
        self.short.remove(self.ring[bucket])
        self.ring[bucket] = value
        self.stable.add(value)
        self.short.add(value)
    }

    private var isNewestKnown: Bool { self.newest != nil && self.ring[self.head] != Self.unknown }

    /// Mean of the known seconds of the stable window; `nil` when its newest second is unknown.
    func stableAverage(_ aggregation: WindowAggregation) -> Double? {
        guard self.isNewestKnown else { return nil }
        switch aggregation {
        case .linear: return self.stable.mean
        case .weightedExponential: return self.weighted(self.stableSeconds, self.stableCoefficient)
        }
    }

    /// Mean of the known seconds of the short window; `nil` when its newest second is unknown.
    func shortAverage(_ aggregation: WindowAggregation) -> Double? {
        guard self.isNewestKnown else { return nil }
        switch aggregation {
        case .linear: return self.short.mean
        case .weightedExponential: return self.weighted(self.shortSeconds, self.shortCoefficient)
        }
    }

    /// The most of the last `seconds`, or `nil` when the newest is unknown.
    func most(ofLast seconds: Int64) -> Double? {
        guard let newest, var most = self[newest] else { return nil }
        for back in 1..<max(1, seconds) { most = max(most, self[newest - back] ?? 0) }
        return LoadUnits.load(of: most)
    }

    /// The most of any second of the stable window; `nil` when the newest is unknown.
    var highest: Double? {
        guard self.isNewestKnown else { return nil }
        var highest: Int64 = 0
        for value in self.ring { highest = max(highest, value) }
        return LoadUnits.load(of: highest)
    }

    /// The same seconds in windows of other lengths, the newest ones as far as they fit.
    func resized(stableSeconds: Int, shortSeconds: Int) -> LoadSeries {
        var resized = LoadSeries(stableSeconds: stableSeconds, shortSeconds: shortSeconds)
        guard let newest else { return resized }
        for second in (newest - Int64(min(self.stableSeconds, stableSeconds)) + 1)...newest {
            resized.advance(to: second)
            resized.replaceNewest(self[second])
        }
        return resized
    }

    /// Divided by the weight of the seconds that are known, so that a constant load reads as itself from the start.
    private func weighted(_ seconds: Int, _ coefficient: Double) -> Double {
        var weight = coefficient
        var sum = 0.0
        var weights = 0.0
        for back in 0..<seconds {
            let value = self.ring[self.bucket(back)]
            if value != Self.unknown {
                sum += LoadUnits.load(of: value) * weight
                weights += weight
            }
            weight *= 1 - coefficient
        }
        return sum / weights
    }

    /// Place of the second that is `back` seconds older than the newest, at most as many as the window has.
    private func bucket(_ back: Int) -> Int {
        back <= self.head ? self.head - back : self.head - back + self.stableSeconds
    }

    private func place(of second: Int64) -> Int {
        let remainder = Int(second % Int64(self.stableSeconds))
        return remainder < 0 ? remainder + self.stableSeconds : remainder
    }
}
