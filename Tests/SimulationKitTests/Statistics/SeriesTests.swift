import Testing

@testable import SimulationKit

@Suite("values in their order, and distances between samples")
struct SeriesTests {
    /// A plain generator, so that the tests have the same numbers everywhere.
    struct Numbers {
        var state: UInt64

        mutating func next() -> Double {
            self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(self.state >> 11) / Double(1 << 53)
        }
    }

    /// Each value keeps a share of the last one.
    static func correlated(_ count: Int, share: Double, seed: UInt64 = 1) -> [Double] {
        var numbers = Numbers(state: seed)
        var value = 0.0
        return (0..<count).map { _ in
            value = share * value + numbers.next() - 0.5
            return value
        }
    }

    @Test("the correlation with the next value is the known one") func autocorrelation() {
        let values = [1.0, 3, 2, 5, 4, 6, 8, 7, 9, 2]
        #expect(abs(Series.autocorrelation(of: values, lag: 1) - 0.28061674008810567) < 1e-12)
        #expect(Series.autocorrelation(of: [5, 5, 5, 5], lag: 1) == 0)
    }

    @Test("batches of values that hang together are long enough to be independent") func batches() throws {
        let values = Self.correlated(40_000, share: 0.97)
        let batches = try #require(BatchMeans(of: values))
        #expect(batches.isIndependent)
        let naive = try #require(Replications.mean(of: values).interval?.halfWidth)
        let honest = try #require(batches.estimate.interval?.halfWidth)
        #expect(honest > 4 * naive, "values that resemble each other count for less")
    }

    @Test("a run that only drifts says that its batches are not independent") func drift() throws {
        let batches = try #require(BatchMeans(of: (0..<1000).map(Double.init)))
        #expect(!batches.isIndependent)
        #expect(BatchMeans(of: [1, 2, 3]) == nil)
    }

    @Test("MSER-5 cuts the start that does not belong to the steady state") func warmUp() throws {
        var values = Self.correlated(2000, share: 0.5)
        for index in 0..<200 { values[index] += 10 * (1 - Double(index) / 200) }
        let found = WarmUp.truncation(of: values)
        let cut = try #require(found)
        #expect((150...250).contains(cut), "cut at \(cut)")
        #expect((WarmUp.truncation(of: Self.correlated(2000, share: 0.2)) ?? .max) < 400)
        #expect(WarmUp.truncation(of: (0..<500).map(Double.init)) == nil, "a drift has no steady state")
        #expect(WarmUp.truncation(of: [1, 2, 3]) == nil)
    }

    @Test("the lag is found, and its sign") func lag() throws {
        let first = Self.correlated(300, share: 0.9)
        let later = [Double](repeating: 0, count: 4) + first.dropLast(4)
        #expect(try #require(Series.lag(of: later, behind: first, within: 10)).steps == 4)
        #expect(try #require(Series.lag(of: first, behind: later, within: 10)).steps == -4)
        #expect(try #require(Series.lag(of: first, behind: first, within: 10)).steps == 0)
        #expect(Series.lag(of: [1, 1, 1, 1], behind: [1, 2, 3, 4], within: 1) == nil)
    }

    @Test("the error of a series is by the range of the reference") func error() {
        #expect(Series.normalisedRootMeanSquareError(of: [1, 3, 5], against: [0, 2, 4]) == 0.25)
        #expect(Series.normalisedRootMeanSquareError(of: [3, 3], against: [2, 2]) == 0.5)
        #expect(Series.normalisedRootMeanSquareError(of: [0], against: [0]) == nil)
    }

    @Test("distances of two samples are the known ones") func distances() {
        let left = [1.0, 2, 2, 5, 9.5]
        let right = [0.0, 2, 3, 4, 4, 7]
        #expect(abs((Distance.wasserstein(left, right) ?? 0) - 1.3666666666666667) < 1e-12)
        #expect(abs((Distance.kolmogorovSmirnov(left, right) ?? 0) - 0.26666666666666666) < 1e-12)
        #expect(Distance.wasserstein(left, left) == 0)
        #expect(Distance.wasserstein([], right) == nil)
    }

    @Test("the distance from a law comes with how likely it is") func law() throws {
        let sample = ReplicationTests.first
        let result = try #require(Distance.kolmogorovSmirnov(of: sample) { NormalLaw.share(below: ($0 - 3) / 0.4) })
        #expect(abs(result.distance - 0.20129367431707618) < 1e-12)
        #expect(abs(result.pValue - 0.742) < 0.03)
        #expect(abs(Distance.kolmogorovTail(distance: 0.08, count: 200) - 0.1464) < 0.005)
        #expect(abs(Distance.kolmogorovTail(distance: 0.05, count: 1000) - 0.0130) < 0.001)
    }

    @Test("Morris screening finds what moves a figure, and what acts together") func morris() {
        var numbers = Numbers(state: 7)
        let design = Morris(inputs: 4, trajectories: 20) { numbers.next() }
        #expect(design.points.count == 100)
        #expect(design.points.joined().allSatisfy { (0...1).contains($0) })
        let effects = design.effects(of: design.points.map { 10 * $0[0] - 2 * $0[1] + 8 * $0[2] * $0[3] })
        #expect(abs(effects[0].mean - 10) < 1e-9 && effects[0].spread < 1e-9)
        #expect(abs(effects[1].mean + 2) < 1e-9)
        #expect(effects[2].meanSize > 1 && effects[2].spread > 1)
    }

    @Test("a Latin hypercube takes every part of every input once") func latinHypercube() {
        var numbers = Numbers(state: 3)
        let points = LatinHypercube.points(8, inputs: 3) { numbers.next() }
        for input in 0..<3 {
            #expect(points.map { Int($0[input] * 8) }.sorted() == Array(0..<8))
        }
    }
}
