import ScalingCore
import Simulator
import Testing

@Suite("PolicyTable")
struct PolicyTableTests {
    /// Third quartile of cold calls, and waste, both in per cent: `policy_traces` of the reference values.
    private static let reference: [(name: String, cold: Double, waste: Double)] = [
        ("fixed_5", 50.0, 86.28), ("fixed_10", 35.821, 100.0), ("fixed_20", 26.19, 114.05), ("fixed_30", 25.0, 122.95),
        ("fixed_45", 20.0, 132.89), ("fixed_60", 19.231, 141.22), ("fixed_90", 17.391, 150.51),
        ("fixed_120", 14.286, 157.84), ("fixed_240", 10.0, 176.76), ("no_unload", 7.143, 229.48),
        ("hybrid240_min0", 25.0, 80.01), ("hybrid240_min2", 18.242, 87.55), ("hybrid240_min5", 14.286, 95.34),
        ("hybrid240_min10", 12.5, 103.05), ("hybrid240_min20", 10.0, 109.69), ("hybrid120_min10", 14.286, 86.14),
    ]

    @Test("a day of a thousand functions gives the reference table, to its last digit")
    func reproducesTheTable() throws {
        guard let path = SharedTraces.path("azure-functions-2019-1000f-24h/1000_inv.csv") else {
            print("the policy table is not compared: \(SharedTraces.absence)")
            return
        }
        let trace = try TraceImporter().read(path)
        guard case .counts(let counts) = trace.content else { throw TraceError(path: path, detail: "has no counts") }
        let table = PolicyTable(counts: counts)
        #expect(table.rows.map(\.name) == Self.reference.map(\.name))
        for (row, wanted) in zip(table.rows, Self.reference) {
            #expect(abs(row.thirdQuartileColdPercent - wanted.cold) < 0.0005, "\(row.name)")
            #expect(abs(row.wastePercent - wanted.waste) < 0.0051, "\(row.name)")
        }
        let alwaysCold = table.rows.first { $0.name == "fixed_10" }?.alwaysColdPercent
        #expect(abs((alwaysCold ?? 0) - 13.7) < 0.05)
    }

    /// One function, called in the minutes given, of a trace of so many minutes.
    private static func counts(_ minutes: [(Int32, Int32)], length: Int) -> TraceCounts {
        TraceCounts(
            stepSeconds: 60,
            stepCount: length,
            steps: [minutes.map { TraceCounts.Step(step: $0.0, calls: $0.1) }]
        )
    }

    @Test("a call as late as the end of the time is warm, a minute later it is cold")
    func tiesAreWarm() {
        let study = KeepAliveStudy(counts: Self.counts([(0, 1), (10, 1), (21, 1)], length: 25))
        let outcome = study.outcome(of: KeepAliveConfiguration(.fixed, parameters: ["keep": 600]))
        #expect(outcome.coldCalls == 2)
        #expect(outcome.wastedSeconds == 60 * (10 + 10 + 4))
    }

    @Test("all calls of a minute after its first are warm")
    func oneColdCallAMinute() {
        let outcome = KeepAliveStudy(counts: Self.counts([(0, 7)], length: 5)).outcome(
            of: KeepAliveConfiguration(.fixed)
        )
        #expect(outcome.coldPercents == [100.0 / 7])
        #expect(outcome.alwaysCold == 0)
    }

    @Test("never unloading wastes all the time after the first call")
    func noUnload() {
        let outcome = KeepAliveStudy(counts: Self.counts([(2, 1), (500, 1)], length: 1440))
            .outcome(of: KeepAliveConfiguration(.noUnload))
        #expect(outcome.coldCalls == 1)
        #expect(outcome.wastedSeconds == 60 * 1438)
    }

    @Test("a forecast that is right wastes less than a fixed time with as few cold calls")
    func forecastBeatsFixed() {
        // Twenty minutes of each hour are busy, for two days.
        let minutes = (0..<2880).filter { $0 % 60 < 20 }.map { (Int32($0), Int32(3)) }
        let study = KeepAliveStudy(counts: Self.counts(minutes, length: 2880))
        let seasonal = study.outcome(of: KeepAliveConfiguration(.seasonalNaive, parameters: ["period": 3600]))
        let fixed = study.outcome(of: KeepAliveConfiguration(.fixed, parameters: ["keep": 3600]))
        #expect(seasonal.coldCalls <= 3)
        #expect(fixed.coldCalls == 1)
        #expect(seasonal.wastedSeconds < 0.4 * fixed.wastedSeconds)
    }
}
