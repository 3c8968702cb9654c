import ScalingCore
import Testing
import Timekeeping

/// The numbered rows are KEDA's own tests of its executor and of its fallback.
@Suite("ScaledObjects between zero and one")
struct ActivationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var current: Int
        var isActive: Bool
        var least: Int
        var idle: Int?
        var pause = ScalingPause.none
        var isForced = false
        var to: Int
        var testDescription: String { self.name }
    }

    static let rows: [Row] = [
        Row(name: "165 cooled", current: 10, isActive: false, least: 0, to: 0),
        Row(name: "166 below the minimum", current: 1, isActive: false, least: 5, to: 5),
        Row(name: "167 something to do", current: 0, isActive: true, least: 0, to: 1),
        Row(name: "168 idle", current: 10, isActive: false, least: 5, idle: 0, to: 0),
        Row(name: "169 from idle to the minimum", current: 0, isActive: true, least: 5, idle: 0, to: 5),
        Row(
            name: "170 scaling in is paused",
            current: 10,
            isActive: false,
            least: 0,
            pause: ScalingPause(holdsScaleIn: true),
            to: 10
        ),
        Row(name: "171 forced", current: 0, isActive: false, least: 0, isForced: true, to: 1),
        Row(
            name: "172 scaling out is paused",
            current: 0,
            isActive: true,
            least: 0,
            pause: ScalingPause(holdsScaleOut: true),
            to: 0
        ),
        Row(name: "nothing to do at zero", current: 0, isActive: false, least: 0, to: 0),
        Row(name: "nothing to do at idle", current: 1, isActive: false, least: 5, idle: 1, to: 1),
    ]

    static func configuration(_ row: Row) -> ScaledObjectConfiguration {
        .oneTrigger { configuration in
            configuration.minReplicas = row.least
            configuration.idleReplicas = row.idle
            configuration.pause = row.pause
            configuration.forcesActivation = row.isForced
        }
    }

    @Test("KEDA's loop", arguments: Self.rows)
    func keda(row: Row) {
        var model = KedaModel(configuration: Self.configuration(row), now: .zero)
        let reading = ScaledObjectHarness.queue(row.isActive ? 1 : 0)
        #expect(model.poll([reading], current: row.current, now: .seconds(1000)) == row.to)
    }

    @Test("ours, where the backlog is one replica's", arguments: Self.rows)
    func ours(row: Row) {
        var harness = ScaledObjectHarness(Self.configuration(row), scale: row.current)
        harness.advance(1000)
        harness.read(row.isActive ? 1 : 0)
        #expect(harness.decide().desiredReplicas == row.to)
    }

    @Test("from zero the scale becomes what the backlog needs, not one")
    func straightFromZero() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.read(0)
        #expect(harness.follow().desiredReplicas == 0)
        harness.advance(5)
        harness.read(4000, target: 500)
        let decision = harness.decide()
        #expect(decision.desiredReplicas == 8)
        let sentence = "8 replicas instead of 0; trigger 'lag' has 4000, which needs 8 at 500 each."
        #expect(decision.explanation == sentence)

        // KEDA: one, and from there in steps of its autoscaler.
        var keda = KedaModel(configuration: .oneTrigger(), now: .zero)
        let reading = ScaledObjectHarness.queue(4000, target: 500)
        #expect(keda.poll([reading], current: 0, now: .seconds(30)) == 1)
        #expect(keda.sync([reading], current: 1, ready: 1, now: .seconds(45)) == 4)
        #expect(keda.sync([reading], current: 4, ready: 4, now: .seconds(60)) == 8)
    }

    @Test("a backlog below the activation value wakes nobody")
    func activation() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.read(35, isActive: false)
        #expect(harness.follow().desiredReplicas == 0)
        #expect(harness.follow().explanation.hasSuffix("nothing is active."))
        harness.read(35, isActive: true)
        #expect(harness.follow().desiredReplicas == 4)
    }

    @Test("zero comes one cooldown after the last work, and not before")
    func cooldown() {
        var harness = ScaledObjectHarness(.oneTrigger { $0.cooldownSeconds = 60 })
        harness.read(30)
        #expect(harness.follow().desiredReplicas == 3)
        harness.advance(10)
        harness.read(0)
        let waiting = harness.follow()
        #expect(waiting.desiredReplicas == 3, "the window of five minutes keeps what there is")
        #expect(waiting.isLimited(by: .cooldown))
        #expect(waiting.cooldownRemainingSeconds == 50)
        #expect(waiting.recheckAfterSeconds == 50)
        harness.advance(49)
        harness.read(0)
        #expect(harness.follow().desiredReplicas == 3)
        harness.advance(1)
        harness.read(0)
        #expect(harness.follow().desiredReplicas == 0)
    }

    @Test("the initial cooldown counts from the creation and only before anything was active")
    func initialCooldown() {
        let configuration = ScaledObjectConfiguration.oneTrigger {
            $0.initialCooldownSeconds = 100
            $0.cooldownSeconds = 10
        }
        var harness = ScaledObjectHarness(configuration, scale: 2)
        harness.advance(99)
        harness.read(0)
        #expect(harness.decide().desiredReplicas != 0)
        harness.advance(1)
        #expect(harness.decide().desiredReplicas == 0)

        var worked = ScaledObjectHarness(configuration, scale: 2)
        worked.advance(1)
        worked.read(5)
        _ = worked.follow()
        worked.advance(10)
        worked.read(0)
        #expect(worked.decide().desiredReplicas == 0)
    }

    @Test("what was active in an earlier life is remembered by whoever hands it over")
    func earlierLife() {
        let configuration = ScaledObjectConfiguration.oneTrigger()
        var scaler = ScaledObjectScaler(
            configuration: configuration,
            now: .seconds(1000),
            currentReplicas: 3,
            created: .zero,
            lastActive: .seconds(900)
        )
        scaler.record(ScaledObjectHarness.queue(0), trigger: 0, at: .seconds(1001))
        let kept = scaler.decide(ReplicaObservation(ready: 3, requested: 3), now: .seconds(1001))
        #expect(kept.desiredReplicas == 3)
        #expect(kept.cooldownRemainingSeconds == 199)
    }

    @Test("a push counts at once, a no is left to the next look")
    func push() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.read(0)
        harness.scaler.activated(false, trigger: 0, at: harness.now)
        #expect(harness.decide().desiredReplicas == 0)
        harness.scaler.activated(true, trigger: 0, at: harness.now)
        #expect(harness.follow().desiredReplicas == 1)
        harness.scaler.activated(false, trigger: 0, at: harness.now)
        #expect(harness.decide().isActive)
        harness.read(0)
        #expect(!harness.decide().isActive)
    }

    @Test("a pause freezes the scale, at whatever it is or at a number")
    func pause() {
        for (pause, to) in [(ScalingPause(isFrozen: true), Int?.none), (ScalingPause(replicas: 0), 0)] {
            var harness = ScaledObjectHarness(.oneTrigger { $0.pause = pause }, scale: 3)
            harness.read(1000)
            let decision = harness.decide()
            #expect(decision.desiredReplicas == to)
            #expect(decision.isPaused)
            #expect(decision.explanation.hasSuffix("paused by an annotation."))
            #expect(harness.scaler.nextPoll(now: harness.now) == harness.now.advanced(by: .seconds(30)))
        }
    }

    @Test("processor and memory alone never rest, and do not hold back others that do")
    func resourcesAlone() {
        let cpu = TriggerConfiguration(type: "cpu", metricType: .utilization, isResource: true, resourceTarget: 50)
        var alone = ScaledObjectHarness(ScaledObjectConfiguration(minReplicas: 1, triggers: [cpu]), scale: 2)
        let sample = TriggerReading.ResourceSample(replica: "a", usage: 0.01, request: 1)
        let idle = TriggerReading(metrics: [], isActive: false, samples: [sample, sample])
        alone.advance(1000)
        alone.scaler.record(idle, trigger: 0, at: alone.now)
        #expect(alone.decide().isActive)
        #expect(alone.decide().desiredReplicas == 1)

        var both = ScaledObjectHarness(
            ScaledObjectConfiguration(triggers: [cpu, TriggerConfiguration(type: "kafka")]),
            scale: 2
        )
        both.advance(1000)
        both.fail(0, "metrics.k8s.io is not there")
        both.read(0, trigger: 1)
        #expect(both.follow().desiredReplicas == 0)
        both.advance(1)
        both.read(5, trigger: 1)
        #expect(both.follow().desiredReplicas == 1, "at zero nobody's use is missed")
    }
}
