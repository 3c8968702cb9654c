import KubernetesClient
import ScalingCore
import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("AutoscalerEngine, what it costs")
struct EngineEconomyTests {
    @Test("ten thousand services at zero cause no work between events")
    func idleServicesCostNothing() {
        var settings = AutoscalerSettings()
        settings.statusWritesPerSecond = 1e6
        var world = EngineWorld(settings: settings)
        for number in 0..<10_000 { world.add(EngineWorld.revision("s\(number)"), replicas: 0) }
        world.sync()
        world.run(seconds: 5)
        #expect(world.engine.activeCount == 0)

        let before = world.engine.counters
        world.run(seconds: 3600, reporting: false)
        #expect(world.engine.nextDeadline == nil)
        #expect(world.engine.counters.looks == before.looks)
        #expect(world.engine.counters.advances == before.advances)
        #expect(world.engine.counters.decisions == before.decisions)
    }

    @Test("reports of an activator do not wake services at zero that they do not name")
    func reportsDoNotWakeIdleServices() {
        var world = EngineWorld()
        for number in 0..<100 { world.add(EngineWorld.revision("s\(number)"), replicas: 0) }
        world.sync()
        world.run(seconds: 20)
        let before = world.engine.counters.looks
        world.run(seconds: 60)
        #expect(world.engine.counters.looks == before)
    }

    @Test("services that tick share wake-ups instead of each having its own")
    func ticksAreShared() {
        var world = EngineWorld()
        for number in 0..<400 {
            let revision = EngineWorld.revision("s\(number)")
            world.add(revision, replicas: 1)
            world.setLoad(revision.id) { _ in 5 }
        }
        world.sync()
        world.run(seconds: 10)
        let before = world.engine.counters
        world.run(seconds: 10)
        let after = world.engine.counters
        #expect(after.decisions - before.decisions >= 2000)
        #expect(after.decisions - before.decisions <= 2200)
        // Twenty a second for ticks, and one for the report.
        #expect(after.advances - before.advances <= 500)
    }

    @Test("status writes stay within their rate, whatever the load does")
    func statusWritesAreBounded() {
        var settings = AutoscalerSettings()
        settings.statusWritesPerSecond = 10
        var world = EngineWorld(settings: settings)
        for number in 0..<200 {
            let revision = EngineWorld.revision("s\(number)")
            world.add(revision, replicas: 2)
            world.setLoad(revision.id) { 12 + 6 * ($0 / 10).truncatingRemainder(dividingBy: 1) }
        }
        world.sync()
        world.run(seconds: 30)
        let before = world.statusWrites.count
        world.run(seconds: 10)
        #expect(world.statusWrites.count - before <= 10 * 11)
        #expect(world.statusWrites.count > before)
    }

    @Test("a service that waits for its turn to write is looked at once for it")
    func waitingToWriteCostsNothing() {
        var settings = AutoscalerSettings()
        settings.statusWritesPerSecond = 10
        var world = EngineWorld(settings: settings)
        for number in 0..<300 { world.add(EngineWorld.revision("s\(number)"), replicas: 0) }
        world.report()
        world.sync()
        let before = world.engine.counters.looks
        world.run(seconds: 40)
        #expect(world.statusWrites.count == 300)
        #expect(world.engine.counters.looks - before <= 3 * 300)
    }

    @Test("one service writes its averages seldom and a changed count soon")
    func statusPace() {
        var world = EngineWorld()
        let revision = EngineWorld.revision()
        world.add(revision, replicas: 2)
        world.setLoad(revision.id) { 11 + 8 * ($0 / 7).truncatingRemainder(dividingBy: 1) }
        world.sync()
        world.run(seconds: 100)
        let before = world.statusWrites.count
        world.run(seconds: 60)
        #expect(world.statusWrites.count - before <= 7)
        let writes = world.statusWrites.count
        world.setLoad(revision.id) { _ in 60 }
        world.run(seconds: 20)
        #expect(world.statusWrites.count > writes)
        #expect((world.statusWrites.last?.status.desiredReplicas ?? 0) >= 6)
    }

    @Test("a small budget lets a waiting request in between a long row of work")
    func workIsDoneInSteps() {
        var world = EngineWorld()
        for number in 0..<500 {
            let revision = EngineWorld.revision("s\(number)")
            world.add(revision, replicas: 1)
            world.setLoad(revision.id) { _ in 5 }
        }
        world.add(EngineWorld.revision("cold"), replicas: 0)
        world.sync()
        world.now = world.now.advanced(by: .seconds(1))
        world.report()
        let isMoreDue = world.engine.advance(to: world.now, budget: 32)
        #expect(isMoreDue)
        _ = world.engine.takeActions()
        world.engine.woke(EngineWorld.revision("cold").id, waiting: 1, at: world.now)
        #expect(
            world.engine.takeActions().contains { action in
                if case .scale(let plan) = action { plan.target.name == "cold" } else { false }
            }
        )
    }

    @Test("what held because nobody reported says so no longer once somebody does") func silenceEnds() {
        var world = EngineWorld()
        let revision = EngineWorld.revision()
        world.add(revision, replicas: 0)
        world.sync()
        world.run(seconds: 5, reporting: false)
        #expect(world.statusWrites.last?.status.lastDecision?.reason.contains("no activator has reported") == true)
        world.run(seconds: 10)
        let reason = world.statusWrites.last?.status.lastDecision?.reason ?? ""
        #expect(!reason.contains("reported"), "\(reason)")
        #expect(world.engine.activeCount == 0, "and nothing costs anything again")
    }
}
