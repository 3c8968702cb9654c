import ScalingCore
import SimulationKit
import Testing

/// Windows on renewal streams with negligible service, against their formulas.
@Suite("keep-alive windows on renewal streams")
struct RenewalWindowTests {
    struct Known: Sendable {
        let name: String
        let gaps: Distribution
        let window: KeepAliveWindow
        /// Of the reference values: the share of cold arrivals and the loaded idle time of each.
        let cold: Double
        let waste: Double
    }

    /// E9, in seconds; the window that loads ahead opens 9 s after the last call and stays open for 24 s.
    static let known = [
        Known(
            name: "Poisson, kept 10",
            gaps: .exponential(mean: 10),
            window: KeepAliveWindow(endSeconds: 10),
            cold: 0.367879,
            waste: 6.321206
        ),
        Known(
            name: "Poisson, loaded ahead at 9 for 24",
            gaps: .exponential(mean: 30),
            window: KeepAliveWindow(prewarmSeconds: 9, endSeconds: 33),
            cold: 0.592053,
            waste: 12.238414
        ),
        Known(
            name: "lognormal",
            gaps: .lognormal(mean: 10, squaredVariation: 4),
            window: KeepAliveWindow(endSeconds: 10),
            cold: 0.262937,
            waste: 5.258732
        ),
    ]

    @Test("cold share and waste are the formula's, loading ahead included", arguments: known)
    func formulas(known: Known) {
        var stream = RandomStream(seed: 9, replication: 0, purpose: .arrivals)
        let count = 400_000
        var cold = 0.0
        var waste = 0.0
        for _ in 0..<count {
            let gap = known.gaps.sample(&stream)
            if !known.window.contains(gap) { cold += 1 }
            waste += known.window.loadedSeconds(of: gap)
        }
        let share = cold / Double(count)
        #expect(abs(share - known.cold) < 4 * (known.cold * (1 - known.cold) / Double(count)).squareRoot())
        #expect(abs(waste / Double(count) - known.waste) < 0.005 * known.waste, "\(known.name)")
    }
}
