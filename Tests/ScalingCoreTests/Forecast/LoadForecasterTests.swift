import Testing

@testable import ScalingCore

@Suite("LoadForecaster")
struct LoadForecasterTests {
    private static func fed(_ method: ForecastMethod, _ values: [Double]) -> LoadForecaster {
        var forecaster = LoadForecaster(method)
        for value in values { forecaster.observe(value) }
        return forecaster
    }

    @Test("seasonal: the same step of the last seasons, the highest of them")
    func seasonal() {
        let forecaster = Self.fed(.seasonalNaive(period: 4, seasons: 2), [1, 2, 3, 4, 5, 0, 1, 7])
        #expect((1...5).map { forecaster.forecast(stepsAhead: $0) } == [5, 2, 3, 7, 5])
        #expect(Self.fed(.seasonalNaive(period: 4, seasons: 2), [1, 2]).forecast(stepsAhead: 1) == nil)
    }

    @Test("Holt-Winters follows trend and season exactly when there is nothing else")
    func holtWinters() throws {
        let season = [0.0, 3, -1, -2]
        func value(_ step: Int) -> Double { 10 + 0.5 * Double(step) + season[step % 4] }
        let method = ForecastMethod.holtWinters(period: 4, alpha: 0.3, beta: 0.05, gamma: 0.2, deviations: 0)
        let forecaster = Self.fed(method, (0..<40).map(value))
        for ahead in 1...6 {
            #expect(abs(try #require(forecaster.forecast(stepsAhead: ahead)) - value(39 + ahead)) < 0.3, "\(ahead)")
        }
        #expect(Self.fed(method, (0..<7).map(value)).forecast(stepsAhead: 1) == nil)
    }

    @Test("deviations lift the forecast by the size of its errors")
    func upperQuantile() throws {
        let noisy = (0..<100).map { (step: Int) -> Double in Double(step * 7919 % 13) / 6 + Double(4 + step % 2) }
        func forecast(_ deviations: Double) -> Double? {
            Self.fed(.holtWinters(period: 2, alpha: 0.3, beta: 0.05, gamma: 0.2, deviations: deviations), noisy)
                .forecast(stepsAhead: 1)
        }
        #expect(try #require(forecast(2)) > (try #require(forecast(0))) + 0.5)
    }

    @Test("the spectral filter continues a slow wave and drops a fast one")
    func spectral() throws {
        let cosines = CircleTable.cosines(of: 60)
        let wave = (0..<60).map { (step: Int) -> Double in
            let slow = 3 * cosines[3 * step % 60]
            return 5 + slow + cosines[25 * step % 60]
        }
        let forecaster = Self.fed(.spectral(window: 60, harmonics: 10), wave)
        let expected = 5 + 3 * cosines[0]
        #expect(abs(try #require(forecaster.forecast(stepsAhead: 1)) - expected) < 0.35)
        #expect(Self.fed(.spectral(window: 60, harmonics: 10), [1, 2]).forecast(stepsAhead: 1) == nil)
    }

    @Test("the table of the circle is exact to the last digits")
    func circleTable() {
        let cosines = CircleTable.cosines(of: 12)
        let half = 3.0.squareRoot() / 2
        let expected = [1, half, 0.5, 0, -0.5, -half, -1, -half, -0.5, 0, 0.5, half]
        for (found, wanted) in zip(cosines, expected) { #expect(abs(found - wanted) < 1e-15) }
    }

    @Test("a chain that alternates expects the other level")
    func markov() throws {
        let forecaster = Self.fed(.markov, (0..<41).map { $0 % 2 == 0 ? 8 : 0 })
        #expect(forecaster.forecast(stepsAhead: 1) == 0)
        #expect(forecaster.forecast(stepsAhead: 2) == 8)
        #expect(Self.fed(.markov, [3]).forecast(stepsAhead: 1) == nil)
    }

    @Test("a moving average is one")
    func movingAverage() {
        #expect(Self.fed(.movingAverage(window: 3), [9, 1, 2, 3]).forecast(stepsAhead: 1) == 2)
    }
}
