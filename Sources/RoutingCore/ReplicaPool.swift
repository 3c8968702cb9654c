/// The replicas of one revision with what they hold, ordered so that the next one to be used is found at once.
///
/// Ready replicas with room stand in doubly linked lists inside the array: one list for each number of requests held
/// (or, for `mostRecentlyUsed`, a single one in the order of use). A request moves its replica by one list, so neither
/// a choice nor a release ever walks over the replicas; `newest` alone does.
struct ReplicaPool: Sendable {
    private struct Slot: Sendable {
        var generation: UInt32 = 0
        var previous = ReplicaPool.none
        var next = ReplicaPool.none
        var inFlight: Int32 = 0
        /// Rises with every replica that appears.
        var birth: UInt32 = 0
        /// `nil`: nobody is here.
        var state: ReplicaState?
        var isListed = false
    }

    private struct List: Sendable {
        var first = ReplicaPool.none
        var last = ReplicaPool.none
    }

    private static let none = UInt32.max

    private let choice: ReplicaChoice
    /// Requests a replica may hold; `Int32.max`: no limit.
    private var limit: Int32
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    /// By the number of requests held.
    private var lists: [List] = [List()]
    /// No list below this one has anybody.
    private var lowest = 0
    /// Replicas in lists.
    private var listed = 0
    private var births: UInt32 = 0
    private(set) var ready = 0
    private(set) var count = 0

    init(choice: ReplicaChoice, limit: Int) {
        self.choice = choice
        self.limit = Self.effective(limit)
    }

    // MARK: Replicas

    mutating func add() -> ReplicaID {
        self.births &+= 1
        self.count += 1
        let position = self.free.popLast() ?? UInt32(self.slots.count)
        if Int(position) == self.slots.count { self.slots.append(Slot()) }
        self.slots[Int(position)].birth = self.births
        self.slots[Int(position)].state = .starting
        return ReplicaID(slot: position, generation: self.slots[Int(position)].generation)
    }

    /// `nil` when the replica is gone.
    func state(of id: ReplicaID) -> ReplicaState? { self.position(of: id).flatMap { self.slots[$0].state } }

    /// `nil` when the replica is gone.
    func inFlight(of id: ReplicaID) -> Int? { self.position(of: id).map { Int(self.slots[$0].inFlight) } }

    mutating func setState(_ state: ReplicaState, of id: ReplicaID) {
        guard let position = self.position(of: id), self.slots[position].state != state else { return }
        if self.slots[position].state == .ready { self.ready -= 1 }
        if state == .ready { self.ready += 1 }
        self.unlist(position)
        self.slots[position].state = state
        self.list(position)
    }

    mutating func remove(_ id: ReplicaID) {
        guard let position = self.position(of: id) else { return }
        if self.slots[position].state == .ready { self.ready -= 1 }
        self.unlist(position)
        self.slots[position] = Slot(generation: id.generation &+ 1)
        self.free.append(id.slot)
        self.count -= 1
    }

    mutating func limitChanged(_ limit: Int) {
        self.limit = Self.effective(limit)
        for position in self.slots.indices {
            self.unlist(position)
            self.list(position)
        }
    }

    var loads: [ReplicaLoad] {
        self.slots.enumerated().compactMap { position, slot in
            slot.state.map { state in
                ReplicaLoad(
                    id: ReplicaID(slot: UInt32(position), generation: slot.generation),
                    state: state,
                    inFlight: Int(slot.inFlight)
                )
            }
        }
    }

    // MARK: Requests

    /// Takes a place at the replica whose turn it is; `nil` when none has room.
    mutating func take() -> ReplicaID? {
        guard self.listed > 0 else { return nil }
        let position = self.choice == .newest ? self.newest() : self.head()
        self.unlist(position)
        self.slots[position].inFlight += 1
        self.list(position)
        return ReplicaID(slot: UInt32(position), generation: self.slots[position].generation)
    }

    /// Gives a place back.
    ///
    /// - Returns: What the replica still holds; `nil` when it is gone.
    mutating func release(_ id: ReplicaID) -> Int? {
        guard let position = self.position(of: id) else { return nil }
        self.unlist(position)
        self.slots[position].inFlight -= 1
        precondition(self.slots[position].inFlight >= 0, "replica \(id.slot) released more than it held")
        self.list(position)
        return Int(self.slots[position].inFlight)
    }

    private mutating func head() -> Int {
        while self.lists[self.lowest].first == Self.none { self.lowest += 1 }
        return Int(self.lists[self.lowest].first)
    }

    private func newest() -> Int {
        var best = -1
        for position in self.slots.indices where self.slots[position].isListed {
            guard best >= 0 else {
                best = position
                continue
            }
            let (candidate, known) = (self.slots[position], self.slots[best])
            if candidate.inFlight < known.inFlight
                || (candidate.inFlight == known.inFlight && candidate.birth > known.birth)
            {
                best = position
            }
        }
        return best
    }

    // MARK: Lists

    private static func effective(_ limit: Int) -> Int32 { limit == 0 ? .max : Int32(clamping: limit) }

    private func position(of id: ReplicaID) -> Int? {
        let position = Int(id.slot)
        guard position < self.slots.count, self.slots[position].generation == id.generation else { return nil }
        return self.slots[position].state == nil ? nil : position
    }

    private func level(of position: Int) -> Int {
        self.choice == .mostRecentlyUsed ? 0 : Int(self.slots[position].inFlight)
    }

    private mutating func list(_ position: Int) {
        guard self.slots[position].state == .ready, self.slots[position].inFlight < self.limit else { return }
        let level = self.level(of: position)
        while self.lists.count <= level { self.lists.append(List()) }
        if self.choice == .mostRecentlyUsed {
            let first = self.lists[level].first
            self.slots[position].previous = Self.none
            self.slots[position].next = first
            if first == Self.none {
                self.lists[level].last = UInt32(position)
            } else {
                self.slots[Int(first)].previous = UInt32(position)
            }
            self.lists[level].first = UInt32(position)
        } else {
            let last = self.lists[level].last
            self.slots[position].previous = last
            self.slots[position].next = Self.none
            if last == Self.none {
                self.lists[level].first = UInt32(position)
            } else {
                self.slots[Int(last)].next = UInt32(position)
            }
            self.lists[level].last = UInt32(position)
        }
        self.slots[position].isListed = true
        self.listed += 1
        self.lowest = min(self.lowest, level)
    }

    /// Called while the replica still holds what it held when it was listed.
    private mutating func unlist(_ position: Int) {
        guard self.slots[position].isListed else { return }
        let level = self.level(of: position)
        let (previous, next) = (self.slots[position].previous, self.slots[position].next)
        if previous == Self.none {
            self.lists[level].first = next
        } else {
            self.slots[Int(previous)].next = next
        }
        if next == Self.none {
            self.lists[level].last = previous
        } else {
            self.slots[Int(next)].previous = previous
        }
        self.slots[position].isListed = false
        self.listed -= 1
    }
}
