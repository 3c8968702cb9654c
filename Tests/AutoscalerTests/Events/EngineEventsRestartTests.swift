import Formulas
import KubernetesClient
import ScalingCore
import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

/// What survives an autoscaler that starts anew beside replicas that it knows nothing of.
@Suite("AutoscalerEngine, events after a restart")
struct EngineEventsRestartTests {
    typealias World = EngineWorld
    private let id = RevisionID(namespace: "default", name: "iris-predictor")

    private func world(
        replicas: Int,
        source: World.Source,
        lastActiveSecondsAgo: Double?,
        _ change: (inout ScaledObjectConfiguration) -> Void = { _ in }
    ) -> EngineWorld {
        var world = EngineWorld()
        let found = FoundScaledObjectStatus(
            originalReplicas: 1,
            lastActiveAt: lastActiveSecondsAgo.map { world.now.advanced(by: .seconds(-$0)) },
            desiredReplicas: replicas,
            conditions: []
        )
        world.add(World.scaling(triggers: 1, change), replicas: replicas, sources: [source], found: found)
        world.sync()
        return world
    }

    @Test("the cooldown goes on from where it was, rather than from the start") func cooldown() {
        var world = self.world(replicas: 1, source: .depth { _ in 0 }, lastActiveSecondsAgo: 100) {
            $0.cooldownSeconds = 130
        }
        world.run(seconds: 25, reporting: false)
        #expect(world.plans.isEmpty)
        world.run(seconds: 20, reporting: false)
        #expect(world.scalings[self.id]?.map(\.replicas) == [0])
    }

    @Test("replicas stay while the source is not known yet, however long that takes") func unknown() {
        var world = self.world(replicas: 4, source: .failing(), lastActiveSecondsAgo: 10_000)
        world.run(seconds: 600, reporting: false)
        #expect(world.plans.isEmpty)
    }

    @Test("the replica count from before is the one that was found first, not the one of today") func original() {
        var world = self.world(replicas: 6, source: .depth { _ in 55 }, lastActiveSecondsAgo: 1)
        world.run(seconds: 5, reporting: false)
        #expect(world.report()?.originalReplicas == 1)
    }

    @Test("with a formula, the last activity that a restart goes on from is the formula's and not one trigger's")
    func formulaActivity() throws {
        let formula = try Formula("queue > 100 ? queue : 0")
        var world = self.world(replicas: 1, source: .depth { _ in 5 }, lastActiveSecondsAgo: nil) {
            $0.triggers = [TriggerConfiguration(type: "queue", name: "queue")]
            $0.modifiers = ScalingModifiers(formula: formula, target: 10)
        }
        world.run(seconds: 20, reporting: false)
        let report: ScaledObjectReport? = world.report()
        #expect(report?.triggers.first?.isActive == true)
        #expect(report?.lastActiveAt == nil)
    }

    @Test("a condition that has not changed keeps the moment since when it holds") func conditions() {
        var world = EngineWorld()
        let since = world.now.advanced(by: .seconds(-500))
        let ready = EventCondition(.ready, .yes, reason: "ScaledObjectReady", message: "x", since: since)
        let found = FoundScaledObjectStatus(conditions: [ready])
        world.add(World.scaling(), sources: [.depth { _ in 0 }], found: found)
        world.sync()
        world.run(seconds: 5, reporting: false)
        #expect(world.condition(.ready)?.status == .yes)
        #expect(world.condition(.ready)?.since == since)
        #expect(world.objectWrites.first?.report.conditions.first?.status == .yes, "no detour by what is not known yet")
    }
}
