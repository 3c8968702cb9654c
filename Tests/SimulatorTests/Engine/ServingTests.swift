import SimulationKit
import Simulator
import Testing
import Timekeeping

@Suite("Serving models")
struct ServingTests {
    @Test("requests that share a processor slow each other down") func sharing() {
        // Two from 0 s on share one processor until the first is done at 2 s, then the second has it alone.
        let arrivals = ListedArrivals([
            Arrival(at: .zero, workNanoseconds: 1_000_000_000), Arrival(at: .zero, workNanoseconds: 2_000_000_000),
            Arrival(at: .seconds(10), workNanoseconds: 1_000_000_000),
        ])
        let serving = ServingModel.sharing(SharedServing(processors: 1, time: .constant(1)))
        let result = Pieces.run(Pieces.service(arrivals, serving: serving), seconds: 60).services[0]
        #expect(result.ends == [2, 3, 11])
    }

    @Test("two processors serve two requests at full speed and three at two thirds") func sharingTwo() {
        let serving = ServingModel.sharing(SharedServing(processors: 2, time: .constant(1)))
        let three = ListedArrivals(at: [0, 0, 0], work: 2)
        let ends = Pieces.run(Pieces.service(three, serving: serving), seconds: 60).services[0].ends
        #expect(ends.count == 3 && ends.allSatisfy { ($0 - 3).magnitude < 1e-8 })
        let two = ListedArrivals(at: [0, 0], work: 2)
        #expect(Pieces.run(Pieces.service(two, serving: serving), seconds: 60).services[0].ends == [2, 2])
    }

    @Test("processor sharing takes as long on average whatever the law of service") func insensitive() {
        // M/G/1-PS: the mean time in the house is E[S] / (1 - load).
        for law in [Distribution.exponential(mean: 0.7), .hyperexponential(mean: 0.7, squaredVariation: 5)] {
            let serving = ServingModel.sharing(SharedServing(processors: 1, time: law))
            let service = Pieces.service(RenewalProcess.poisson(rate: 1), serving: serving)
            let scenario = Scenario(name: "ps", horizonSeconds: 400_000, services: [service])
            let mean = SimulationRun(scenario: scenario, seed: 3).run().services[0].total.mean / 1e9
            #expect((mean - 0.7 / 0.3).magnitude < 0.12, "\(law): \(mean)")
        }
    }

    @Test("a batch begins when it is full or due, and takes what the curve says") func batching() {
        let curve = LatencyCurve(points: [.init(size: 1, seconds: 1), .init(size: 4, seconds: 2.5)])
        let serving = ServingModel.batching(BatchServing(maxBatch: 4, maxDelaySeconds: 0.5, latency: curve))
        // Four at once fill a batch: 2.5 s. One alone waits half a second, then takes 1 s.
        let arrivals = ListedArrivals(at: [0, 0, 0, 0, 10], work: 0)
        let result = Pieces.run(Pieces.service(arrivals, serving: serving), seconds: 60).services[0]
        #expect(result.ends == [2.5, 2.5, 2.5, 2.5, 11.5])
        #expect(curve.seconds(at: 2) == 1.5)
        #expect(curve.seconds(at: 7) == 4)
    }

    @Test("whoever comes while a batch runs joins the next one") func nextBatch() {
        let curve = LatencyCurve(points: [.init(size: 1, seconds: 1)])
        let serving = ServingModel.batching(BatchServing(maxBatch: 8, maxDelaySeconds: 0, latency: curve))
        let result = Pieces.run(
            Pieces.service(ListedArrivals(at: [0, 0.25, 0.5], work: 0), serving: serving),
            seconds: 60
        ).services[0]
        #expect(result.ends == [1, 2, 2])
    }

    @Test("a single sequence takes its prompt and one iteration a token") func oneSequence() {
        let serving = ServingModel.tokens(
            TokenServing(baseSeconds: 0.01, perPromptTokenSeconds: 0.0001, promptChunkTokens: 512)
        )
        let arrivals = ListedArrivals([Arrival(at: .zero, promptTokens: 1000, outputTokens: 101)])
        let result = Pieces.run(Pieces.service(arrivals, serving: serving), seconds: 60).services[0]
        // Two iterations read the prompt, 512 and 488 tokens; the second gives the first token, a hundred more follow.
        #expect((result.timeToFirstToken.mean / 1e9 - 0.12).magnitude < 1e-6)
        #expect((result.ends[0] - 1.12).magnitude < 1e-6)
        #expect((result.interToken.mean / 1e9 - 0.01).magnitude < 1e-6)
    }

    @Test("leaping over iterations gives the same moments as simulating every one", arguments: 0..<6)
    func leaps(seed: UInt64) {
        var results: [ServiceResult] = []
        var events: [UInt64] = []
        for isEvery in [false, true] {
            let serving = TokenServing(
                baseSeconds: 0.008,
                perSequenceSeconds: 0.0004,
                perCachedTokenSeconds: 1e-7,
                perPromptTokenSeconds: 0.00005,
                maxSequences: 16,
                cacheTokens: seed % 2 == 0 ? 1_000_000 : 12_000,
                promptChunkTokens: 700,
                promptTokens: .exponential(mean: 900),
                outputTokens: .exponential(mean: 150),
                isEveryIterationSimulated: isEvery
            )
            let service = Pieces.service(RenewalProcess.poisson(rate: 3), serving: .tokens(serving))
            let run = Pieces.run(service, seconds: 300, seed: seed)
            results.append(run.services[0])
            events.append(run.events)
        }
        #expect(results[0].served == results[1].served)
        #expect(results[0].served > 500)
        for (leap, every) in zip(results[0].requestLog, results[1].requestLog) {
            // Each leap rounds once, every iteration rounds for itself: a few nanoseconds an iteration.
            #expect((leap.endedAt.nanoseconds - every.endedAt.nanoseconds).magnitude < 100_000)
        }
        #expect(events[0] * 3 < events[1], "leaping saves nothing: \(events)")
    }

    @Test("a full cache pushes out who came last, and nobody is lost") func eviction() {
        let serving = TokenServing(
            baseSeconds: 0.01,
            perPromptTokenSeconds: 0.00001,
            maxSequences: 64,
            cacheTokens: 2000,
            promptTokens: .constant(300),
            outputTokens: .constant(500)
        )
        let arrivals = ListedArrivals((0..<12).map { Arrival(at: .seconds(Double($0) * 0.01)) })
        let result = Pieces.run(Pieces.service(arrivals, serving: .tokens(serving)), seconds: 600).services[0]
        #expect(result.served == 12)
        #expect(result.outputTokens == 6000)
    }
}
