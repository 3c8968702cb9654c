import Formulas
import ScalingCore
import Testing
import Timekeeping

@Suite("KEDA's two loops, as they are")
struct KedaModelTests {
    static func queue(_ value: Double, target: Double = 10) -> TriggerReading {
        ScaledObjectHarness.queue(value, target: target)
    }

    @Test("zero comes after the cooldown, at the next poll")
    func cooldown() {
        var model = KedaModel(configuration: .oneTrigger(), now: .zero)
        #expect(model.poll([Self.queue(5)], current: 0, now: .seconds(30)) == 1)
        #expect(model.poll([Self.queue(0)], current: 1, now: .seconds(60)) == 1)
        #expect(model.poll([Self.queue(0)], current: 1, now: .seconds(330)) == 1, "exactly the cooldown is not enough")
        #expect(model.poll([Self.queue(0)], current: 1, now: .seconds(360)) == 0)
        #expect(model.lastActive == .seconds(30))
    }

    @Test("before anything was active the initial cooldown counts")
    func initialCooldown() {
        var model = KedaModel(configuration: .oneTrigger { $0.initialCooldownSeconds = 100 }, now: .zero)
        #expect(model.poll([Self.queue(0)], current: 3, now: .seconds(90)) == 3)
        #expect(model.poll([Self.queue(0)], current: 3, now: .seconds(120)) == 0)
    }

    @Test("the loops come every polling interval and every fifteen seconds")
    func loops() {
        var model = KedaModel(configuration: .oneTrigger { $0.pollingIntervalSeconds = 10 }, now: .seconds(1))
        #expect(model.nextPoll == .seconds(1) && model.nextSync == .seconds(1))
        _ = model.poll([Self.queue(0)], current: 0, now: .seconds(1))
        _ = model.sync([Self.queue(0)], current: 0, ready: 0, now: .seconds(1))
        #expect(model.nextPoll == .seconds(11) && model.nextSync == .seconds(16))
    }

    @Test("the autoscaler is off at zero, and never goes there")
    func autoscaler() {
        var model = KedaModel(configuration: .oneTrigger(), now: .zero)
        #expect(model.sync([Self.queue(90)], current: 0, ready: 0, now: .seconds(15)) == 0)
        #expect(model.sync([Self.queue(0)], current: 1, ready: 1, now: .seconds(30)) == 1)
        #expect(model.sync([Self.queue(900)], current: 10, ready: 10, now: .seconds(45)) == 20)
    }

    @Test("what cannot be read changes nothing before its fallback, whose failures both loops count")
    func failures() {
        let fallback = ScalingFallback(failureThreshold: 3, replicas: 6)
        var model = KedaModel(configuration: .oneTrigger { $0.fallback = fallback }, now: .zero)
        #expect(model.poll([nil], current: 0, now: .seconds(30)) == 0)
        #expect(model.sync([nil], current: 2, ready: 2, now: .seconds(30)) == 2)
        #expect(model.sync([nil], current: 2, ready: 2, now: .seconds(45)) == 2)
        #expect(model.sync([nil], current: 2, ready: 2, now: .seconds(60)) == 4, "six, by the rate of four")
        #expect(model.sync([nil], current: 4, ready: 4, now: .seconds(75)) == 6)
        #expect(model.poll([nil], current: 0, now: .seconds(90)) == 1, "the fallback lifts from zero")
    }

    @Test("a number that is none, and one below zero, become zero on their way")
    func wrongZero() {
        for value in [Double.nan, -5, .infinity] {
            var model = KedaModel(
                configuration: .oneTrigger { $0.behavior = .init(scaleDown: .init(stabilizationWindowSeconds: 0)) },
                now: .zero
            )
            #expect(model.sync([Self.queue(value)], current: 8, ready: 8, now: .seconds(15)) == 1)
        }
    }

    @Test("a formula is one metric, active above its target, and replaced as a whole by a fallback")
    func formula() throws {
        let modifiers = ScalingModifiers(formula: try Formula("a + b"), target: 10, activationTarget: 25)
        let configuration = ScaledObjectConfiguration(
            triggers: ["a", "b"].map { TriggerConfiguration(type: "kafka", name: $0) },
            fallback: ScalingFallback(failureThreshold: 0, replicas: 2),
            modifiers: modifiers
        )
        var model = KedaModel(configuration: configuration, now: .zero)
        #expect(model.poll([Self.queue(20), Self.queue(5)], current: 0, now: .seconds(30)) == 0)
        #expect(model.poll([Self.queue(20), Self.queue(6)], current: 0, now: .seconds(60)) == 1)
        #expect(model.sync([Self.queue(20), Self.queue(16)], current: 3, ready: 3, now: .seconds(75)) == 4)
        #expect(
            model.sync([Self.queue(900), nil], current: 1, ready: 1, now: .seconds(90)) == 4,
            "what was wanted holds"
        )
    }

    @Test("a pause in one direction is a policy of none")
    func pauses() {
        var model = KedaModel(configuration: .oneTrigger { $0.pause = .init(holdsScaleOut: true) }, now: .zero)
        #expect(model.sync([Self.queue(90)], current: 2, ready: 2, now: .seconds(15)) == 2)
        var frozen = KedaModel(configuration: .oneTrigger { $0.pause = .init(replicas: 3) }, now: .zero)
        #expect(frozen.poll([Self.queue(90)], current: 9, now: .seconds(15)) == 3)
    }
}
