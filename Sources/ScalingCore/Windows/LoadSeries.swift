/// One value a second, some of them unknown, with the mean of all and of the newest few at hand.
struct LoadSeries: Sendable, Equatable {
    private static let unknown: Int64 = -1

    let stableSeconds: Int
    let shortSeconds: Int
    /// The newest second there is; `nil` before the first.
    private(set) var newest: Int64?
    private var ring: [Int64]
    private var stableSum: Int64 = 0
    private var stableKnown: Int64 = 0
    private var shortSum: Int64 = 0
    private var shortKnown: Int64 = 0
    private let stableCoefficient: Double
    private let shortCoefficient: Double

    init(stableSeconds: Int, shortSeconds: Int) {
        precondition(stableSeconds >= 1 && shortSeconds >= 1, "windows: \(stableSeconds), \(shortSeconds)")
        self.stableSeconds = stableSeconds
        self.shortSeconds = min(shortSeconds, stableSeconds)
        self.ring = Array(repeating: Self.unknown, count: stableSeconds)
        self.stableCoefficient = ExponentialWeight.coefficient(seconds: stableSeconds)
        self.shortCoefficient = ExponentialWeight.coefficient(seconds: min(shortSeconds, stableSeconds))
    }

    /// The same windows without a second in them.
    func emptied() -> LoadSeries {
        LoadSeries(stableSeconds: self.stableSeconds, shortSeconds: self.shortSeconds)
    }

    /// Load units of a second within the window, or `nil` when unknown.
    subscript(second: Int64) -> Int64? {
        guard let newest, second <= newest, second > newest - Int64(self.stableSeconds) else { return nil }
        let value = self.ring[self.bucket(of: second)]
        return value == Self.unknown ? nil : value
    }

    /// Adds the second after the newest, or the very first one.
    mutating func append(_ value: Int64?, second: Int64) {
        precondition(self.newest.map { $0 + 1 == second } ?? true, "second \(second) does not follow")
        let bucket = self.bucket(of: second)
        let leavesShort = self.bucket(of: second - Int64(self.shortSeconds))
        if self.ring[leavesShort] != Self.unknown {
            self.shortSum -= self.ring[leavesShort]
            self.shortKnown -= 1
        }
        if self.ring[bucket] != Self.unknown {
            self.stableSum -= self.ring[bucket]
            self.stableKnown -= 1
        }
        self.newest = second
        self.ring[bucket] = Self.unknown
        self.setNewest(value)
    }

    /// Replaces the value of the newest second.
    mutating func replaceNewest(_ value: Int64?) {
        guard let newest else { return }
        let bucket = self.bucket(of: newest)
        if self.ring[bucket] != Self.unknown {
            self.stableSum -= self.ring[bucket]
            self.stableKnown -= 1
            self.shortSum -= self.ring[bucket]
            self.shortKnown -= 1
            self.ring[bucket] = Self.unknown
        }
        self.setNewest(value)
    }

    /// Mean of the known seconds of the stable window; `nil` when its newest second is unknown.
    func stableAverage(_ aggregation: WindowAggregation) -> Double? {
        guard let newest, self[newest] != nil else { return nil }
        switch aggregation {
        case .linear: return LoadUnits.load(of: self.stableSum) / Double(self.stableKnown)
        case .weightedExponential: return self.weighted(self.stableSeconds, self.stableCoefficient, from: newest)
        }
    }

    /// Mean of the known seconds of the short window; `nil` when its newest second is unknown.
    func shortAverage(_ aggregation: WindowAggregation) -> Double? {
        guard let newest, self[newest] != nil else { return nil }
        switch aggregation {
        case .linear: return LoadUnits.load(of: self.shortSum) / Double(self.shortKnown)
        case .weightedExponential: return self.weighted(self.shortSeconds, self.shortCoefficient, from: newest)
        }
    }

    /// Divided by the weight of the seconds that are known, so that a constant load reads as itself from the start.
    private func weighted(_ seconds: Int, _ coefficient: Double, from newest: Int64) -> Double? {
        var weight = coefficient
        var sum = 0.0
        var weights = 0.0
        for index in 0..<Int64(seconds) {
            let value = self.ring[self.bucket(of: newest - index)]
            if value != Self.unknown {
                sum += LoadUnits.load(of: value) * weight
                weights += weight
            }
            weight *= 1 - coefficient
        }
        return weights > 0 ? sum / weights : nil
    }

    private mutating func setNewest(_ value: Int64?) {
        guard let newest, let value else { return }
        self.ring[self.bucket(of: newest)] = value
        self.stableSum += value
        self.stableKnown += 1
        self.shortSum += value
        self.shortKnown += 1
    }

    private func bucket(of second: Int64) -> Int {
        let remainder = Int(second % Int64(self.stableSeconds))
        return remainder < 0 ? remainder + self.stableSeconds : remainder
    }
}
