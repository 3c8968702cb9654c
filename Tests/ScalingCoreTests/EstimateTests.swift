import Testing
import Timekeeping

@testable import ScalingCore

@Suite("What is learned: start-up and service times")
struct EstimateTests {
    @Test("nothing is expected before the first start, and the first start is believed")
    func firstStart() {
        var estimate = StartupEstimate()
        #expect(estimate.expectedSeconds == nil)
        estimate.record(30)
        #expect(estimate.expectedSeconds == 30)
    }

    @Test("equal starts leave no margin, unequal ones do, and recent ones count more")
    func learning() {
        var steady = StartupEstimate()
        for _ in 0..<50 { steady.record(12) }
        #expect(steady.expectedSeconds == 12)

        var changing = StartupEstimate()
        for _ in 0..<50 { changing.record(10) }
        for _ in 0..<50 { changing.record(40) }
        #expect(changing.meanSeconds > 39 && changing.meanSeconds < 40)

        var spread = StartupEstimate()
        for start in 0..<200 { spread.record(start.isMultiple(of: 2) ? 10 : 20) }
        #expect((spread.expectedSeconds ?? 0) > 20 && (spread.expectedSeconds ?? 0) < 30)
    }

    @Test("one outlier among many moves the expectation by less than its tenth")
    func outlier() {
        var estimate = StartupEstimate()
        for _ in 0..<50 { estimate.record(10) }
        let before = estimate.meanSeconds
        estimate.record(100)
        #expect(estimate.meanSeconds - before < 12)
    }

    @Test("what is no time is ignored", arguments: [-1, .nan, .infinity])
    func nonsense(seconds: Double) {
        var estimate = StartupEstimate()
        estimate.record(seconds)
        #expect(estimate.expectedSeconds == nil)
    }

    @Test(
        "a start is given up at the deadline, or earlier when it takes three times as long as expected",
        arguments: [
            (nil, 599.0, true), (nil, 601, false), (20, 59, true), (20, 61, false), (0.1, 9, true), (0.1, 11, false),
            (300, 601, false),
        ] as [(Double?, Double, Bool)]
    )
    func stuck(learned: Double?, age: Double, isPromising: Bool) {
        var estimate = StartupEstimate()
        if let learned { estimate.record(learned) }
        #expect(estimate.isPromising(ageSeconds: age, deadlineSeconds: 600) == isPromising)
    }

    static func observe(
        _ estimate: inout ServiceTimeEstimate,
        second: Double,
        waiting: Int = 0,
        load: Double = 20,
        arrivals: Double = 10
    ) {
        let reading = LoadReading(stable: load, short: load, latest: load, arrivals: arrivals, latestArrivals: arrivals)
        estimate.observe(
            waiting: waiting,
            reading: reading,
            windowSeconds: 6,
            patienceSeconds: 30,
            at: .seconds(second)
        )
    }

    @Test("the service time is requests in flight by requests a second, learned while nobody waits")
    func littlesLaw() {
        var estimate = ServiceTimeEstimate()
        Self.observe(&estimate, second: 1, waiting: 3)
        #expect(estimate.seconds == nil)
        Self.observe(&estimate, second: 6)
        #expect(estimate.seconds == nil, "the window still holds waiting requests")
        Self.observe(&estimate, second: 8)
        #expect(estimate.seconds == 2)
        #expect(estimate.concurrency(arrivals: 5, waiting: 300, drainSeconds: 60) == 20)
    }

    @Test("a second counts once, so that deciding twice learns nothing new")
    func onceASecond() {
        var estimate = ServiceTimeEstimate()
        Self.observe(&estimate, second: 1)
        Self.observe(&estimate, second: 2, load: 40)
        let once = estimate
        Self.observe(&estimate, second: 2.9, load: 40)
        #expect(estimate == once)
        #expect(estimate.seconds == 2.25)
    }

    @Test("too few requests teach nothing")
    func tooFew() {
        var estimate = ServiceTimeEstimate()
        Self.observe(&estimate, second: 1, load: 1, arrivals: 1)
        #expect(estimate.seconds == nil)
    }

    @Test("what was learned is dropped when a queue lasts longer than it should have")
    func distrust() {
        var estimate = ServiceTimeEstimate()
        Self.observe(&estimate, second: 1)
        Self.observe(&estimate, second: 10, waiting: 50)
        Self.observe(&estimate, second: 40, waiting: 50)
        #expect(estimate.seconds == 2)
        Self.observe(&estimate, second: 41, waiting: 50)
        #expect(estimate.seconds == nil)
    }
}
