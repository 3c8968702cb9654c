import SimulationKit
import Testing

@testable import Simulator

@Suite("laws as scenario files take them")
struct LawTextTests {
    @Test(
        "what is written is read as the same law",
        arguments: [
            .constant(3), .exponential(mean: 0.25), .lognormal(mu: 0, sigma: 0.5), .weibull(shape: 2, scale: 5),
            .lognormal(mu: 0, sigma: 1, shift: 2), .uniform(from: 1, to: 2),
            .mixture([
                .init(weight: 0.36, law: .lognormal(mu: 0, sigma: 0.25)), .init(weight: 0.64, law: .constant(30)),
            ]),
        ] as [Distribution]
    )
    func roundTrip(law: Distribution) throws {
        let read = try LawReaderTests.law(LawText.text(law))
        for share in [0.1, 0.5, 0.99] {
            let (left, right) = (Self.quantile(law, share), Self.quantile(read, share))
            #expect(abs(left - right) <= 0.005 * max(left, 1), "\(LawText.text(law)) at \(share): \(left), \(right)")
        }
    }

    /// A quantile by many draws of one stream.
    private static func quantile(_ law: Distribution, _ share: Double) -> Double {
        var stream = RandomStream(seed: 1, replication: 0, purpose: .sampling)
        let values = (0..<4000).map { _ in law.sample(&stream) }.sorted()
        return values[Int(share * 4000)]
    }
}
