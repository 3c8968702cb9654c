import ScalingCore
import SimulationKit
import Simulator
import Testing
import Timekeeping

@Suite("The shipping autoscaler in the simulator")
struct RevisionPolicyTests {
    static func service(_ policy: String, _ arrivals: any ArrivalProcess, initial: Int = 0) -> ServiceModel {
        var service = Pieces.service(
            arrivals,
            serving: .slots(SlotServing(slots: 10, time: .constant(1))),
            entry: .gateway(GatewayModel(containerConcurrency: 10)),
            startup: StartupModel(warmUp: .constant(5)),
            initial: initial,
            policy: PolicyReference(name: policy)
        )
        service.scaling.target = 7
        service.scaling.total = 10
        return service
    }

    @Test("the first request at zero starts a replica at once", arguments: ["pilotlight", "knative"])
    func coldStart(policy: String) {
        let result = Pieces.run(Self.service(policy, ListedArrivals(at: [100.3], work: 1)), seconds: 600).services[0]
        #expect(result.startLog.first?.orderedAt == .seconds(100.3))
        #expect(result.ends == [106.3])
        #expect(result.cold == 1)
        #expect(result.decisionLog.first?.reason.isEmpty == false)
    }

    @Test("a service without load goes to zero and sleeps", arguments: ["pilotlight", "knative"])
    func sleeps(policy: String) {
        let short = Pieces.run(Self.service(policy, ListedArrivals(at: [1], work: 1)), seconds: 1000)
        let long = Pieces.run(Self.service(policy, ListedArrivals(at: [1], work: 1)), seconds: 100_000)
        #expect(short.services[0].timeline.steps.last?.readyMilli == 0)
        // Nothing but the steps of the time line happens in the other 99,000 s.
        #expect(long.events - short.events == 9900)
        #expect(long.services[0].decisions == short.services[0].decisions)
    }

    @Test("a burst from zero orders what the queue needs with policy pilotlight") func burst() {
        let burst = ListedArrivals(at: (0..<40).map { 50 + Double($0) * 0.01 }, work: 1)
        let result = Pieces.run(Self.service("pilotlight", burst), seconds: 300).services[0]
        #expect(result.mostReplicas >= 5)
        #expect(result.served == 40)
    }

    @Test("lost reports hold the scale, and a failover forgets nothing that matters") func faults() {
        let load = RenewalProcess.poisson(rate: 30)
        let faults = [
            Fault(when: .at(seconds: 200), kind: .metricsLost(service: nil, seconds: 60)),
            Fault(when: .at(seconds: 400), kind: .autoscalerDown(seconds: 30)),
        ]
        let result = Pieces.run(Self.service("pilotlight", load, initial: 5), seconds: 600, faults: faults).services[0]
        let ready = result.timeline.steps.dropFirst(3).map(\.readyMilli)
        #expect((ready.min() ?? 0) >= 3000, "\(ready)")
        #expect(result.failedInAll == 0)
    }

    @Test("time lines add up to the totals") func timelines() {
        let run = Pieces.run(Self.service("pilotlight", RenewalProcess.poisson(rate: 30), initial: 3), seconds: 600)
        let steps = run.services[0].timeline.steps
        #expect(steps.count == 60)
        #expect(steps.reduce(0) { $0 + UInt64($1.arrivals) } == run.services[0].arrived)
        #expect(steps.reduce(0) { $0 + UInt64($1.served) } == run.services[0].served)
        let ready = steps.reduce(0) { $0 + Double($1.readyMilli) / 1000 * 10 }
        let told = run.services[0].readySeconds + run.services[0].replicaSeconds(.draining)
        #expect((ready - told).magnitude < 1)
        let concurrency = steps.reduce(0) { $0 + Double($1.concurrencyMilli) / 1000 * 10 }
        #expect((concurrency - run.services[0].concurrencyTime.seconds).magnitude < 1)
    }
}
