import Testing
import Timekeeping

@testable import ScalingCore

@Suite("Knative's decider, several ticks")
struct KnativeDeciderSequenceTests {
    /// An even second, so that two-second slots begin with it.
    static let start = MonotonicInstant.seconds(1_000_000)

    static func decider(
        target: Double,
        burst: Double,
        delay: Double = 0,
        isReachable: Bool = true,
        ready: Int = 0
    ) -> KnativeDecider {
        let configuration = ScalingConfiguration(
            policy: .knative,
            target: target,
            total: target / 0.75,
            targetBurstCapacity: burst,
            maxScaleUpRate: 10,
            maxScaleDownRate: 10,
            scaleDownDelaySeconds: delay,
            isReachable: isReachable
        )
        return KnativeDecider(configuration: configuration, now: Self.start, readyReplicas: ready)
    }

    static func at(_ seconds: Double) -> MonotonicInstant { .seconds(1_000_000 + seconds) }

    @Test("27: panic is held for a stable window, grows, and ends")
    func panicEnds() {
        var decider = Self.decider(target: 1, burst: 98)
        #expect(decider.decide(stable: 11, panic: 25, ready: 10, now: Self.at(0)).desired == 25)
        #expect(decider.panicTime == Self.at(0))
        #expect(decider.decide(stable: 30, panic: 41, ready: 40, now: Self.at(30)).desired == 41)
        #expect(decider.panicTime == Self.at(0))
        #expect(decider.decide(stable: 50, panic: 56, ready: 55, now: Self.at(62)).desired == 50)
        #expect(decider.panicTime == nil)
        #expect(decider.maxPanicReplicas == 0)
    }

    @Test("28: a second burst extends panic")
    func panicExtends() {
        var decider = Self.decider(target: 1, burst: 98)
        #expect(decider.decide(stable: 11, panic: 25, ready: 10, now: Self.at(0)).desired == 25)
        #expect(decider.decide(stable: 30, panic: 80, ready: 40, now: Self.at(30)).desired == 80)
        #expect(decider.panicTime == Self.at(30))
    }

    @Test("29: in panic the scale never falls, afterwards at once")
    func panicHolds() {
        var decider = Self.decider(target: 10, burst: 93)
        #expect(decider.decide(stable: 100, panic: 100, ready: 1, now: Self.at(0)).desired == 10)
        #expect(decider.decide(stable: 100, panic: 1000, ready: 10, now: Self.at(0)).desired == 100)
        #expect(decider.decide(stable: 1, panic: 1, ready: 10, now: Self.at(30)).desired == 100)
        #expect(decider.decide(stable: 1, panic: 1, ready: 10, now: Self.at(61)).desired == 1)
    }

    @Test("panic lasts the stable window to the end and not a nanosecond longer")
    func panicBoundary() {
        var decider = Self.decider(target: 10, burst: 93)
        _ = decider.decide(stable: 100, panic: 100, ready: 1, now: Self.at(0))
        #expect(decider.decide(stable: 1, panic: 1, ready: 10, now: Self.at(60)).isPanicking)
        let after = Self.at(60).advanced(byNanoseconds: 1)
        #expect(!decider.decide(stable: 1, panic: 1, ready: 10, now: after).isPanicking)
    }

    @Test("30: each burst within a burst extends panic")
    func burstInBurst() {
        var decider = Self.decider(target: 1, burst: 101)
        for (tick, (ready, load, desired)) in [(1, 6, 6), (6, 36, 36), (36, 216, 216), (216, 1296, 1296)].enumerated() {
            let now = Self.at(Double(tick))
            let verdict = decider.decide(stable: Double(load), panic: Double(load), ready: ready, now: now)
            #expect(verdict.desired == desired)
            #expect(decider.panicTime == now)
        }
        #expect(decider.decide(stable: 1296, panic: 1296, ready: 1296, now: Self.at(9)).desired == 1296)
        #expect(decider.panicTime == Self.at(3))
    }

    @Test(
        "31: a decider that finds more than one replica begins in panic",
        arguments: [(0, false), (1, false), (2, true)]
    )
    func begin(ready: Int, panics: Bool) {
        let decider = Self.decider(target: 10, burst: 93, ready: ready)
        #expect((decider.panicTime != nil) == panics)
        #expect(decider.maxPanicReplicas == ready)
    }

    @Test("32: changed settings count from the next tick")
    func changedSettings() {
        var decider = Self.decider(target: 10, burst: 77)
        let first = decider.decide(stable: 100, panic: 101, ready: 1, now: Self.at(0))
        #expect(first.desired == 10)
        #expect(first.excessBurstCapacity == -165)
        decider.configuration.target = 1
        decider.configuration.total = 1 / 0.75
        decider.configuration.targetBurstCapacity = 71
        let second = decider.decide(stable: 100, panic: 101, ready: 10, now: Self.at(2))
        #expect(second.desired == 100)
        #expect(second.excessBurstCapacity == -159)
    }

    @Test(
        "33 to 35: a lower scale waits for the delay",
        arguments: [
            ("33", true, [(2.0, 4, 4), (300, 0, 4), (302, 0, 0)]),
            ("34", true, [(540.0, 4, 4), (600, 3, 4), (660, 0, 4), (840, 0, 3), (900, 0, 0)]),
            ("35 unreachable", false, [(2.0, 4, 4), (4, 0, 0)]),
        ]
    )
    func delay(name: String, isReachable: Bool, steps: [(Double, Int, Int)]) {
        var decider = Self.decider(target: 10, burst: 0, delay: 300, isReachable: isReachable)
        for (seconds, wanted, desired) in steps {
            let load = Double(wanted * 10)
            let verdict = decider.decide(stable: load, panic: load, ready: 4, now: Self.at(seconds))
            #expect(verdict.desired == desired, "\(name) at \(seconds) s")
        }
    }

    @Test("36: without a delay two ticks in one slot do not hold each other")
    func noDelay() {
        var decider = Self.decider(target: 10, burst: 0)
        #expect(decider.decide(stable: 40, panic: 40, ready: 4, now: Self.at(0)).desired == 4)
        #expect(decider.decide(stable: 20, panic: 20, ready: 4, now: Self.at(0.5)).desired == 2)
    }
}
