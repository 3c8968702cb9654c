import StructuredData
import Testing
import Timekeeping

@testable import ScalingCore

@Suite("Policy knative as a whole")
struct KnativeScalerTests {
    /// The scenarios end with the decider; from here on the way to zero plays along as well.
    static let scenarios: [(name: String, startup: Int, aggregation: WindowAggregation, until: Int)] = [
        ("burst_linear", 10, .linear, 188), ("burst_linear_slow_pods_60s", 60, .linear, 188),
        ("burst_weighted", 10, .weightedExponential, 176), ("ramp_linear", 10, .linear, 200),
    ]

    /// The replicas of the golden scenarios: they fall to what is wanted at once, and rise to what was wanted when one
    /// that is ready now was ordered, even if less was wanted in between.
    struct CrudeReplicas {
        let startup: Int
        var ready = 0
        var desired: [Int: Int] = [:]

        mutating func tick(_ second: Int) {
            let last = self.desired[second - 2] ?? 0
            let ordered = self.desired[second - 2 - self.startup] ?? 0
            self.ready = min(last, max(self.ready, ordered))
        }
    }

    @Test(
        "windows, decider and replicas in a closed loop give every number of the golden scenarios (50 to 65)",
        arguments: Self.scenarios
    )
    func closedLoop(name: String, startup: Int, aggregation: WindowAggregation, until: Int) throws {
        let steps = try #require(try Fixture.scenarios.json()[name]?.arrayValue)
        let load = name.hasPrefix("ramp") ? Workload.ramp : Workload.burst
        var scaler = Self.scaler { $0.aggregation = aggregation }
        var replicas = CrudeReplicas(startup: startup)
        for step in steps.prefix(until / 2) {
            let second = try #require(step["t"]?.intValue)
            for reported in (second - 1)...second { Self.report(load(reported), reported...reported, to: &scaler) }
            replicas.tick(second)
            let decision = scaler.decide(.init(ready: replicas.ready), now: .seconds(Double(second)))
            replicas.desired[second] = decision.desiredReplicas
            #expect(step["ready"]?.intValue == replicas.ready, "at \(second) s")
            for (value, key) in [(decision.stableValue, "stable"), (decision.panicValue, "panic")] {
                let expected = try #require(step[key]?.doubleValue)
                #expect(abs((value ?? -1) - expected) <= 1e-12 * max(1, expected), "\(key) at \(second) s")
            }
            #expect(step["desired"]?.intValue == decision.desiredReplicas, "at \(second) s")
            #expect(step["ebc"]?.intValue == decision.excessBurstCapacity, "at \(second) s")
            #expect(step["inPanic"]?.boolValue == decision.isPanicking, "at \(second) s")
        }
    }

    static func scaler(_ change: (inout ScalingConfiguration) -> Void = { _ in }) -> RevisionScaler {
        var configuration = ScalingConfiguration(policy: .knative, target: 7, total: 10)
        change(&configuration)
        return RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 0, hasReachedInitialScale: true)
    }

    static func report(_ load: Double, _ seconds: ClosedRange<Int>, to scaler: inout RevisionScaler) {
        for second in seconds {
            let sample = LoadSample(averageConcurrency: load, requestsPerSecond: load)
            scaler.record(sample, from: "activator-0", at: .seconds(Double(second)))
        }
    }

    @Test("the first request at zero counts as one at once, and only once")
    func firstRequest() {
        var scaler = Self.scaler()
        #expect(scaler.decide(.init(ready: 0), now: .seconds(100)).desiredReplicas == nil)
        let first = scaler.decide(.init(ready: 0, waitingRequests: 1), now: .seconds(101))
        #expect(first.desiredReplicas == 1)
        #expect(first.stableValue == 1)
        let second = scaler.decide(.init(ready: 0, waitingRequests: 1), now: .seconds(101.5))
        #expect(second.stableValue == 1)
    }

    @Test("the last replica goes when active for a stable window and through the activator for the grace period")
    func toZero() {
        var scaler = Self.scaler()
        var desired: [Int: Int?] = [:]
        for second in stride(from: 2, through: 400, by: 2) {
            Self.report(second <= 100 ? 7 : 0, (second - 1)...second, to: &scaler)
            desired[second] = scaler.decide(.init(ready: 1), now: .seconds(Double(second))).desiredReplicas
        }
        #expect(desired[158] == 1)
        // Load fills the window until 159 s; the tick after that makes the revision inactive, the next one writes.
        #expect(desired[160] == 1)
        #expect(desired[162] == 0)
        #expect(desired[400] == 0)
        #expect(scaler.decide(.init(ready: 0), now: .seconds(402)).recheckAfterSeconds == nil)
        #expect(scaler.decide(.init(ready: 0, waitingRequests: 1), now: .seconds(404)).recheckAfterSeconds == 2)
    }

    @Test("the grace period counts from when requests go through the activator, which they may have done all along")
    func grace() {
        func zero(burst: Double) -> Int? {
            var scaler = Self.scaler { $0.targetBurstCapacity = burst }
            for second in stride(from: 2, through: 400, by: 2) {
                Self.report(second <= 100 ? 7 : 0, (second - 1)...second, to: &scaler)
                if scaler.decide(.init(ready: 1), now: .seconds(Double(second))).desiredReplicas == 0 { return second }
            }
            return nil
        }
        #expect(zero(burst: 211) == 162)
        // One replica of ten has room for a burst of one: the activator leaves the path until the revision is idle.
        #expect(zero(burst: 1) == 190)
    }

    @Test("a report that is no number changes nothing")
    func noNumber() {
        var scaler = Self.scaler()
        Self.report(10, 1...1, to: &scaler)
        for value in [Double.nan, .infinity] {
            scaler.record(.init(averageConcurrency: value, requestsPerSecond: 1), from: "a", at: .seconds(1))
            scaler.record(.init(averageConcurrency: 1, requestsPerSecond: value), from: "a", at: .seconds(1))
        }
        #expect(scaler.decide(.init(ready: 1), now: .seconds(1)).stableValue == 10)
    }

    @Test("retention keeps the last replica longer, a switch keeps it for ever")
    func retention() {
        func zero(_ change: (inout ScalingConfiguration) -> Void) -> Int? {
            var scaler = Self.scaler(change)
            for second in stride(from: 2, through: 600, by: 2) {
                Self.report(second <= 100 ? 7 : 0, (second - 1)...second, to: &scaler)
                if scaler.decide(.init(ready: 1), now: .seconds(Double(second))).desiredReplicas == 0 { return second }
            }
            return nil
        }
        #expect(zero { $0.scaleToZeroPodRetentionSeconds = 100 } == 260)
        #expect(zero { $0.enableScaleToZero = false } == nil)
        #expect(zero { $0.minScale = 1 } == nil)
    }

    @Test("no data holds the scale, unless the activator reports everything")
    func noData() {
        var asked = Self.scaler()
        var always = Self.scaler { $0.targetBurstCapacity = -1 }
        for scaler in [asked, always] { #expect(scaler.configuration.policy == .knative) }
        Self.report(7, 1...1, to: &asked)
        Self.report(7, 1...1, to: &always)
        #expect(asked.decide(.init(ready: 1), now: .seconds(61)).stableValue == 0)
        #expect(asked.decide(.init(ready: 1), now: .seconds(62)).stableValue == nil)
        #expect(always.decide(.init(ready: 1), now: .seconds(62)).stableValue == 0)
    }

    @Test("a new revision that never becomes active is given up after its progress deadline and 30 s")
    func neverActive() {
        var configuration = ScalingConfiguration(policy: .knative, progressDeadlineSeconds: 100)
        configuration.targetBurstCapacity = -1
        var scaler = RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 0)
        let early = scaler.decide(.init(ready: 0), now: .seconds(130))
        #expect(early.desiredReplicas == nil)
        #expect(early.limits == [.activating])
        #expect(scaler.decide(.init(ready: 0), now: .seconds(130.5)).desiredReplicas == 0)
    }

    @Test("changed windows, targets and metrics are taken over")
    func reconfigure() {
        var scaler = Self.scaler()
        for second in 1...10 {
            let sample = LoadSample(averageConcurrency: Double(second), requestsPerSecond: 100)
            scaler.record(sample, from: "a", at: .seconds(Double(second)))
        }
        var changed = scaler.configuration
        changed.stableWindowSeconds = 6
        changed.target = 1
        scaler.reconfigure(changed, now: .seconds(10))
        let decision = scaler.decide(.init(ready: 1), now: .seconds(10))
        #expect(decision.stableValue == 7.5)
        #expect(decision.wantedReplicas == 8)
        changed.metric = .rps
        scaler.reconfigure(changed, now: .seconds(10))
        #expect(scaler.decide(.init(ready: 1), now: .seconds(10)).stableValue == nil)
    }
}
