import RoutingCore
import Testing
import Timekeeping

@Suite("RevisionDispatcher")
struct RevisionDispatcherTests {
    @Test("at zero requests wait, and a ready replica takes them in order") func coldStart() {
        var dispatcher = Self.dispatcher(containerConcurrency: 1)
        let first = Self.wait(&dispatcher)
        let second = Self.wait(&dispatcher, isFirst: false)
        let replica = dispatcher.replicaAppeared()
        let outcome1 = dispatcher.replicaBecameReady(replica)
        #expect(outcome1 == [.init(ticket: first, replica: replica)])
        let release = dispatcher.requestFinished(on: replica, now: .seconds(1))
        #expect(release.grant == .init(ticket: second, replica: replica))
    }

    @Test("a full queue refuses, and a place that becomes free is given again") func queueBound() {
        var dispatcher = Self.dispatcher(queueCapacity: 2)
        let first = Self.wait(&dispatcher)
        _ = Self.wait(&dispatcher, isFirst: false)
        let outcome2 = dispatcher.requestArrived(now: .zero)
        #expect(outcome2 == .rejectQueueFull)
        #expect(dispatcher.concurrency == 2)
        let outcome3 = dispatcher.waiterLeft(first, now: .zero)
        #expect(outcome3)
        guard case .wait = dispatcher.requestArrived(now: .zero) else {
            Issue.record("the freed place was lost")
            return
        }
    }

    @Test("the least loaded replica is chosen, equals take turns") func leastLoaded() {
        var dispatcher = Self.dispatcher()
        let replicas = (0..<3).map { _ in dispatcher.replicaAppeared() }
        for replica in replicas { _ = dispatcher.replicaBecameReady(replica) }
        var counts: [ReplicaID: Int] = [:]
        for _ in 0..<9 {
            guard case .proceed(let replica) = dispatcher.requestArrived(now: .zero) else {
                Issue.record("waited")
                return
            }
            counts[replica, default: 0] += 1
        }
        #expect(replicas.map { counts[$0] } == [3, 3, 3])
        _ = dispatcher.requestFinished(on: replicas[1], now: .zero)
        let outcome4 = dispatcher.requestArrived(now: .zero)
        #expect(outcome4 == .proceed(replicas[1]))
    }

    @Test("a draining replica gets nothing new and says when it is empty") func draining() {
        var dispatcher = Self.dispatcher()
        let replica = dispatcher.replicaAppeared()
        _ = dispatcher.replicaBecameReady(replica)
        _ = dispatcher.requestArrived(now: .zero)
        let outcome5 = dispatcher.replicaDraining(replica)
        #expect(!outcome5)
        guard case .wait = dispatcher.requestArrived(now: .zero) else {
            Issue.record("it got something new")
            return
        }
        let outcome6 = dispatcher.replicaBecameReady(replica)
        #expect(outcome6.isEmpty, "a late probe must not revive it")
        let outcome7 = dispatcher.requestFinished(on: replica, now: .zero)
        #expect(outcome7.isDrained)
    }

    @Test("a request that could not connect goes elsewhere, before those who wait") func failover() {
        var dispatcher = Self.dispatcher(containerConcurrency: 1)
        let bad = dispatcher.replicaAppeared()
        _ = dispatcher.replicaBecameReady(bad)
        let outcome8 = dispatcher.requestArrived(now: .zero)
        #expect(outcome8 == .proceed(bad))
        let later = Self.wait(&dispatcher)
        guard case .wait(let ticket, isFirst: false) = dispatcher.requestFailedToConnect(on: bad, now: .zero).admission
        else {
            Issue.record("there is no other replica to go to")
            return
        }
        let good = dispatcher.replicaAppeared()
        let outcome9 = dispatcher.replicaBecameReady(good)
        #expect(outcome9 == [.init(ticket: ticket, replica: good)])
        let outcome10 = dispatcher.requestFinished(on: good, now: .zero)
        #expect(outcome10.grant == .init(ticket: later, replica: good))
    }

    @Test("concurrency is an integral over time, waiting included") func integral() {
        var dispatcher = Self.dispatcher()
        _ = dispatcher.takeInterval(now: .zero)
        let ticket = Self.wait(&dispatcher)
        let outcome11 = dispatcher.waiterLeft(ticket, now: .seconds(0.25))
        #expect(outcome11)
        let interval = dispatcher.takeInterval(now: .seconds(1))
        #expect(interval == LoadInterval(seconds: 1, averageConcurrency: 0.25, arrivals: 1))
        let outcome12 = dispatcher.takeInterval(now: .seconds(2))
        #expect(outcome12.averageConcurrency == 0)
    }

    @Test("random histories keep every promise", arguments: 0..<60) func randomHistories(seed: Int) {
        var history = History(seed: UInt64(seed))
        for step in 0..<2000 {
            history.step()
            if let broken = history.brokenPromise() {
                Issue.record("seed \(seed), step \(step): \(broken)")
                return
            }
        }
    }

    @Test("an interval counts only its own arrivals") func arrivalsPerInterval() {
        var dispatcher = Self.dispatcher()
        _ = Self.wait(&dispatcher)
        let first = dispatcher.takeInterval(now: .seconds(1))
        let second = dispatcher.takeInterval(now: .seconds(2))
        #expect(first.arrivals == 1)
        #expect(second == LoadInterval(seconds: 1, averageConcurrency: 1, arrivals: 0))
    }

    @Test("an old ticket means nobody, even when its place was taken again") func staleTicket() {
        var dispatcher = Self.dispatcher()
        let old = Self.wait(&dispatcher)
        let left = dispatcher.waiterLeft(old, now: .zero)
        _ = Self.wait(&dispatcher)
        let leftAgain = dispatcher.waiterLeft(old, now: .zero)
        #expect(left && !leftAgain)
        #expect(dispatcher.waiting == 1)
    }

    // MARK: Helpers

    static func dispatcher(containerConcurrency: Int = 0, queueCapacity: Int = 100) -> RevisionDispatcher {
        RevisionDispatcher(
            limits: .init(containerConcurrency: containerConcurrency, queueCapacity: queueCapacity),
            now: .zero
        )
    }

    static func wait(_ dispatcher: inout RevisionDispatcher, isFirst: Bool = true) -> Ticket {
        guard case .wait(let ticket, isFirst: isFirst) = dispatcher.requestArrived(now: .zero) else {
            fatalError("the request did not wait")
        }
        return ticket
    }
}
