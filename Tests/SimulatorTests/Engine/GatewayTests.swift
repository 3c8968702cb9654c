import ScalingCore
import SimulationKit
import Simulator
import Testing
import Timekeeping

@Suite("Requests at the door")
struct GatewayTests {
    @Test("a full queue refuses, and the client that gives up counts once") func full() {
        let entry = EntryModel.gateway(GatewayModel(containerConcurrency: 1, queueCapacity: 1))
        let result = Pieces.run(
            Pieces.service(ListedArrivals(at: [0, 0.1, 0.2, 0.3], work: 1), entry: entry),
            seconds: 60
        ).services[0]
        #expect(result.served == 2)
        #expect(result.failed(.queueFull) == 2)
        #expect(result.arrived == 4)
    }

    @Test("a request that waits too long is given up at its deadline, and others go on") func patience() {
        let entry = EntryModel.gateway(GatewayModel(containerConcurrency: 1, waitTimeoutSeconds: 1.5))
        let result = Pieces.run(
            Pieces.service(ListedArrivals(at: [0, 0.2, 0.4, 5], work: 1), entry: entry),
            seconds: 60
        ).services[0]
        #expect(result.served == 3)
        #expect(result.failed(.waitedTooLong) == 1)
        #expect(result.requestLog.first { $0.failure == .waitedTooLong }?.endedAt == .seconds(1.9))
    }

    @Test("a client tries again later each time, and its wait counts from the first try") func retries() {
        let retry = RetryModel(attempts: 4, firstPauseSeconds: 1, factor: 2, longestPauseSeconds: 3, jitter: 0)
        let entry = EntryModel.gateway(GatewayModel(containerConcurrency: 1, queueCapacity: 0, retry: retry))
        let arrivals = ListedArrivals([
            Arrival(at: .zero, workNanoseconds: 5_000_000_000),
            Arrival(at: .seconds(0.5), workNanoseconds: 1_000_000_000),
        ])
        let result = Pieces.run(Pieces.service(arrivals, entry: entry), seconds: 60).services[0]
        // Refused at 0.5, 1.5 and 3.5, let in at 6.5.
        #expect(result.retries == 3)
        #expect(result.served == 2)
        #expect(result.requestLog.last?.attempts == 4)
        #expect(result.requestLog.last?.endedAt == .seconds(7.5))
        #expect(result.total.greatest == 7_000_000_000)
    }

    @Test("every request that came is served, failed or still under way", arguments: 0..<8) func conservation(
        seed: UInt64
    ) {
        let retry = RetryModel(attempts: 3, firstPauseSeconds: 0.5)
        let entry = EntryModel.gateway(
            GatewayModel(containerConcurrency: 2, queueCapacity: 6, waitTimeoutSeconds: 2, retry: retry)
        )
        var service = Pieces.service(
            RenewalProcess.poisson(rate: 8),
            serving: .slots(SlotServing(time: .exponential(mean: 1))),
            entry: entry,
            startup: StartupModel(warmUp: .exponential(mean: 3), failureShare: 0.2),
            initial: 0,
            policy: PolicyReference(name: seed % 2 == 0 ? "pilotlight" : "knative")
        )
        service.scaling.target = 1.5
        service.scaling.maxScale = 6
        let faults = [
            Fault(when: .every(.exponential(mean: 20)), kind: .replicasLost(service: "a", count: 1)),
            Fault(when: .every(.exponential(mean: 50)), kind: .autoscalerDown(seconds: 10)),
        ]
        // The arrivals end long before the run does.
        service.workloads = [.open(ListedArrivals(Self.poisson(rate: 8, until: 200, seed: seed)))]
        let result = Pieces.run(service, seconds: 900, faults: faults, seed: seed).services[0]
        #expect(result.arrived > 1000)
        #expect(result.arrived == result.served + result.failedInAll, "seed \(seed)")
        #expect(result.failed(.replicaLost) + result.retries > 0)
        #expect(result.requestLog.count == Int(result.arrived))
    }

    static func poisson(rate: Double, until end: Double, seed: UInt64) -> [Arrival] {
        var stream = RandomStream(seed: seed, replication: 9, purpose: .arrivals)
        var at = 0.0
        var arrivals: [Arrival] = []
        while true {
            at += Distribution.exponential(mean: 1 / rate).sample(&stream)
            guard at < end else { return arrivals }
            arrivals.append(Arrival(at: .seconds(at)))
        }
    }
}
