import Testing

@testable import SimulationKit

/// Expected values are scipy's.
@Suite("what replications say")
struct ReplicationTests {
    static let first = [3.1, 2.9, 3.4, 3.0, 2.7, 3.3, 3.8, 2.2, 3.05, 2.95]
    static let second = [2.8, 2.7, 3.1, 2.9, 2.6, 2.9, 3.5, 2.1, 2.8, 2.9]

    static func isNear(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
        value.map { abs($0 - expected) <= tolerance } ?? false
    }

    @Test("a mean comes with Student's interval") func mean() {
        let estimate = Replications.mean(of: Self.first)
        #expect(Self.isNear(estimate.value, 3.04))
        #expect(Self.isNear(estimate.interval?.low, 2.7356578799631803))
        #expect(Self.isNear(estimate.interval?.high, 3.3443421200368197))
        let surer = Replications.mean(of: Self.first, confidence: 0.99)
        #expect(Self.isNear(surer.interval?.low, 2.602779344086014))
        #expect(Self.isNear(estimate.standardErrors(from: 3), 0.04 / (0.425441 / 10.0.squareRoot()), 1e-5))
    }

    @Test("one replication has no interval, and none has no value") func tooFew() {
        #expect(Replications.mean(of: [4]).value == 4)
        #expect(Replications.mean(of: [4]).interval == nil)
        #expect(Replications.mean(of: []).value == nil)
    }

    @Test(
        "a quantile with too few observations beyond it has no interval",
        arguments: [(99_000, false), (100_000, true)]
    )
    func insufficient(observations: Int, isSure: Bool) {
        let estimate = Replications.quantile(perReplication: [1, 2, 3], observations: observations, probability: 0.99)
        #expect(estimate.value == 2)
        #expect((estimate.interval != nil) == isSure)
    }

    @Test("a share over replications counts the replications, not the requests") func ratio() {
        // One replication had bad luck with all its requests: that is one observation, not a thousand.
        let parts = [10.0, 12, 9, 200, 11]
        let wholes = [1000.0, 1100, 900, 1000, 1050]
        let clustered = Replications.ratio(of: parts, by: wholes)
        let naive = Wilson.share(successes: 242, of: 5050)
        #expect(Self.isNear(clustered.value, 242 / 5050.0))
        #expect((clustered.interval?.halfWidth ?? 0) > 10 * (naive.interval?.halfWidth ?? 1))
        #expect(Replications.ratio(of: [0, 0], by: [0, 0]).value == nil)
    }

    @Test(
        "Wilson's interval is the known one, at the ends too",
        arguments: [
            (0, 10, 0.0, 0.27753279986288926), (5, 10, 0.236593090512564, 0.7634069094874361),
            (59, 182, 0.26041696960586647, 0.39520346941711126), (10, 10, 0.7224672001371109, 1.0),
            (114, 19824, 0.0047895321416420115, 0.006903190906511886),
        ]
    )
    func wilson(successes: Int, trials: Int, low: Double, high: Double) {
        let interval = Wilson.share(successes: successes, of: trials).interval
        #expect(Self.isNear(interval?.low, low))
        #expect(Self.isNear(interval?.high, high))
    }

    @Test("paired differences see what unpaired ones hide") func paired() {
        let comparison = PairedComparison(baseline: Self.first, alternative: Self.second)
        #expect(comparison.verdict == .lower)
        #expect(Self.isNear(comparison.difference.interval?.low, -0.2939677202276567))
        #expect(Self.isNear(comparison.pValue, 0.00031059529553716255, 1e-12))
        #expect(Self.isNear(comparison.varianceReduction, 22.33870967741938, 1e-6))
        let low = Replications.mean(of: Self.first).interval?.low ?? 0
        #expect(low < Replications.mean(of: Self.second).interval?.high ?? 0, "unpaired, the intervals overlap")
    }

    @Test("an interval that holds zero shows no difference") func noDifference() {
        let comparison = PairedComparison(baseline: [1, 2, 3, 4], alternative: [2, 1, 4, 3])
        #expect(comparison.verdict == .noDifferenceShown)
        #expect(PairedComparison(baseline: [1], alternative: [9]).verdict == .noDifferenceShown)
        #expect(PairedComparison(baseline: [1, 2], alternative: [1, 2]).pValue == 1)
    }

    @Test("Holm's correction multiplies by the rank and never falls") func holm() {
        let corrected = PairedComparison.holm([0.01, 0.04, 0.03, 0.005, 0.5])
        for (value, expected) in zip(corrected, [0.04, 0.09, 0.09, 0.025, 0.5]) {
            #expect(Self.isNear(value, expected))
        }
    }

    @Test("replications stop when the figure is sure enough, or at the maximum") func stopping() {
        let rule = PrecisionRule(minimum: 3, maximum: 12, relativeHalfWidth: 0.05)
        #expect(rule.verdict(on: [1, 2]) == .more(total: 3))
        #expect(rule.verdict(on: [10, 10, 10]) == .enough)
        #expect(rule.verdict(on: [9, 10, 11]) == .more(total: 6))
        #expect(rule.verdict(on: [9.99, 10, 10.01]) == .enough)
        #expect(rule.verdict(on: [9, 11, 8, 12, 7, 13, 9, 11, 8, 12, 7, 13]) == .exhausted)
        #expect(PrecisionRule(minimum: 2, maximum: 9, relativeHalfWidth: nil).verdict(on: [1, 9]) == .enough)
    }
}
