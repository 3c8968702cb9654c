import SimulationKit
import Simulator
import Testing

@Suite("LawFitter")
struct LawFitterTests {
    private static func sample(_ law: Distribution, _ count: Int, seed: UInt64 = 3) -> [Double] {
        var stream = RandomStream(seed: seed, replication: 0, purpose: .startup)
        return (0..<count).map { _ in law.sample(&stream) }
    }

    private static let laws: [(law: Distribution, family: LawFamily)] = [
        (.lognormal(mu: 0.3, sigma: 1.3), .lognormal), (.weibull(shape: 0.6, scale: 4), .weibull),
        (.gamma(shape: 6, scale: 2), .gamma), (.lognormal(mu: 0, sigma: 0.8, shift: 20), .shiftedLognormal),
        (
            .mixture([
                .init(weight: 0.36, law: .lognormal(mu: 1.085, sigma: 0.33)),
                .init(weight: 0.64, law: .lognormal(mu: 3.434, sigma: 0.32)),
            ]), .twoLognormals
        ),
    ]

    @Test("each law is recognised in a sample of its own, is plausible and has the right mean", arguments: laws.indices)
    func recognises(index: Int) throws {
        let (law, family) = Self.laws[index]
        let outcome = try #require(LawFitter(samples: Self.sample(law, 1200)).best(bootstraps: 9, seed: 1))
        #expect(outcome.chosen.family == family, "\(outcome.candidates.map { ($0.family, $0.bic, $0.distance) })")
        #expect(outcome.chosen.plausibility ?? 0 >= 0.1)
        #expect(outcome.chosen.distance < 0.04)
        let (found, wanted) = (try #require(outcome.chosen.law.mean), try #require(law.mean))
        #expect(abs(found - wanted) < 0.15 * wanted)
        #expect(outcome.candidates.map(\.bic) == outcome.candidates.map(\.bic).sorted())
    }

    @Test("one lognormal law is far from a sample of two, as published for model loads")
    func mixturesMatter() throws {
        let outcome = try #require(LawFitter(samples: Self.sample(Self.laws[4].law, 1000)).best(bootstraps: 0, seed: 1))
        let single = try #require(outcome.candidates.first { $0.family == .lognormal })
        #expect(single.distance > 0.15)
        #expect(outcome.chosen.distance < 0.05)
    }

    @Test("equal durations are a constant, few are taken as they are, none are nothing")
    func smallSamples() throws {
        let constant = try #require(LawFitter(samples: [2, 2, 2]).best(seed: 1))
        #expect(constant.chosen.law == .constant(2))
        let few = try #require(LawFitter(samples: Self.sample(.exponential(mean: 3), 29)).best(seed: 1))
        #expect(few.chosen.family == .empirical)
        #expect(few.remarks.first?.contains("29 samples are fewer than 30") == true)
        #expect(LawFitter(samples: [-1, 0, .nan, .infinity]).best(seed: 1) == nil)
    }

    @Test("a sample that follows no law is used as it is, and that is said")
    func rejectedLaws() throws {
        let odd = (0..<400).map { [1.0, 1.001, 7, 7.001, 7.002][$0 % 5] + Double($0) * 1e-7 }
        let outcome = try #require(LawFitter(samples: odd).best(bootstraps: 99, seed: 1))
        #expect(outcome.chosen.family == .empirical)
        #expect(outcome.remarks.contains { $0.contains("is rejected") })
    }

    @Test("durations that were cut off do not pull the law down", arguments: [0, 1])
    func censoredDurations(index: Int) throws {
        let law = Self.laws[index].law
        let all = Self.sample(law, 3000)
        let limit = 3.0
        let seen = all.filter { $0 <= limit }
        let cut = all.filter { $0 > limit }.map { _ in limit }
        #expect(cut.count > 500)
        let fitted = try #require(LawFitter(samples: seen, censored: cut).best(seed: 1))
        let naive = try #require(LawFitter(samples: seen).best(bootstraps: 0, seed: 1))
        let wanted = try #require(law.mean)
        #expect(fitted.chosen.family == Self.laws[index].family)
        #expect(abs(try #require(fitted.chosen.law.mean) - wanted) < 0.25 * wanted)
        #expect(try #require(naive.chosen.law.mean) < 0.5 * wanted)
        #expect(fitted.censored == cut.count)
    }
}
