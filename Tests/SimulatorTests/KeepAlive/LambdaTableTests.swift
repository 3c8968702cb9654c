import Foundation
import SimulationKit
import Simulator
import Testing

@Suite("LambdaTable")
struct LambdaTableTests {
    /// Rate, cold, requests, and the reference simulation at 600 and at 640 s: `live_lambda` of the reference values.
    private static let reference: [(rate: Double, cold: Int, requests: Int, at600: Double, at640: Double)] = [
        (0.00185312, 59, 182, 0.334913, 0.311009), (0.00244767, 52, 240, 0.236155, 0.214548),
        (0.0028717, 42, 284, 0.185236, 0.165677), (0.00344354, 35, 340, 0.13392, 0.117407),
        (0.00423807, 32, 419, 0.086384, 0.074263), (0.00571485, 28, 569, 0.04251, 0.036023),
        (0.00784101, 27, 775, 0.023071, 0.020586), (0.01637369, 29, 1612, 0.023104, 0.022625),
        (0.05011, 37, 4953, 0.010338, 0.009289), (0.10011, 114, 19_824, 0.007105, 0.00674),
    ]

    private static func liveRuns() throws -> [Trace]? {
        guard let folder = SharedTraces.path("aws-lambda-live-2020") else {
            print("the live Lambda table is not compared: \(SharedTraces.absence)")
            return nil
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".csv") }
        return try files.sorted().map { try TraceImporter().read("\(folder)/\($0)") }
    }

    @Test("eleven live runs are the ten rows that were measured, and the model gives the reference shares")
    func reproducesTheTable() throws {
        guard let runs = try Self.liveRuns() else { return }
        let table = LambdaTable(traces: runs, requests: 60_000)
        try #require(table.rows.count == Self.reference.count)
        for (row, wanted) in zip(table.rows, Self.reference) {
            #expect(abs(row.ratePerSecond - wanted.rate) < 0.001 * wanted.rate, "\(wanted.rate)")
            #expect(row.measuredCold == wanted.cold, "\(wanted.rate)")
            #expect(row.measuredRequests == wanted.requests, "\(wanted.rate)")
            #expect(abs(row.modelled[0] - wanted.at600) < 0.01, "\(wanted.rate)")
            #expect(abs(row.modelled[1] - wanted.at640) < 0.01, "\(wanted.rate)")
        }
        #expect(table.rows.count { $0.agrees(column: 1) } >= 9)
        #expect(table.meanAbsoluteError(column: 1) < table.meanAbsoluteError(column: 0))
    }

    @Test("the live runs themselves say that instances live about 640 s")
    func expiryOfTheLiveRuns() throws {
        guard let runs = try Self.liveRuns() else { return }
        let slow = runs.filter { $0.count < 600 }.compactMap { run -> [TraceRequest]? in
            guard case .requests(let requests) = run.content else { return nil }
            return requests
        }
        let estimate = try #require(ExpiryEstimate(runs: slow))
        #expect(estimate.gaps > 1900)
        #expect(estimate.atLeastSeconds > 630)
        #expect(estimate.atMostSeconds < 656)
        #expect(estimate.exceptions < 25)
    }

    @Test("a known expiry is found between the gaps on both sides of it, exceptions counted")
    func expiryIsBracketed() throws {
        var gaps = (1...200).map { (seconds: Double($0) * 10 + 0.5, isCold: $0 * 10 > 640) }
        gaps.append((seconds: 55, isCold: true))
        let estimate = try #require(ExpiryEstimate(gaps: gaps))
        #expect(estimate.atLeastSeconds == 640.5)
        #expect(estimate.atMostSeconds == 650.5)
        #expect(estimate.exceptions == 1)
        #expect(estimate.shortestColdGap == 55)
        #expect(ExpiryEstimate(gaps: [(5, false)]) == nil)
    }

    @Test("without service time the model is the formula: the share of gaps beyond the expiry")
    func fleetAgreesWithTheFormula() {
        let fleet = PerRequestFleet(
            interarrival: .exponential(mean: 10),
            warmService: .constant(0),
            coldService: .constant(0),
            expirySeconds: 10
        )
        let share = fleet.run(requests: 100_000, seed: 7).coldShare
        #expect(abs(share - 0.367879) < 4 * (0.367879 * 0.632121 / 100_000).squareRoot())
    }
}
