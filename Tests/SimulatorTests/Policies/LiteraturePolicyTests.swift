import ScalingCore
import SimulationKit
import Simulator
import StructuredData
import Testing
import Timekeeping

@Suite("the policies of the literature")
struct LiteraturePolicyTests {
    @Test("every policy says what it is, and its own standards are within its ranges")
    func descriptionsAreSound() throws {
        let names = PolicyCatalogue.literature.factories.map(\.description.name)
        #expect(names.count == Set(names).count)
        for name in [
            "fixed-keep-alive", "ski-rental", "hybrid-histogram", "no-unload", "seasonal-naive", "holt-winters", "fft",
            "warm-pool", "greedy-dual", "hpa", "keda", "oracle",
        ] {
            let factory = try #require(PolicyCatalogue.literature[name])
            #expect(factory.description.summary.hasSuffix("."))
            for parameter in factory.description.parameters {
                #expect(parameter.range.contains(parameter.standard), "\(name) \(parameter.name)")
            }
            let standards = factory.description.parameters.map { ($0.name, PolicyReference.Value.number($0.standard)) }
            let all = PolicyReference(name: name, parameters: Dictionary(uniqueKeysWithValues: standards))
            #expect(factory.problems(all).isEmpty)
        }
    }

    @Test("an unknown parameter is refused with the nearest right name, a wild value with the range")
    func parametersAreChecked() throws {
        let factory = try #require(PolicyCatalogue.literature["fixed-keep-alive"])
        let problems = factory.problems(
            PolicyReference(name: "fixed-keep-alive", parameters: ["kep": .number(1), "keep": .number(-1)])
        )
        #expect(problems.map(\.path) == ["keep", "kep"])
        #expect(problems[1].message.contains("did you mean 'keep'?"))
    }

    @Test("a fixed keep-alive lets the replica go when its time is over, not before")
    func fixedKeepAlive() {
        var run = PolicyHarness(KeepAliveScalingPolicy.factory(.fixed), ["keep": .number(600)])
        run.arrive(at: 10)
        #expect(run.replicas[0] == 1)
        run.finish(at: 12)
        run.pass(from: 12, to: 611.9)
        #expect(run.replicas[0] == 1)
        run.pass(from: 611.9, to: 612.1)
        #expect(run.replicas[0] == 0)
    }

    @Test("after a burst one replica is kept, the others go")
    func surplusGoes() {
        var run = PolicyHarness(
            KeepAliveScalingPolicy.factory(.fixed),
            ["keep": .number(600), "surplus": .number(60)]
        )
        for _ in 0..<5 { run.arrive(at: 0) }
        #expect(run.replicas[0] == 5)
        for _ in 0..<5 { run.finish(at: 1) }
        run.pass(from: 1, to: 30)
        #expect(run.replicas[0] == 5)
        run.pass(from: 30, to: 62)
        #expect(run.replicas[0] == 1)
        run.pass(from: 62, to: 700)
        #expect(run.replicas[0] == 0)
    }

    @Test("the hybrid histogram unloads in between and is back in time, start included")
    func hybridPrewarms() {
        var run = PolicyHarness(KeepAliveScalingPolicy.factory(.hybridHistogram), startSeconds: 30)
        var now = 0.0
        for _ in 0..<12 {
            run.arrive(at: now)
            run.finish(at: now)
            run.pass(from: now, to: now + 1800)
            now += 1800
        }
        run.arrive(at: now)
        run.finish(at: now)
        run.pass(from: now, to: now + 1580)
        #expect(run.replicas[0] == 0)
        run.pass(from: now + 1580, to: now + 1595)
        #expect(run.replicas[0] == 1)
        run.pass(from: now + 1595, to: now + 2100)
        #expect(run.replicas[0] == 0)
    }

    @Test("a season of load is met with replicas before it comes")
    func predictiveMeetsTheSeason() {
        var run = PolicyHarness(
            PredictivePolicy.factory(.seasonalNaive),
            ["period": .number(3600), "keep": .number(0), "seasons": .number(1)]
        )
        run.decide(0, .zero)
        for minute in 0..<90 {
            let seconds = Double(60 * minute)
            if minute % 60 == 20 { run.sample(concurrency: 4, at: seconds + 5) }
            run.pass(from: seconds, to: seconds + 59.9)
            if minute == 79 { #expect(run.replicas[0] ?? 0 == 0) }
            if minute == 80 { #expect(run.replicas[0] == 4) }
            if minute == 81 { #expect(run.replicas[0] == 0) }
        }
    }

    @Test("a warm pool replaces each spare that is used")
    func warmPool() {
        var run = PolicyHarness(WarmPoolPolicy.factory, ["spares": .number(2), "surplus": .number(10)])
        run.pass(from: 0, to: 1)
        #expect(run.replicas[0] == 2)
        run.arrive(at: 5)
        #expect(run.replicas[0] == 3)
        run.finish(at: 6)
        run.pass(from: 6, to: 20)
        #expect(run.replicas[0] == 2)
    }

    @Test(
        "spares for a refill are the quantile of a Poisson law",
        arguments: [
            (0.6, 3, 4), (2, 6, 8), (6, 12, 15), (20, 31, 35),
        ]
    )
    func sparesOfAWarmPool(mean: Double, at99: Int, at999: Int) {
        #expect(WarmPoolPolicy.spares(demandPerRefill: mean, attainment: 0.99) == at99)
        #expect(WarmPoolPolicy.spares(demandPerRefill: mean, attainment: 0.999) == at999)
    }

    @Test("greedy-dual evicts an idle replica of another service when the memory is full, and no busy one")
    func greedyDual() {
        let services = [
            PolicyHarness.service("a", memoryBytes: 1), PolicyHarness.service("b", memoryBytes: 1),
            PolicyHarness.service("c", memoryBytes: 1),
        ]
        var run = PolicyHarness(GreedyDualPolicy.factory, ["memory": .number(2)], services: services, startSeconds: 5)
        run.arrive(service: 0, at: 0)
        run.finish(service: 0, at: 1)
        run.arrive(service: 0, at: 2)
        run.finish(service: 0, at: 3)
        run.arrive(service: 1, at: 4)
        #expect(run.replicas == [0: 1, 1: 1])
        run.finish(service: 1, at: 5)
        run.arrive(service: 2, at: 6)
        // The service that was used once goes before the one that was used twice.
        #expect(run.replicas == [0: 1, 1: 0, 2: 1])
        run.arrive(service: 0, at: 7)
        run.arrive(service: 1, at: 8)
        #expect(run.waiting[1] == 1)
        run.finish(service: 2, at: 9)
        #expect(run.waiting[1] == 0)
        #expect(run.replicas == [0: 1, 1: 1, 2: 0])
    }

    @Test("the oracle has a replica just before each arrival and none in between")
    func oracle() {
        struct Script: ArrivalSource {
            var seconds = [100.0, 500]
            mutating func next() -> Arrival? {
                self.seconds.isEmpty ? nil : Arrival(at: .seconds(self.seconds.removeFirst()))
            }
        }
        var run = PolicyHarness(OraclePolicy.factory, startSeconds: 20, future: { [Script()] })
        run.pass(from: 0, to: 79)
        #expect(run.replicas[0] ?? 0 == 0)
        run.pass(from: 79, to: 80)
        #expect(run.replicas[0] == 1)
        run.arrive(at: 100)
        run.finish(at: 101)
        #expect(run.replicas[0] == 0)
        run.pass(from: 101, to: 481)
        #expect(run.replicas[0] == 1)
    }

    @Test("the HPA holds within a tenth of the target, grows by its ratio and shrinks after five minutes")
    func horizontal() {
        var run = PolicyHarness(HorizontalPolicy.factory, services: [PolicyHarness.service(slots: 10)])
        run.sample(concurrency: 10, at: 0)
        run.pass(from: 0, to: 1)
        #expect(run.replicas[0] == 1)
        run.sample(concurrency: 10.9, at: 10)
        run.pass(from: 1, to: 16)
        #expect(run.replicas[0] == 1)
        run.sample(concurrency: 200, at: 20)
        run.pass(from: 16, to: 31)
        #expect(run.replicas[0] == 4)
        run.pass(from: 31, to: 46)
        #expect(run.replicas[0] == 8)
        run.sample(concurrency: 10, at: 50)
        run.pass(from: 46, to: 330)
        #expect(run.replicas[0] ?? 0 >= 8)
        run.pass(from: 330, to: 420)
        #expect(run.replicas[0] == 1)
    }

    @Test("KEDA wakes at its poll only, with one replica, and sleeps after the cooldown")
    func twoLoops() {
        var run = PolicyHarness(TwoLoopPolicy.factory, services: [PolicyHarness.service(slots: 10)])
        run.pass(from: 0, to: 5)
        run.sample(concurrency: 50, at: 6)
        run.pass(from: 6, to: 29)
        #expect(run.replicas[0] ?? 0 == 0)
        run.pass(from: 29, to: 31)
        #expect(run.replicas[0] == 1)
        run.pass(from: 31, to: 46)
        #expect(run.replicas[0] == 4)
        run.pass(from: 46, to: 61)
        #expect(run.replicas[0] == 5)
        run.sample(concurrency: 0, at: 65)
        run.pass(from: 61, to: 300)
        #expect(run.replicas[0] ?? 0 >= 1)
        run.pass(from: 300, to: 400)
        #expect(run.replicas[0] == 0)
    }
}
