import Testing

@testable import ScalingCore

@Suite("Load, second by second")
struct LoadSeriesTests {
    /// All seconds that were ever written, asked by the words of the rule.
    struct Reference {
        var values: [Int64: Int64?] = [:]
        var newest: Int64?

        func known(_ seconds: Int) -> [(age: Int64, units: Int64)] {
            guard let newest else { return [] }
            return (0..<Int64(seconds)).compactMap { age in
                (self.values[newest - age] ?? nil).map { (age, $0) }
            }
        }

        func average(_ seconds: Int, _ aggregation: WindowAggregation) -> Double? {
            guard let newest, self.values[newest] != nil, self.values[newest] != .some(nil) else { return nil }
            let known = self.known(seconds)
            switch aggregation {
            case .linear:
                return Double(known.map(\.units).reduce(0, +)) / 1e6 / Double(known.count)
            case .weightedExponential:
                let coefficient = ExponentialWeight.coefficient(seconds: seconds)
                let weights = known.map { ExponentialWeight.power(1 - coefficient, Int($0.age)) }
                let sum = zip(known, weights).map { Double($0.units) / 1e6 * $1 }.reduce(0, +)
                return sum / weights.reduce(0, +)
            }
        }
    }

    static func agrees(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return abs(left - right) <= 1e-9 * max(1, abs(right))
    }

    @Test("agrees with a list of all seconds, through gaps, unknown seconds and other windows", arguments: 1...30)
    func reference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var stable = Int.random(in: 1...15, using: &random)
        var short = Int.random(in: 1...stable, using: &random)
        var series = LoadSeries(stableSeconds: stable, shortSeconds: short)
        var reference = Reference()
        var second = Int64.random(in: -40...40, using: &random)
        for step in 0..<300 {
            if Int.random(in: 0..<30, using: &random) == 0, let newest = reference.newest {
                reference.values = reference.values.filter { $0.key > newest - Int64(stable) }
                stable = Int.random(in: 1...15, using: &random)
                short = Int.random(in: 1...stable, using: &random)
                series = series.resized(stableSeconds: stable, shortSeconds: short)
                reference.values = reference.values.filter { $0.key > newest - Int64(stable) }
            }
            second += [0, 1, 1, 1, 1, 2, 5, 30].randomElement(using: &random) ?? 0
            let isKnown = Int.random(in: 0..<6, using: &random) > 0
            let value = isKnown ? Int64.random(in: 0...5_000_000, using: &random) : nil
            series.advance(to: second)
            series.replaceNewest(value)
            reference.newest = second
            reference.values[second] = .some(value)
            let place = "seed \(seed), step \(step)"
            for aggregation in WindowAggregation.allCases {
                let stableAverage = series.stableAverage(aggregation)
                let shortAverage = series.shortAverage(aggregation)
                #expect(Self.agrees(stableAverage, reference.average(stable, aggregation)), "\(place), stable")
                #expect(Self.agrees(shortAverage, reference.average(short, aggregation)), "\(place), short")
            }
        }
    }

    @Test("leaves no residue of values that have gone, however large they were")
    func noResidue() {
        var series = LoadSeries(stableSeconds: 60, shortSeconds: 6)
        for second in 0..<600 as Range<Int64> {
            series.advance(to: second)
            series.replaceNewest(LoadUnits.units(of: second < 500 ? 1e9 / 3 + Double(second) / 7 : 0))
        }
        #expect(series.stableAverage(.linear) == 0)
        #expect(series.shortAverage(.linear) == 0)
    }

    @Test(
        "a constant load reads as itself, whatever the weights and from the first second on",
        arguments: [1, 6, 60, 600]
    )
    func normalised(seconds: Int) {
        var series = LoadSeries(stableSeconds: seconds, shortSeconds: 1)
        for second in 0..<Int64(seconds + 3) {
            series.advance(to: second)
            series.replaceNewest(LoadUnits.units(of: 10))
            #expect(abs((series.stableAverage(.weightedExponential) ?? 0) - 10) < 1e-9)
        }
    }

    @Test(
        "the weights of a longer window fall more slowly",
        arguments: [(6, 0.784557), (60, 0.142304), (600, 0.015233)]
    )
    func decay(seconds: Int, coefficient: Double) {
        #expect(abs(ExponentialWeight.coefficient(seconds: seconds) - coefficient) < 5e-7)
    }

    @Test(
        "load units round up, so that the smallest load is not none",
        arguments: [
            (0.0, 0), (1e-12, 1), (1, 1_000_000), (-5, 0), (.nan, 0), (.infinity, 1_000_000_000_000_000),
        ] as [(Double, Int64)]
    )
    func units(load: Double, units: Int64) {
        #expect(LoadUnits.units(of: load) == units)
    }
}
