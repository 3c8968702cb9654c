import Testing

@testable import SimulationKit

/// Expected values are scipy's.
@Suite("laws that statistics stand on")
struct LawTests {
    static func isNear(_ value: Double, _ expected: Double, _ relative: Double = 1e-9) -> Bool {
        abs(value - expected) <= relative * max(abs(expected), 1e-300)
    }

    @Test(
        "quantiles of Student's t are the known ones",
        arguments: [
            (0.9, 1, 3.0776835371752544), (0.9, 1000, 1.2823987214609247), (0.975, 1, 12.706204736174694),
            (0.975, 2, 4.302652729749462), (0.975, 9, 2.262157162798205), (0.975, 19, 2.0930240544083087),
            (0.975, 29, 2.045229642132703), (0.975, 1000, 1.9623390808264083), (0.995, 4, 4.604094871349992),
            (0.995, 9, 3.249835541592126), (0.9995, 1, 636.6192487687897), (0.9995, 3, 12.923978636687961),
        ]
    )
    func studentT(probability: Double, degrees: Int, expected: Double) {
        let quantile = StudentT.quantile(probability, degreesOfFreedom: Double(degrees))
        #expect(Self.isNear(quantile, expected))
        #expect(Self.isNear(StudentT.quantile(1 - probability, degreesOfFreedom: Double(degrees)), -expected, 1e-8))
    }

    @Test(
        "quantiles of the normal law are the known ones",
        arguments: [
            (1e-12, -7.034483825301131), (1e-06, -4.753424308822899), (0.001, -3.090232306167813),
            (0.025, -1.9599639845400545), (0.2, -0.8416212335729142), (0.75, 0.6744897501960817),
            (0.995, 2.5758293035489004), (0.9999, 3.719016485455709),
        ]
    )
    func normalQuantile(probability: Double, expected: Double) {
        #expect(Self.isNear(NormalLaw.quantile(probability), expected, 1e-10))
    }

    @Test(
        "shares of the normal law are the known ones, far tails included",
        arguments: [
            (-8, 6.22096057427174e-16), (-3, 0.0013498980316300933), (-2.5, 0.006209665325776132),
            (-1, 0.15865525393145707), (0, 0.5), (0.3, 0.6179114221889526), (1.96, 0.9750021048517795),
            (2.4, 0.9918024640754038), (2.6, 0.9953388119762813), (5, 0.9999997133484281),
        ]
    )
    func normalShare(value: Double, expected: Double) {
        #expect(Self.isNear(NormalLaw.share(below: value), expected, 1e-11))
    }

    @Test("the gamma and beta functions are the known ones") func specialFunctions() {
        let gammas = [(0.5, 0.5723649429247), (10.5, 13.940625219403763), (171, 706.5730622457875)]
        for (argument, expected) in gammas {
            #expect(Self.isNear(GammaFunction.logarithm(argument), expected, 1e-11))
        }
        #expect(Self.isNear(SpecialFunctions.incompleteBeta(0.3, 2, 5), 0.5798250000000003))
        #expect(Self.isNear(SpecialFunctions.incompleteBeta(0.9, 0.5, 0.5), 0.7951672353008665))
        #expect(Self.isNear(SpecialFunctions.incompleteBeta(0.01, 30, 2), 3.07e-59))
    }
}
