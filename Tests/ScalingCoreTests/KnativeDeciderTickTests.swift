import Testing
import Timekeeping

@testable import ScalingCore

/// One row of the table of single ticks; numbers as in the table of Knative's behaviour.
struct TickRow: Sendable, CustomTestStringConvertible {
    var name: String
    var target = 10.0
    var burst = 100.0
    var stable: Double?
    var panic: Double?
    var ready: Int?
    /// Replicas at which the decider is already panicking, since five seconds ago.
    var panickingAt: Int?
    var up = 10.0
    var down = 10.0
    var activation = 1
    var isReachable = true
    var desired: Int?
    var excess: Int
    var panics: Bool

    var testDescription: String { self.name }

    var configuration: ScalingConfiguration {
        ScalingConfiguration(
            policy: .knative,
            target: self.target,
            total: self.target / 0.75,
            targetBurstCapacity: self.burst,
            maxScaleUpRate: self.up,
            maxScaleDownRate: self.down,
            activationScale: self.activation,
            isReachable: self.isReachable
        )
    }
}

@Suite("Knative's decider, one tick")
struct KnativeDeciderTickTests {
    static let now = MonotonicInstant.seconds(1_000_000)

    static let rows: [TickRow] = [
        TickRow(name: "1 no load", stable: 0, panic: 0, ready: 1, desired: 0, excess: -87, panics: false),
        TickRow(
            name: "2 burst capacity -1",
            target: 181,
            burst: -1,
            stable: 21,
            panic: 26,
            ready: 1,
            desired: 1,
            excess: -1,
            panics: false
        ),
        TickRow(
            name: "3 burst capacity 0",
            burst: 0,
            stable: 50,
            panic: 49,
            ready: 1,
            desired: 5,
            excess: 0,
            panics: true
        ),
        TickRow(name: "4 panic from one", stable: 50, panic: 50, ready: 1, desired: 5, excess: -137, panics: true),
        TickRow(name: "5 exact fit", stable: 50, panic: 50, ready: 5, desired: 5, excess: -84, panics: false),
        TickRow(
            name: "6 in panic the stable value may win",
            target: 1,
            stable: 50,
            panic: 30,
            ready: 5,
            panickingAt: 5,
            desired: 50,
            excess: -124,
            panics: true
        ),
        TickRow(
            name: "7 in panic the panic value may win",
            target: 1,
            stable: 20,
            panic: 30,
            ready: 5,
            panickingAt: 5,
            desired: 30,
            excess: -124,
            panics: true
        ),
        TickRow(
            name: "8 the scale-up rate caps, rounded up",
            target: 1,
            burst: 1982,
            stable: 3,
            panic: 3.1,
            ready: 2,
            up: 1.1,
            desired: 3,
            excess: -1983,
            panics: true
        ),
        TickRow(
            name: "9 the scale-down rate holds, rounded down",
            burst: 1982,
            stable: 1,
            panic: 1,
            ready: 100,
            down: 1.1,
            desired: 90,
            excess: -650,
            panics: false
        ),
        TickRow(
            name: "10 the scale-down rate does not hold what nobody reaches",
            burst: 1982,
            stable: 1,
            panic: 1,
            ready: 100,
            down: 1.1,
            isReachable: false,
            desired: 1,
            excess: -650,
            panics: false
        ),
        TickRow(
            name: "11 a burst",
            burst: 84,
            stable: 50,
            panic: 100,
            ready: 1,
            desired: 10,
            excess: -171,
            panics: true
        ),
        TickRow(
            name: "12 a burst that is over",
            burst: 101,
            stable: 50,
            panic: 10,
            ready: 1,
            desired: 5,
            excess: -98,
            panics: false
        ),
        TickRow(name: "13 too many", stable: 10, panic: 10, ready: 10, desired: 1, excess: 23, panics: false),
        TickRow(
            name: "14 scale-up rate from one",
            burst: 61,
            stable: 1000,
            panic: 1001,
            ready: 1,
            desired: 10,
            excess: -1049,
            panics: true
        ),
        TickRow(
            name: "15 scale-up rate from ten",
            burst: 61,
            stable: 1000,
            panic: 1001,
            ready: 10,
            desired: 100,
            excess: -929,
            panics: true
        ),
        TickRow(
            name: "16 scale-down rate from a hundred",
            burst: 61,
            stable: 1,
            panic: 1,
            ready: 100,
            desired: 10,
            excess: 1271,
            panics: false
        ),
        TickRow(
            name: "17 scale-down rate from ten",
            burst: 61,
            stable: 1,
            panic: 1,
            ready: 10,
            desired: 1,
            excess: 71,
            panics: false
        ),
        TickRow(
            name: "18 none ready counts as one",
            burst: 81,
            stable: 1000,
            panic: 888,
            ready: 0,
            desired: 10,
            excess: -969,
            panics: true
        ),
        TickRow(
            name: "23 activation scale raises no zero",
            burst: 75,
            stable: 0,
            panic: 0,
            ready: 1,
            activation: 2,
            desired: 0,
            excess: -62,
            panics: false
        ),
        TickRow(
            name: "24 activation scale raises one",
            burst: 75,
            stable: 1,
            panic: 0,
            ready: 1,
            activation: 2,
            desired: 2,
            excess: -62,
            panics: false
        ),
    ]

    @Test("gives what Knative gives", arguments: Self.rows)
    func tick(row: TickRow) {
        let created = Self.now.advanced(by: .seconds(-5))
        var decider = KnativeDecider(
            configuration: row.configuration,
            now: created,
            readyReplicas: row.panickingAt ?? 0
        )
        let verdict = decider.decide(stable: row.stable, panic: row.panic, ready: row.ready, now: Self.now)
        #expect(verdict.desired == row.desired)
        #expect(verdict.excessBurstCapacity == row.excess)
        #expect(verdict.isPanicking == row.panics)
    }

    @Test(
        "the second of two ticks forgets the first",
        arguments: [
            ("19 and 20", 98.0, (100.0, 100.0, 8, 10, -92), (50.0, 50.0, 8, 5, -42)),
            ("21 and 22", 75.0, (1.0, 0.0, 1, 1, -62), (0.0, 0.0, 1, 0, -62)),
        ]
    )
    func twoTicks(
        name: String,
        burst: Double,
        first: (Double, Double, Int, Int, Int),
        second: (Double, Double, Int, Int, Int)
    ) {
        let row = TickRow(name: name, burst: burst, excess: 0, panics: false)
        var decider = KnativeDecider(configuration: row.configuration, now: .zero, readyReplicas: 0)
        for (number, (stable, panic, ready, desired, excess)) in [first, second].enumerated() {
            let now = Self.now.advanced(by: .seconds(2 * number))
            let verdict = decider.decide(stable: stable, panic: panic, ready: ready, now: now)
            #expect(verdict.desired == desired, "\(name), tick \(number)")
            #expect(verdict.excessBurstCapacity == excess, "\(name), tick \(number)")
        }
    }

    @Test("25 and 26: what is not known changes nothing")
    func unknown() {
        let row = TickRow(name: "unknown", excess: 0, panics: false)
        var decider = KnativeDecider(configuration: row.configuration, now: Self.now, readyReplicas: 5)
        _ = decider.decide(stable: 50, panic: 50, ready: 5, now: Self.now)
        let before = decider
        let noCount = decider.decide(stable: 9000, panic: 9000, ready: nil, now: Self.now)
        #expect(noCount.desired == nil)
        #expect(noCount.isPanicking)
        #expect(noCount.excessBurstCapacity == -84)
        #expect(noCount.limits.limits == [.unknownReplicas])
        let noData = decider.decide(stable: nil, panic: nil, ready: 5, now: Self.now)
        #expect(noData.desired == nil)
        #expect(noData.limits.limits == [.unknownLoad])
        #expect(decider == before)
    }
}
