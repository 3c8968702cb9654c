import SimulationKit
import Simulator
import Testing
import Timekeeping

@Suite("made-up arrivals")
struct SynthesisTests {
    private static func moments(_ process: any ArrivalProcess, seconds: Double, seed: UInt64 = 5) -> [Double] {
        let context = ArrivalContext(seed: seed, replication: 0, entity: 0, horizon: .seconds(seconds))
        var source = process.source(context)
        var moments: [Double] = []
        while let arrival = source.next(), arrival.at < .seconds(seconds) {
            moments.append(arrival.at.seconds(since: .zero))
        }
        return moments
    }

    /// Variance by mean of the counts in windows of so many seconds.
    private static func dispersion(_ moments: [Double], window: Double, seconds: Double) -> Double {
        var counts = [Double](repeating: 0, count: Int(seconds / window))
        for moment in moments { counts[min(Int(moment / window), counts.count - 1)] += 1 }
        let mean = counts.reduce(0, +) / Double(counts.count)
        return counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(counts.count) / mean
    }

    private static let processes: [any ArrivalProcess] = [
        RenewalProcess.poisson(rate: 2), RenewalProcess(interarrival: .gamma(shape: 0.25, scale: 2)),
        MarkovModulatedProcess(states: [.init(rate: 0.5, meanSeconds: 60), .init(rate: 8, meanSeconds: 20)]),
        HawkesProcess(baseRate: 1, branching: 0.5, meanDelaySeconds: 2),
        ShapedProcess(RenewalProcess.poisson(rate: 2), shape: .daily()),
    ]

    @Test("each process has the rate that it says it has", arguments: processes.indices)
    func rates(index: Int) throws {
        let process = Self.processes[index]
        let seconds = 86_400.0
        let rate = Double(Self.moments(process, seconds: seconds).count) / seconds
        let wanted = try #require(process.meanRate)
        #expect(abs(rate - wanted) < 0.05 * wanted, "\(process)")
    }

    @Test("arrivals come in order, the same for one seed and others for another", arguments: processes.indices)
    func orderAndSeeds(index: Int) {
        let process = Self.processes[index]
        let moments = Self.moments(process, seconds: 5000)
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(moments == Self.moments(process, seconds: 5000))
        #expect(moments != Self.moments(process, seconds: 5000, seed: 6))
    }

    @Test("a Poisson process is as even as chance, the bursty ones are not")
    func burstiness() {
        let seconds = 40_000.0
        let dispersions = Self.processes.prefix(4).map {
            Self.dispersion(Self.moments($0, seconds: seconds), window: 20, seconds: seconds)
        }
        #expect(abs(dispersions[0] - 1) < 0.1)
        #expect(dispersions.dropFirst().allSatisfy { $0 > 2 })
        // Far out, the counts of a Hawkes process scatter by one over the square of what is not branching.
        let hawkes = Self.dispersion(Self.moments(Self.processes[3], seconds: 200_000), window: 200, seconds: 200_000)
        #expect(abs(hawkes - 4) < 0.8)
    }

    @Test("a day has its peak at its hour, as many times its trough as was said")
    func dailyShape() {
        let process = ShapedProcess(RenewalProcess.poisson(rate: 5), shape: .daily(peakHour: 14, ratio: 4))
        let moments = Self.moments(process, seconds: 10 * 86_400)
        var hours = [Double](repeating: 0, count: 24)
        for moment in moments { hours[Int(moment / 3600) % 24] += 1 }
        let peak = hours.enumerated().max { $0.element < $1.element }?.offset ?? 0
        #expect((13...14).contains(peak))
        let trough = hours.enumerated().min { $0.element < $1.element }?.offset ?? 0
        #expect((1...2).contains(trough))
        #expect(abs((hours.max() ?? 0) / (hours.min() ?? 1) - 4) < 0.4)
    }

    @Test("a week's last two days are quieter, and an offset begins in the middle of it")
    func weeklyShape() {
        let shape = RateShape.weekly(weekend: 0.25)
        let process = ShapedProcess(RenewalProcess.poisson(rate: 1), shape: shape, offsetSeconds: 5 * 86_400)
        let moments = Self.moments(process, seconds: 7 * 86_400)
        var days = [Double](repeating: 0, count: 7)
        for moment in moments { days[Int(moment / 86_400)] += 1 }
        #expect(abs(days[0] / days[3] - 0.25) < 0.03)
        #expect(abs(days[1] / days[4] - 0.25) < 0.03)
    }

    @Test("a shape with silent parts puts nothing into them")
    func silentParts() {
        let shape = RateShape(periodSeconds: 100, levels: [1, 0])
        let moments = Self.moments(ShapedProcess(RenewalProcess.poisson(rate: 1), shape: shape), seconds: 10_000)
        #expect(moments.count > 9000)
        #expect(moments.allSatisfy { $0.truncatingRemainder(dividingBy: 100) <= 50.000001 })
    }

    @Test("a made-up trace has its services' requests in order")
    func syntheticTrace() {
        let trace = Trace.synthetic(
            name: "two",
            services: [("a", RenewalProcess.poisson(rate: 1)), ("b", RenewalProcess.poisson(rate: 3))],
            seconds: 2000,
            duration: .constant(0.25),
            seed: 1
        )
        let summary = TraceSummary(trace)
        #expect(summary.services == 2)
        #expect(abs(summary.ratePerSecond - 4) < 0.2)
        #expect(abs(summary.largestShare - 0.75) < 0.03)
        #expect(summary.duration?.median == 0.25)
        #expect(abs((summary.interarrival?.variation ?? 0) - 1) < 0.06)
        #expect(abs(summary.dispersion - 1) < 0.6)
    }
}
