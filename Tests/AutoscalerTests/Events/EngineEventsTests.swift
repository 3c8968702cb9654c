import KubernetesClient
import ScalingCore
import ServingAPI
import Telemetry
import Testing
import Timekeeping

@testable import Autoscaler

/// ScaledObjects in the engine, on virtual time: targets of ten messages a replica, pods that take two seconds to start.
@Suite("AutoscalerEngine, from events to replicas")
struct EngineEventsTests {
    typealias World = EngineWorld
    private let id = RevisionID(namespace: "default", name: "iris-predictor")

    private func world(
        replicas: Int = 0,
        sources: [World.Source],
        _ change: (inout ScaledObjectConfiguration) -> Void = { _ in }
    ) -> EngineWorld {
        var world = EngineWorld()
        world.add(World.scaling(triggers: sources.count, change), replicas: replicas, sources: sources)
        world.sync()
        return world
    }

    @Test("a backlog at zero is answered with as many replicas as it needs, in one step")
    func jumpsFromZero() {
        var world = self.world(sources: [.depth { $0 < 20 ? 0 : 75 }])
        world.run(seconds: 19, reporting: false)
        #expect(world.plans.isEmpty)
        world.run(seconds: 31, reporting: false)
        #expect(world.scalings[self.id]?.first?.replicas == 8, "\(world.scalings[self.id] ?? [])")
    }

    @Test("a queue that was emptied leads back to zero after the cooldown, and not before")
    func backToZero() {
        var world = self.world(sources: [.depth { $0 < 20 ? 25 : 0 }]) { $0.cooldownSeconds = 30 }
        world.run(seconds: 600, reporting: false)
        let last = world.scalings[self.id]?.last
        #expect(last?.replicas == 0)
        #expect((last?.seconds ?? 0) >= 49, "at \(last?.seconds ?? 0)")
    }

    @Test("a source that cannot be read holds the replicas and says so, and its recovery is told too")
    func outageHolds() {
        var world = self.world(
            replicas: 3,
            sources: [
                World.Source { second in
                    guard (20..<140).contains(second) else { return World.Source.depth { _ in 30 }.answer(second) }
                    return .failure(TriggerFailure(.unavailable, "The broker is away."))
                }
            ]
        )
        world.run(seconds: 139, reporting: false)
        #expect(world.plans.allSatisfy { $0.replicas >= 3 }, "\(world.plans.map(\.replicas))")
        let ready = world.condition(.ready)
        #expect(ready?.status == .no)
        #expect(ready?.reason == "TriggerError")
        #expect(ready?.message.contains("The broker is away.") == true)
        world.run(seconds: 60, reporting: false)
        #expect(world.condition(.ready)?.status == .yes)
        #expect(world.notes.count(where: { $0.message.contains("cannot be read") }) == 1)
        #expect(world.notes.count(where: { $0.message.contains("can be read again") }) == 1)
    }

    @Test("a source that never answered does not take down what is there")
    func unknownIsNotZero() {
        var world = self.world(replicas: 2, sources: [.failing()])
        world.run(seconds: 900, reporting: false)
        #expect(world.plans.isEmpty)
    }

    @Test("of several triggers the one that needs most decides, and one that hangs holds nobody up")
    func severalTriggers() {
        var hanging = World.Source.depth { _ in 0 }
        hanging.seconds = 10_000
        var world = self.world(sources: [.depth { _ in 12 }, .depth { $0 < 60 ? 35 : 0 }, hanging])
        world.run(seconds: 50, reporting: false)
        #expect(world.scalings[self.id]?.last?.replicas == 4)
        #expect(world.looks.count(where: { $0.trigger == 2 }) == 1, "a look that has not come back is not repeated")
        #expect(world.looks.count(where: { $0.trigger == 0 }) > 1)
    }

    @Test("a source that calls by itself is answered at once")
    func pushed() {
        var world = self.world(sources: [.depth { $0 < 12.2 ? 0 : 45 }])
        world.run(seconds: 12.3, reporting: false)
        world.engine.triggerActivated(World.object, build: 1, trigger: 0, isActive: true, at: world.now)
        let actions = world.engine.takeActions()
        guard case .scale(let plan) = actions.first else {
            Issue.record("no scale write among \(actions)")
            return
        }
        #expect(plan.replicas >= 1)
        #expect(plan.isUrgent)
        world.engine.scaleSucceeded(plan, at: world.now)
        world.run(seconds: 0.2, reporting: false)
        #expect(world.looks.last?.seconds ?? 0 >= 12.3, "and looks at once how much there is")
    }

    @Test("what a trigger answers after it was made anew does not count") func staleBuild() {
        var world = self.world(sources: [.depth { _ in 0 }])
        world.run(seconds: 5, reporting: false)
        world.engine.scaledObjectChanged(World.scaling(build: 2), found: nil, at: world.now)
        let metric = TriggerReading.Metric(name: "queue", value: 500, target: 10)
        let old = TriggerReport(
            object: World.object,
            build: 1,
            trigger: 0,
            result: .success(TriggerReading(metrics: [metric], isActive: true)),
            latencySeconds: 0
        )
        world.engine.triggerRead(old, at: world.now)
        world.run(seconds: 30, reporting: false)
        #expect(world.plans.isEmpty)
    }

    @Test("a target that does not exist is said, and scaled once it does") func missingTarget() {
        var world = EngineWorld()
        world.add(World.scaling(), replicas: nil, sources: [.depth { _ in 15 }])
        world.sync()
        world.run(seconds: 5, reporting: false)
        #expect(world.condition(.ready)?.reason == "ScaleTargetNotFound")
        world.addWorkload(self.id, replicas: 0)
        world.run(seconds: 5, reporting: false)
        #expect(world.scalings[self.id]?.last?.replicas == 2)
        #expect(world.condition(.ready)?.status == .yes)
    }

    @Test("a second object on one target is refused in its own status, and the first goes on") func oneWriter() {
        var world = self.world(sources: [.depth { _ in 15 }])
        world.add(World.scaling("rival"), replicas: nil, sources: [.depth { _ in 95 }])
        world.run(seconds: 10, reporting: false)
        let rival = ObjectKey(namespace: "default", name: "rival")
        #expect(world.condition(.ready, of: rival)?.reason == "TargetTaken")
        #expect(world.scalings[self.id]?.last?.replicas == 2)
    }

    @Test("an object that goes leaves the replicas, or puts back those from before when it is asked to")
    func deletion() {
        for (restores, expected) in [(false, [4]), (true, [4, 1])] {
            var world = EngineWorld()
            world.add(World.scaling(restoresReplicas: restores), replicas: 1, sources: [.depth { _ in 35 }])
            world.sync()
            world.run(seconds: 10, reporting: false)
            world.engine.scaledObjectRemoved(World.object, at: world.now)
            world.run(seconds: 10, reporting: false)
            #expect(world.scalings[self.id]?.map(\.replicas) == expected)
            #expect(world.engine.slotByTarget.isEmpty, "nothing scales the target any longer")
        }
    }

    @Test("a trigger that could not be made is named, and the others are asked") func brokenTrigger() {
        var scaling = World.scaling(triggers: 2)
        scaling.triggers[1].problem = "spec.triggers[1].metadata.topic: is required"
        var world = EngineWorld()
        world.add(scaling, replicas: 0, sources: [.depth { _ in 25 }, .depth { _ in 0 }])
        world.sync()
        world.run(seconds: 30, reporting: false)
        #expect(world.scalings[self.id]?.last?.replicas == 3)
        #expect(world.looks.allSatisfy { $0.trigger == 0 })
        #expect(world.condition(.ready)?.message.contains("metadata.topic: is required") == true)
    }

    @Test("a thousand idle objects are looked at one after the other and decided hardly ever") func idleIsCheap() {
        var world = EngineWorld()
        for number in 0..<1000 {
            let name = "q\(number)"
            world.add(World.scaling(name, target: name), replicas: 0, sources: [.depth { _ in 0 }])
        }
        world.sync()
        world.run(seconds: 60, reporting: false)
        let decisions = world.engine.counters.decisions
        let looks = world.looks.count
        world.run(seconds: 30, reporting: false)
        #expect(world.engine.counters.decisions == decisions, "nothing has changed, so nothing is decided")
        #expect(world.engine.activeCount == 0)
        let rate = Double(world.looks.count - looks) / 30
        #expect(rate <= 210, "\(rate) looks a second")
        let seconds = Dictionary(grouping: world.looks) { Int($0.seconds) }
        #expect((seconds.values.map(\.count).max() ?? 0) <= 1010, "\(seconds)")
    }
}

/// Which replicas go first when nobody counts what they work on.
@Suite("AutoscalerEngine, shrinking what works on events")
struct EventVictimTests {
    @Test("the replica that uses no processor goes first") func idleFirst() throws {
        var world = EngineWorld()
        let id = RevisionID(namespace: "default", name: "iris-predictor")
        let scaling = EngineWorld.scaling {
            $0.behavior = ScalingBehavior(scaleDown: .init(stabilizationWindowSeconds: 10))
        }
        world.usage = ["iris-predictor-0": 0.4, "iris-predictor-1": 0, "iris-predictor-2": 0.9]
        world.add(scaling, replicas: 3, sources: [.depth { $0 < 5 ? 25 : 15 }])
        world.selectPods(of: id)
        world.sync()
        world.run(seconds: 60, reporting: false)
        let shrinking = try #require(world.plans.first { $0.isShrinking })
        #expect(shrinking.replicas == 2)
        #expect(shrinking.victims == ["iris-predictor-1"])
    }
}
