import ScalingCore
import StructuredData
import Testing
import Timekeeping

@Suite("ScaledObjects from one to many")
struct ScaledObjectScalerTests {
    @Test("of several triggers the largest demand wins")
    func largestWins() {
        let triggers = ["kafka", "cron", "rabbitmq"].map { TriggerConfiguration(type: $0) }
        var harness = ScaledObjectHarness(ScaledObjectConfiguration(triggers: triggers))
        for (index, value) in [30.0, 70, 50].enumerated() { harness.read(value, trigger: index) }
        let decision = harness.decide()
        #expect(decision.desiredReplicas == 7)
        #expect(decision.demands.map(\.replicas) == [3, 7, 5])
        #expect(decision.explanation.contains("trigger 'cron' has 70"))
    }

    @Test("the bounds hold, and say so")
    func bounds() {
        var harness = ScaledObjectHarness(.oneTrigger { ($0.minReplicas, $0.maxReplicas) = (2, 5) }, scale: 3)
        harness.advance(1000)
        harness.read(900)
        #expect(harness.follow().limits == [.maxReplicas])
        #expect(harness.scale == 5)
        harness.advance(1000)
        harness.read(0)
        #expect(harness.follow().limits == [.minReplicas])
        #expect(harness.scale == 2)
    }

    @Test("shrinking waits for five minutes, and then follows the highest of them")
    func stabilization() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.read(100)
        #expect(harness.follow().desiredReplicas == 10)
        harness.advance(100)
        harness.read(50)
        let held = harness.follow()
        #expect(held.desiredReplicas == 10)
        #expect(held.limits == [.scaleDownWindow])
        harness.advance(100)
        harness.read(70)
        #expect(harness.follow().desiredReplicas == 10)
        harness.advance(100)
        harness.read(20)
        #expect(harness.follow().desiredReplicas == 7)
    }

    @Test("a behaviour's rates hold from zero on, and periods end")
    func rates() {
        let behavior = ScalingBehavior(
            scaleUp: .init(policies: [.init(.pods, 4, periodSeconds: 15)]),
            scaleDown: .init(stabilizationWindowSeconds: 0, policies: [.init(.pods, 1, periodSeconds: 60)])
        )
        var harness = ScaledObjectHarness(.oneTrigger { $0.behavior = behavior })
        harness.read(1000)
        let first = harness.follow()
        #expect(first.desiredReplicas == 5, "one to wake, and four more")
        #expect(first.limits == [.scaleUpRate])
        harness.advance(5)
        #expect(harness.follow().desiredReplicas == 5)
        harness.advance(10)
        #expect(harness.follow().desiredReplicas == 9)
        harness.advance(100)
        harness.read(10)
        #expect(harness.follow().desiredReplicas == 8)
        harness.advance(59)
        harness.read(10)
        #expect(harness.follow().limits == [.scaleDownRate])
        harness.advance(1)
        #expect(harness.follow().desiredReplicas == 7)
    }

    @Test("with a window for growth only the first replica comes at once")
    func growthWindow() {
        let behavior = ScalingBehavior(scaleUp: .init(stabilizationWindowSeconds: 60))
        var harness = ScaledObjectHarness(.oneTrigger { $0.behavior = behavior })
        harness.read(100)
        #expect(harness.follow().desiredReplicas == 1)
        #expect(harness.decide().isLimited(by: .scaleUpWindow))
        harness.advance(59)
        harness.read(100)
        #expect(harness.follow().desiredReplicas == 1)
        harness.advance(1)
        #expect(harness.follow().desiredReplicas == 10)
    }

    @Test("replicas that are starting are not ordered again, nor taken back, by a value for all")
    func valueWithStartingReplicas() {
        let trigger = TriggerConfiguration(type: "prometheus", metricType: .value)
        var harness = ScaledObjectHarness(ScaledObjectConfiguration(triggers: [trigger]), scale: 3)
        harness.ready = 1
        for _ in 0..<60 {
            harness.read(1.95, target: 1)
            let decision = harness.decide()
            #expect(decision.desiredReplicas == 3)
            harness.advance(1)
        }
        var keda = KedaModel(
            configuration: ScaledObjectConfiguration(
                triggers: [trigger],
                behavior: ScalingBehavior(scaleDown: .init(stabilizationWindowSeconds: 0))
            ),
            now: .zero
        )
        let reading = ScaledObjectHarness.queue(1.95, target: 1)
        #expect(keda.sync([reading], current: 3, ready: 1, now: .zero) == 2, "Kubernetes shrinks in an overload")
    }

    @Test("a value for all does not run away while it is looked at every second")
    func valueIsDamped() {
        let trigger = TriggerConfiguration(type: "prometheus", metricType: .value)
        var harness = ScaledObjectHarness(ScaledObjectConfiguration(triggers: [trigger]), scale: 4)
        for _ in 0..<15 {
            harness.read(3, target: 1)
            harness.follow()
            #expect(harness.scale == 8, "doubled once in fifteen seconds")
            harness.advance(1)
        }
        harness.read(3, target: 1)
        harness.follow()
        #expect(harness.scale == 16)
    }

    @Test("a replica more or less for a tenth of the target is not worth it")
    func tolerance() {
        var harness = ScaledObjectHarness(.oneTrigger(), scale: 10)
        harness.advance(1000)
        harness.read(104)
        #expect(harness.decide().limits == [.tolerance])
        #expect(harness.decide().desiredReplicas == 10)
        harness.read(111)
        #expect(harness.decide().desiredReplicas == 12)
        var many = ScaledObjectHarness(.oneTrigger { $0.maxReplicas = 500 }, scale: 100)
        many.read(1090)
        #expect(many.decide().desiredReplicas == 109, "nine replicas are no trifle")
        let tenth = ScalingBehavior(scaleUp: .init(tolerance: 0.1))
        var asked = ScaledObjectHarness(.oneTrigger { ($0.maxReplicas, $0.behavior) = (500, tenth) }, scale: 100)
        asked.read(1090)
        #expect(asked.decide().desiredReplicas == 100, "unless somebody says they are")
        let written = ScalingBehavior(scaleUp: .init(tolerance: 0))
        var exact = ScaledObjectHarness(.oneTrigger { $0.behavior = written }, scale: 10)
        exact.read(101)
        #expect(exact.decide().desiredReplicas == 11)
    }

    @Test("the use of replicas counts, with those that start and those that are missing")
    func resources() {
        let cpu = TriggerConfiguration(type: "cpu", metricType: .utilization, isResource: true, resourceTarget: 50)
        var harness = ScaledObjectHarness(ScaledObjectConfiguration(minReplicas: 1, triggers: [cpu]), scale: 2)
        func sample(_ usage: Double, _ request: Double? = 1) -> TriggerReading.ResourceSample {
            .init(replica: "pod", usage: usage, request: request)
        }
        func reading(_ samples: [TriggerReading.ResourceSample]) -> TriggerReading {
            TriggerReading(metrics: [], isActive: true, samples: samples)
        }
        harness.scaler.record(reading([sample(0.9), sample(0.9)]), trigger: 0, at: harness.now)
        let decision = harness.decide()
        #expect(decision.desiredReplicas == 4)
        #expect(decision.explanation.contains("has 90 % in use, which needs 4 to come to 50 %"))
        harness.scale = 4
        #expect(harness.decide().desiredReplicas == 4, "those that start will take their share")
        harness.scaler.record(reading([sample(0.9, nil)]), trigger: 0, at: harness.now)
        #expect(harness.decide().failures[0].sentence.contains("requests nothing"))
        #expect(harness.decide().desiredReplicas == 4)
        harness.scaler.record(reading([]), trigger: 0, at: harness.now)
        #expect(harness.decide().failures[0].sentence == "no replica's use is known")
    }

    @Test("a scale that cannot be counted stays")
    func unknownReplicas() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.read(100)
        let decision = harness.scaler.decide(ReplicaObservation(ready: nil), now: harness.now)
        #expect(decision.desiredReplicas == nil)
        #expect(decision.limits == [.unknownReplicas])
        let counted = harness.scaler.decide(ReplicaObservation(ready: 2, startingSince: [.zero]), now: harness.now)
        #expect(counted.currentReplicas == 3)
    }

    @Test("asked twice the same, it answers the same")
    func idempotence() {
        var random = SeededGenerator(seed: 5)
        let behavior = ScalingBehavior(
            scaleUp: .init(policies: [.init(.percent, 100, periodSeconds: 10)]),
            scaleDown: .init(stabilizationWindowSeconds: 20)
        )
        var harness = ScaledObjectHarness(.oneTrigger { ($0.behavior, $0.cooldownSeconds) = (behavior, 15) })
        for _ in 0..<2000 {
            harness.advance(Double(Int.random(in: 1...50, using: &random)) / 10)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6: harness.read(Double(Int.random(in: 0...300, using: &random)))
            case 6..<8: harness.fail()
            default: break
            }
            let first = harness.decide()
            #expect(harness.decide() == first)
            if let desired = first.desiredReplicas { #expect((0...100).contains(desired)) }
            harness.follow()
        }
    }

    @Test("settings change, and what is known of the same triggers stays known")
    func reconfigure() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.read(50)
        #expect(harness.follow().desiredReplicas == 5)
        harness.scaler.reconfigure(.oneTrigger { $0.maxReplicas = 3 }, now: harness.now)
        #expect(harness.follow().desiredReplicas == 3)
        harness.scaler.reconfigure(
            ScaledObjectConfiguration(triggers: [TriggerConfiguration(type: "cron")]),
            now: harness.now
        )
        #expect(harness.follow().desiredReplicas == nil, "another trigger has said nothing yet")
        #expect(harness.scaler.nextPoll(now: harness.now) == harness.now)
    }

    // MARK: Pace

    @Test("looks are rare in quiet and frequent while something moves, waits or changes")
    func pace() {
        var harness = ScaledObjectHarness(.oneTrigger())
        func wait() -> Double { harness.scaler.nextPoll(now: harness.now).seconds(since: harness.now) }
        #expect(wait() == 0, "nothing was asked yet")
        harness.read(0)
        _ = harness.follow()
        #expect(wait() == 5)
        harness.advance(5)
        harness.read(40)
        #expect(wait() == 1)
        _ = harness.decide()
        harness.scale = 4
        harness.advance(20)
        harness.read(40)
        _ = harness.decide()
        #expect(wait() == 1, "replicas are starting")
        harness.ready = 4
        harness.read(40)
        _ = harness.decide()
        harness.scale = 6
        harness.ready = 6
        _ = harness.decide()
        #expect(wait() == 5, "everything is as it should be")
        harness.fail()
        #expect(wait() == 1)
        harness.fail()
        #expect(wait() == 2)
        harness.fail()
        harness.fail()
        #expect(wait() == 5)
    }

    @Test(
        "the polling interval is the yardstick, and a bound",
        arguments: [(30.0, 1.0, 5.0), (300, 10, 50), (10, 1, 10.0 / 6), (1, 1, 1), (2, 1, 1)]
    )
    func paceByInterval(interval: Double, busy: Double, quiet: Double) {
        let pace = PollingPace()
        #expect(pace.seconds(isBusy: true, pollingInterval: interval) == busy)
        #expect(pace.seconds(isBusy: false, pollingInterval: interval) == quiet)
        #expect(PollingPace.fixed.seconds(isBusy: true, pollingInterval: interval) == interval)
    }

    @Test("a decision is a document, with null for what is not known")
    func document() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.fail()
        let json = harness.decide().json
        #expect(json["desiredReplicas"] == .null)
        #expect(json["triggers"]?[0]?["standing"] == "unknown")
        #expect(json["triggers"]?[0]?["remark"] == "the broker does not answer")
        #expect(json["currentReplicas"] == 0)
        #expect(json["limits"] == ["unknownTrigger"])
    }
}
