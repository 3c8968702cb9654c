import KubernetesClient
import ScalingCore
import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("AutoscalerEngine with a keep-alive rule")
struct EngineKeepAliveTests {
    @Test("a service that is called every half hour is unloaded in between and there again in time")
    func regularCallerFindsItLoaded() throws {
        var configuration = ScalingConfiguration(target: 10, total: 14)
        configuration.keepAlive = KeepAliveConfiguration(.hybridHistogram)
        let revision = EngineWorld.revision("iris-predictor", configuration)
        var world = EngineWorld()
        world.startupSeconds = 5
        world.add(revision, replicas: 1)
        world.setLoad(revision.id) { seconds in seconds.truncatingRemainder(dividingBy: 1800) < 5 ? 3 : 0 }
        world.sync()
        // The first twelve idle periods are learned from; the calls of a cold service wake it.
        for _ in 0..<14 {
            if world.services[revision.id]?.replicas == 0 { world.wake(revision.id) }
            world.run(seconds: 1800)
        }
        let plans = world.plans.suffix(4)
        #expect(plans.map(\.replicas) == [0, 1, 0, 1])
        let prewarm = try #require(plans.last)
        #expect(!prewarm.isUrgent)
        #expect(prewarm.explanation.contains("keep-alive 'hybrid-histogram' loads it from"))
        let moment = try #require(world.scalings[revision.id]?.last?.seconds)
        let untilCall = 1800 - moment.truncatingRemainder(dividingBy: 1800)
        #expect((5...400).contains(untilCall))

        // Asleep in between: hardly anything is decided from going to zero to being there again.
        world.run(seconds: 700)
        #expect(world.services[revision.id]?.replicas == 0)
        let before = world.engine.counters.decisions
        world.run(seconds: 600)
        #expect(world.engine.counters.decisions - before <= 3)
    }
}
