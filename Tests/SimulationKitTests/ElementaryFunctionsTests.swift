import Foundation
import SimulationKit
import Testing

@Suite("ElementaryFunctions")
struct ElementaryFunctionsTests {
    @Test("the logarithm agrees with the C library to 2e-15") func logarithm() {
        var random = RandomStream(seed: 1, replication: 0, purpose: .sampling)
        for step in 0..<200_000 {
            let value = step % 2 == 0 ? random.uniform() * 4 : Foundation.exp((random.uniform() - 0.5) * 1400)
            let expected = Foundation.log(value)
            #expect(
                (ElementaryFunctions.log(value) - expected).magnitude <= 2e-15 * Swift.max(1e-3, expected.magnitude),
                "\(value)"
            )
        }
    }

    @Test("the exponential agrees with the C library to 2e-15") func exponential() {
        var random = RandomStream(seed: 2, replication: 0, purpose: .sampling)
        for _ in 0..<200_000 {
            let value = (random.uniform() - 0.5) * 1400
            let expected = Foundation.exp(value)
            #expect((ElementaryFunctions.exp(value) - expected).magnitude <= 2e-15 * expected, "\(value)")
        }
    }

    @Test("borders are what IEEE 754 says") func borders() {
        #expect(ElementaryFunctions.log(0) == -.infinity)
        #expect(ElementaryFunctions.log(-1).isNaN)
        #expect(ElementaryFunctions.log(.nan).isNaN)
        #expect(ElementaryFunctions.log(.infinity) == .infinity)
        #expect(ElementaryFunctions.log(1) == 0)
        #expect(
            (ElementaryFunctions.log(Double.leastNonzeroMagnitude) - Foundation.log(Double.leastNonzeroMagnitude))
                .magnitude < 1e-12
        )
        #expect(ElementaryFunctions.exp(0) == 1)
        #expect(ElementaryFunctions.exp(-800) == 0)
        #expect(ElementaryFunctions.exp(710) == .infinity)
        #expect(ElementaryFunctions.exp(.nan).isNaN)
        #expect((ElementaryFunctions.exp(709.5) / Foundation.exp(709.5) - 1).magnitude < 1e-14)
        #expect((ElementaryFunctions.exp(-720) / Foundation.exp(-720) - 1).magnitude < 1e-8)
    }

    @Test("normal quantiles are those of the tables, and invert the distribution function") func normal() {
        let table = [(0.5, 0.0), (0.975, 1.959963984540054), (0.99, 2.3263478740408408), (1e-9, -5.997807015007686)]
        for (share, value) in table { #expect((NormalLaw.quantile(share) - value).magnitude < 1e-12) }
        var random = RandomStream(seed: 3, replication: 0, purpose: .sampling)
        for _ in 0..<20_000 {
            let share = random.uniform()
            #expect((NormalLaw.share(below: NormalLaw.quantile(share)) - share).magnitude < 1e-13)
        }
    }

    @Test("the gamma function agrees with the C library") func gamma() {
        for x in stride(from: 0.05, to: 60, by: 0.37) {
            #expect(
                (GammaFunction.logarithm(x) - Foundation.lgamma(x)).magnitude < 1e-11
                    * Swift.max(1, Foundation.lgamma(x))
            )
        }
    }
}
