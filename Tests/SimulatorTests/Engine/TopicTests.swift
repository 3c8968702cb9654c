import SimulationKit
import Simulator
import Testing
import Timekeeping

@Suite("Queues that consumers read")
struct TopicTests {
    @Test("no more consumers work than there are partitions") func partitions() {
        let entry = EntryModel.queue(QueueModel(partitions: 2, maxBatch: 1))
        let result = Pieces.run(
            Pieces.service(ListedArrivals(at: Array(repeating: 0, count: 40), work: 1), entry: entry, replicas: 5),
            seconds: 600
        ).services[0]
        #expect(result.served == 40)
        // Two partitions share forty messages unevenly; the fuller one decides.
        #expect((result.ends.last ?? 0) >= 20)
        #expect((result.ends.last ?? 0) < 40)
    }

    @Test("any number of consumers share a queue without partitions") func sharedQueue() {
        let result = Pieces.run(
            Pieces.service(
                ListedArrivals(at: Array(repeating: 0, count: 40), work: 1),
                entry: .queue(QueueModel(partitions: 0, maxBatch: 1)),
                replicas: 5
            ),
            seconds: 600
        ).services[0]
        #expect(result.ends.last == 8)
    }

    @Test("nobody fetches while the partitions are shared out anew") func rebalance() {
        let entry = EntryModel.queue(QueueModel(partitions: 4, maxBatch: 1, rebalance: .constant(7)))
        let result = Pieces.run(
            Pieces.service(ListedArrivals(at: [0.5, 0.5], work: 1), entry: entry, replicas: 1),
            seconds: 600
        ).services[0]
        #expect(result.ends == [8, 9])
    }

    @Test("what a lost consumer had fetched is read again") func redelivery() {
        let fault = Fault(when: .at(seconds: 10), kind: .replicasLost(service: "a", count: 1))
        let result = Pieces.run(
            Pieces.service(
                ListedArrivals(at: [0, 0, 0], work: 30),
                serving: .slots(SlotServing(slots: 1, time: .constant(1))),
                entry: .queue(QueueModel(partitions: 0, maxBatch: 3)),
                startup: StartupModel(warmUp: .constant(5)),
                replicas: 1
            ),
            seconds: 600,
            faults: [fault]
        ).services[0]
        #expect(result.replicasLost == 1)
        #expect(result.served == 3)
        #expect(result.failedInAll == 0)
        #expect(result.ends == [45, 75, 105])
    }
}
