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

    private static func revision(_ rule: KeepAliveName = .hybridHistogram) -> ScaledRevision {
        var configuration = ScalingConfiguration(target: 10, total: 14)
        configuration.keepAlive = KeepAliveConfiguration(rule)
        return EngineWorld.revision("iris-predictor", configuration)
    }

    /// Calls every half hour for `rounds` half hours, from zero; each call lasts five seconds.
    private static func learn(_ revision: ScaledRevision, rounds: Int) -> EngineWorld {
        var world = EngineWorld()
        world.startupSeconds = 5
        world.add(revision)
        world.setLoad(revision.id) { seconds in seconds.truncatingRemainder(dividingBy: 1800) < 5 ? 3 : 0 }
        world.sync()
        for _ in 0..<rounds {
            if world.services[revision.id]?.replicas == 0 { world.wake(revision.id) }
            world.run(seconds: 1800)
        }
        return world
    }

    @Test("what a rule has learned outlives the autoscaler: the next life loads in time at once")
    func learnedSurvivesRestart() throws {
        let revision = Self.revision()
        // Long enough that the rule acts: the last thing seen is a service unloaded, to be loaded 10 minutes from now.
        var before = Self.learn(revision, rounds: 14)
        if before.services[revision.id]?.replicas == 0 { before.wake(revision.id) }
        before.run(seconds: 1000)
        #expect(before.services[revision.id]?.replicas == 0)
        let status = try #require(before.statusWrites.last?.status)
        let memory = try #require(status.keepAlive)
        #expect(memory.learned.utf8.count < 1000)
        let writtenAgo = before.now.seconds(since: try #require(before.statusWrites.last).madeAt)

        func next(remembers: Bool) -> [EngineWorld.Scaling] {
            var world = EngineWorld()
            world.startupSeconds = 5
            world.engine.revisionChanged(
                revision,
                status: status,
                learnedAt: remembers ? world.now.advanced(by: .seconds(-writtenAgo - 60)) : nil,
                at: world.now
            )
            world.addWorkload(revision.id, replicas: 0)
            world.sync()
            // One minute passed in between; the call is 740 seconds away.
            world.run(seconds: 740)
            return world.scalings[revision.id] ?? []
        }
        let scalings = next(remembers: true)
        #expect(scalings.map(\.replicas) == [1])
        let untilCall = 740 - (scalings.first?.seconds ?? 740)
        #expect((5...400).contains(untilCall))
        #expect(next(remembers: false).isEmpty)
    }

    @Test("what was learned stays in the status until a new life has read it")
    func memoryIsNotLostMeanwhile() {
        var world = EngineWorld()
        let memory = RevisionStatus.KeepAliveMemory(time: "2026-11-21T10:00:00Z", learned: #"{"policy":"fixed"}"#)
        let revision = Self.revision(.fixed)
        world.engine.revisionChanged(revision, status: RevisionStatus(keepAlive: memory), at: world.now)
        // Its replicas are not known: whatever is written now must not take away what was learned.
        world.addWorkload(revision.id, replicas: 1)
        world.run(seconds: 60)
        #expect(!world.statusWrites.isEmpty)
        #expect(world.statusWrites.allSatisfy { $0.status.keepAlive == memory })
    }

    @Test("rubbish in the status is learned over, and without a rule nothing is kept")
    func rubbish() throws {
        var world = EngineWorld()
        let rubbish = RevisionStatus(keepAlive: .init(time: "2026-11-21T10:00:00Z", learned: "{"))
        world.engine.revisionChanged(Self.revision(), status: rubbish, learnedAt: world.now, at: world.now)
        world.addWorkload(Self.revision().id, replicas: 1)
        world.setLoad(Self.revision().id) { seconds in seconds < 5 ? 3 : 0 }
        world.sync()
        world.run(seconds: 200)
        #expect(world.statusWrites.last?.status.keepAlive?.learned.contains("hybrid-histogram") == true)

        var plain = EngineWorld()
        plain.add(EngineWorld.revision(), replicas: 1)
        plain.sync()
        plain.run(seconds: 200)
        #expect(plain.statusWrites.last?.status != nil && plain.statusWrites.allSatisfy { $0.status.keepAlive == nil })
    }
}
