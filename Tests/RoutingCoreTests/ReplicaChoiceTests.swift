import RoutingCore
import Testing
import Timekeeping

@Suite("RevisionDispatcher, choice of a replica")
struct ReplicaChoiceTests {
    @Test("the most recently used replica gets everything that it has room for") func mostRecentlyUsed() {
        var dispatcher = Self.dispatcher(.mostRecentlyUsed, limit: 1, replicas: 3)
        let first = Self.take(&dispatcher)
        let second = Self.take(&dispatcher)
        #expect(first != second)
        for replica in [first, second] { _ = replica.map { dispatcher.requestFinished(on: $0, now: .zero) } }
        #expect(Self.take(&dispatcher) == second)
        #expect(Self.take(&dispatcher) == first)
    }

    @Test("the most recently used replica fills up before another one is used") func mostRecentlyUsedFills() {
        var dispatcher = Self.dispatcher(.mostRecentlyUsed, limit: 3, replicas: 2)
        let taken = (0..<6).map { _ in Self.take(&dispatcher) }
        #expect(Set(taken[0..<3]).count == 1)
        #expect(Set(taken[3..<6]).count == 1)
        #expect(taken[0] != taken[5])
    }

    @Test("the newest of the idle replicas is chosen") func newest() {
        var dispatcher = Self.dispatcher(.newest, limit: 1, replicas: 3)
        let order = (0..<3).map { _ in Self.take(&dispatcher) }
        for replica in order { _ = replica.map { dispatcher.requestFinished(on: $0, now: .zero) } }
        #expect((0..<3).map { _ in Self.take(&dispatcher) } == order)
        #expect(order.compactMap { $0?.index } == [2, 1, 0])
    }

    @Test(
        "random histories choose as a search over all replicas would",
        arguments: ReplicaChoice.allCases,
        0..<10
    )
    func likeASearch(choice: ReplicaChoice, seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var dispatcher = Self.dispatcher(choice, limit: seed % 2 == 0 ? 4 : 0, replicas: 0)
        var model = SearchedReplicas(choice: choice, limit: seed % 2 == 0 ? 4 : .max)
        for _ in 0..<2000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0 where model.replicas.count < 12:
                let id = dispatcher.replicaAppeared()
                _ = dispatcher.replicaBecameReady(id)
                model.add(id)
            case 1 where model.replicas.count > 6:
                let id = model.replicas[Int.random(in: 0..<model.replicas.count, using: &random)].id
                dispatcher.replicaRemoved(id)
                model.remove(id)
            case 2, 3, 4, 5:
                guard let busy = model.replicas.filter({ $0.inFlight > 0 }).randomElement(using: &random) else { break }
                _ = dispatcher.requestFinished(on: busy.id, now: .zero)
                model.change(busy.id, by: -1)
            default:
                let taken = Self.take(&dispatcher)
                #expect(taken == model.expected(), "seed \(seed)")
                if let taken { model.change(taken, by: 1) }
            }
        }
    }

    /// Takes a place, or nothing when all are full; nobody ever waits.
    static func take(_ dispatcher: inout RevisionDispatcher) -> ReplicaID? {
        switch dispatcher.requestArrived(now: .zero) {
        case .proceed(let replica): return replica
        case .wait(let ticket, _): _ = dispatcher.waiterLeft(ticket, now: .zero)
        case .rejectQueueFull: break
        }
        return nil
    }

    static func dispatcher(_ choice: ReplicaChoice, limit: Int, replicas: Int) -> RevisionDispatcher {
        var dispatcher = RevisionDispatcher(
            limits: .init(containerConcurrency: limit, queueCapacity: 10),
            choice: choice,
            now: .zero
        )
        for _ in 0..<replicas {
            let id = dispatcher.replicaAppeared()
            _ = dispatcher.replicaBecameReady(id)
        }
        return dispatcher
    }
}

/// What the pool is measured against: a plain list, searched from one end to the other.
struct SearchedReplicas {
    struct Replica {
        let id: ReplicaID
        let birth: Int
        var inFlight = 0
        /// When its load last changed.
        var touched: Int
    }

    let choice: ReplicaChoice
    let limit: Int
    var replicas: [Replica] = []
    var clock = 0

    mutating func add(_ id: ReplicaID) {
        self.clock += 1
        self.replicas.append(Replica(id: id, birth: self.clock, touched: self.clock))
    }

    mutating func remove(_ id: ReplicaID) { self.replicas.removeAll { $0.id == id } }

    mutating func change(_ id: ReplicaID, by difference: Int) {
        self.clock += 1
        for position in self.replicas.indices where self.replicas[position].id == id {
            self.replicas[position].inFlight += difference
            self.replicas[position].touched = self.clock
        }
    }

    func expected() -> ReplicaID? {
        let open = self.replicas.filter { $0.inFlight < self.limit }
        switch self.choice {
        case .leastLoaded: return open.min { ($0.inFlight, $0.touched) < ($1.inFlight, $1.touched) }?.id
        case .mostRecentlyUsed: return open.max { $0.touched < $1.touched }?.id
        case .newest: return open.min { ($0.inFlight, -$0.birth) < ($1.inFlight, -$1.birth) }?.id
        }
    }
}
