import SimulationKit
import Testing

@Suite("Distribution")
struct DistributionTests {
    /// Law, mean and standard deviation by formula.
    static let laws: [(Distribution, mean: Double, deviation: Double)] = [
        (.constant(3), 3, 0),
        (.uniform(from: 2, to: 6), 4, 1.1547005),
        (.exponential(mean: 2), 2, 2),
        (.lognormal(mu: 0.5, sigma: 0.75), 2.1842, 1.9002),
        (.lognormal(mu: 0.5, sigma: 0.75, shift: 10), 12.1842, 1.9002),
        (.lognormal(mean: 1, squaredVariation: 4), 1, 2),
        (.weibull(shape: 1.5, scale: 2), 1.80549, 1.22593),
        (.gamma(shape: 2.5, scale: 0.8), 2, 1.264911),
        (.gamma(shape: 0.4, scale: 5), 2, 3.162278),
        (.hyperexponential(mean: 1, squaredVariation: 4), 1, 2),
        (
            .mixture([.init(weight: 1, law: .constant(1)), .init(weight: 3, law: .exponential(mean: 5))]), 4,
            4.69041576
        ),
        (.empirical(EmpiricalLaw(sample: [1, 2, 3, 4])), 2.5, 1.1180340),
        (.empirical(EmpiricalLaw(quantiles: [(0, 1), (0.5, 3), (1, 11)])), 4.5, 2.9860788),
    ]

    @Test("samples have the mean and the deviation of the law, and the mean it names", arguments: laws.indices)
    func moments(of row: Int) {
        let (law, mean, deviation) = Self.laws[row]
        var stream = RandomStream(seed: 11, replication: 0, purpose: .requestSize, entity: row)
        let count = 200_000
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<count {
            let value = law.sample(&stream)
            sum += value
            squares += (value - mean) * (value - mean)
        }
        let error = deviation / Double(count).squareRoot()
        #expect((sum / Double(count) - mean).magnitude <= 4 * error + 1e-4)
        #expect(((squares / Double(count)).squareRoot() - deviation).magnitude <= 0.06 * deviation + 1e-9)
        #expect(((law.mean ?? .nan) - mean).magnitude < 1e-3)
    }

    @Test("a truncated law stays within its range") func truncated() {
        var stream = RandomStream(seed: 1, replication: 0, purpose: .requestSize)
        let law = Distribution.truncated(.exponential(mean: 1), from: 0.5, to: 2)
        for _ in 0..<10_000 { #expect((0.5...2).contains(law.sample(&stream))) }
        let impossible = Distribution.truncated(.constant(9), from: 0, to: 2)
        #expect(impossible.sample(&stream) == 2)
    }

    @Test("durations are whole nanoseconds, never negative and never too long") func nanoseconds() {
        var stream = RandomStream(seed: 1, replication: 0, purpose: .requestSize)
        #expect(Distribution.constant(1.5).sampleNanoseconds(&stream) == 1_500_000_000)
        #expect(Distribution.constant(-3).sampleNanoseconds(&stream) == 0)
        #expect(Distribution.constant(.nan).sampleNanoseconds(&stream) == 0)
        #expect(Distribution.constant(.infinity).sampleNanoseconds(&stream) == 9_000_000_000_000_000_000)
    }

    @Test("the same number of a stream gives a longer time under a longer law") func inversion() {
        for index in UInt64(0)..<100 {
            let stream = RandomStream(seed: 1, replication: 0, purpose: .requestSize).at(index: index)
            var (first, second) = (stream, stream)
            let short = Distribution.lognormal(mu: 0, sigma: 1).sample(&first)
            let long = Distribution.lognormal(mu: 0.1, sigma: 1).sample(&second)
            #expect(short < long)
            #expect(first == second, "one number each")
        }
    }
}
