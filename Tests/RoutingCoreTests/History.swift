import RoutingCore
import Timekeeping

/// A random history of one dispatcher beside the plainest possible model of the same promises.
struct History {
    private var generator: SeededGenerator
    private var dispatcher: RevisionDispatcher
    private var limits: RevisionDispatcher.Limits
    private var now = MonotonicInstant.zero
    private var queue: [Ticket] = []
    private var inFlight: [ReplicaID: Int] = [:]
    private var states: [ReplicaID: ReplicaState] = [:]
    private var failure: String?

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
        self.limits = .init(containerConcurrency: Int(seed % 4), queueCapacity: 20)
        self.dispatcher = RevisionDispatcher(limits: self.limits, now: .zero)
    }

    mutating func step() {
        self.now = self.now.advanced(byNanoseconds: Int64.random(in: 0...10_000_000, using: &self.generator))
        switch Int.random(in: 0..<100, using: &self.generator) {
        case 0..<40: self.arrive()
        case 40..<75: self.finish()
        case 75..<82: self.abandon()
        case 82..<86: self.appear()
        case 86..<92: self.becomeReady()
        case 92..<94: self.failToConnect()
        case 94..<96: self.drain()
        case 96..<98: self.remove()
        default: self.changeLimits()
        }
    }

    func brokenPromise() -> String? {
        if let failure { return failure }
        if self.dispatcher.waiting != self.queue.count {
            return "waiting \(self.dispatcher.waiting), model \(self.queue.count)"
        }
        let loads = self.dispatcher.replicaLoads
        for load in loads where load.inFlight != self.inFlight[load.id] || load.state != self.states[load.id] {
            return "replica \(load), model \(String(describing: self.inFlight[load.id]))"
        }
        let hasRoom = loads.contains { $0.state == .ready && self.hasRoom($0.inFlight) }
        return hasRoom && !self.queue.isEmpty ? "someone waits though a ready replica has room" : nil
    }

    // MARK: Events

    private mutating func arrive() {
        let least = self.leastReadyLoad()
        switch self.dispatcher.requestArrived(now: self.now) {
        case .proceed(let replica):
            if self.inFlight[replica] != least { self.failure = "not the least loaded replica" }
            self.take(replica)
        case .wait(let ticket, let isFirst):
            if isFirst != self.queue.isEmpty { self.failure = "isFirst is wrong" }
            self.queue.append(ticket)
        case .rejectQueueFull:
            if self.queue.count < self.limits.queueCapacity { self.failure = "rejected with room in the queue" }
        }
    }

    private mutating func finish() {
        guard let replica = self.randomReplica(where: { $0 > 0 }) else { return }
        self.inFlight[replica]? -= 1
        let release = self.dispatcher.requestFinished(on: replica, now: self.now)
        if release.isDrained != (self.states[replica] == .draining && self.inFlight[replica] == 0) {
            self.failure = "isDrained is wrong"
        }
        if let grant = release.grant { self.accept(grant) }
    }

    private mutating func abandon() {
        guard let ticket = self.queue.randomElement(using: &self.generator) else { return }
        self.queue.removeAll { $0 == ticket }
        if !self.dispatcher.waiterLeft(ticket, now: self.now) { self.failure = "a waiter was not known" }
        if self.dispatcher.waiterLeft(ticket, now: self.now) { self.failure = "a waiter left twice" }
    }

    private mutating func appear() {
        guard self.states.count < 6 else { return }
        let id = self.dispatcher.replicaAppeared()
        if self.states[id] != nil { self.failure = "a replica's name was used twice" }
        self.states[id] = .starting
        self.inFlight[id] = 0
    }

    private mutating func becomeReady() {
        guard let replica = self.randomReplica() else { return }
        if self.states[replica] != .draining { self.states[replica] = .ready }
        for grant in self.dispatcher.replicaBecameReady(replica) { self.accept(grant) }
    }

    private mutating func failToConnect() {
        guard let replica = self.randomReplica(where: { $0 > 0 }) else { return }
        self.inFlight[replica]? -= 1
        if self.states[replica] == .ready { self.states[replica] = .suspect }
        switch self.dispatcher.requestFailedToConnect(on: replica, now: self.now).admission {
        case .proceed(let other): self.take(other)
        case .wait(let ticket, _): self.queue.insert(ticket, at: 0)
        case .rejectQueueFull: self.failure = "an admitted request was refused"
        }
    }

    private mutating func drain() {
        guard let replica = self.randomReplica() else { return }
        self.states[replica] = .draining
        if self.dispatcher.replicaDraining(replica) != (self.inFlight[replica] == 0) {
            self.failure = "drained is wrong"
        }
    }

    private mutating func remove() {
        guard let replica = self.randomReplica(where: { $0 == 0 }) else { return }
        self.states[replica] = nil
        self.inFlight[replica] = nil
        self.dispatcher.replicaRemoved(replica)
    }

    private mutating func changeLimits() {
        self.limits.containerConcurrency = Int.random(in: 0...3, using: &self.generator)
        self.limits.queueCapacity = Int.random(in: 0...20, using: &self.generator)
        for grant in self.dispatcher.limitsChanged(self.limits) { self.accept(grant) }
    }

    // MARK: The model

    private mutating func accept(_ grant: RevisionDispatcher.Grant) {
        if self.queue.first != grant.ticket { self.failure = "granted out of order" }
        self.queue.removeAll { $0 == grant.ticket }
        self.take(grant.replica)
    }

    private mutating func take(_ replica: ReplicaID) {
        if self.states[replica] != .ready {
            self.failure = "sent to a replica that is \(String(describing: self.states[replica]))"
        }
        let load = self.inFlight[replica] ?? 0
        if !self.hasRoom(load) { self.failure = "the concurrency limit was exceeded" }
        self.inFlight[replica] = load + 1
    }

    private func hasRoom(_ load: Int) -> Bool {
        self.limits.containerConcurrency == 0 || load < self.limits.containerConcurrency
    }

    private func leastReadyLoad() -> Int? {
        self.states.filter { $0.value == .ready }.compactMap { self.inFlight[$0.key] }.min()
    }

    private mutating func randomReplica(where condition: (Int) -> Bool = { _ in true }) -> ReplicaID? {
        self.dispatcher.replicaLoads.map(\.id).filter { condition(self.inFlight[$0] ?? 0) }
            .randomElement(using: &self.generator)
    }
}
