/// Which messages are being worked on, and up to where each lane is done.
///
/// A position may be acknowledged only when everything taken before it on its lane is settled too: brokers forget all
/// that lies before an acknowledged position.
struct MessageLedger: Sendable {
    private struct Lane {
        /// Positions in the order of their taking; what lies before `head` is done.
        var taken: [Int64] = []
        var head = 0
        /// Taken and not settled.
        var open: Set<Int64> = []
        /// Settled, but behind one that is not.
        var settledAhead: Set<Int64> = []
        /// Done, and not acknowledged yet.
        var done: Int64?
        var bytes = 0

        var inFlight: Int { self.open.count }

        /// - Returns: Whether it is not taken already.
        mutating func take(_ number: Int64, bytes: Int) -> Bool {
            guard self.open.insert(number).inserted else { return false }
            self.taken.append(number)
            self.bytes += bytes
            return true
        }

        /// - Returns: Whether it was open.
        mutating func settle(_ number: Int64, bytes: Int) -> Bool {
            guard self.open.remove(number) != nil else { return false }
            self.bytes -= bytes
            if self.taken[self.head] == number {
                self.advance()
            } else {
                self.settledAhead.insert(number)
            }
            while self.head < self.taken.count, self.settledAhead.remove(self.taken[self.head]) != nil {
                self.advance()
            }
            // Moved up only when half of it is gone, so that settling costs the same however much is under way.
            if self.head * 2 >= self.taken.count {
                self.taken.removeFirst(self.head)
                self.head = 0
            }
            return true
        }

        private mutating func advance() {
            self.done = self.taken[self.head]
            self.head += 1
        }
    }

    private var lanes: [MessageLane: Lane] = [:]
    /// Messages that were taken and are not settled, on lanes that are ours.
    private(set) var inFlight = 0
    /// Bytes of their bodies.
    private(set) var bytesInFlight = 0

    /// Adds a message.
    ///
    /// Usually positions grow. They begin again where a topic was made anew, and a message is seen twice where its
    /// partition went and came back while it was on its way here.
    ///
    /// - Returns: Whether it is to be worked on; not if it is already.
    mutating func taken(_ position: MessagePosition, bytes: Int) -> Bool {
        guard self.lanes[position.lane, default: Lane()].take(position.number, bytes: bytes) else { return false }
        self.inFlight += 1
        self.bytesInFlight += bytes
        return true
    }

    /// Whether the message is still ours to work on.
    func isOurs(_ position: MessagePosition) -> Bool { self.lanes[position.lane] != nil }

    /// The message's result is safe.
    ///
    /// - Parameter bytes: As many as when it was taken.
    mutating func settled(_ position: MessagePosition, bytes: Int) {
        guard self.lanes[position.lane]?.settle(position.number, bytes: bytes) == true else { return }
        self.inFlight -= 1
        self.bytesInFlight -= bytes
    }

    /// Lanes are somebody else's now.
    mutating func lost(_ lanes: some Sequence<MessageLane>) {
        for lane in lanes {
            guard let state = self.lanes.removeValue(forKey: lane) else { continue }
            self.inFlight -= state.inFlight
            self.bytesInFlight -= state.bytes
        }
    }

    /// Messages in flight on some lanes.
    func inFlight(on lanes: some Sequence<MessageLane>) -> Int {
        lanes.reduce(0) { $0 + (self.lanes[$1]?.inFlight ?? 0) }
    }

    var hasAcknowledgements: Bool { self.lanes.contains { $1.done != nil } }

    /// What can be acknowledged and was not asked for before, on all lanes or some.
    mutating func takeAcknowledgements(of wanted: [MessageLane]? = nil) -> [MessagePosition] {
        var positions: [MessagePosition] = []
        for lane in wanted ?? Array(self.lanes.keys) {
            guard let done = self.lanes[lane]?.done else { continue }
            positions.append(MessagePosition(lane: lane, number: done))
            self.lanes[lane]?.done = nil
        }
        return positions
    }

    /// An acknowledgement did not reach the broker: it is to be repeated, unless there is a later one.
    mutating func unacknowledged(_ positions: [MessagePosition]) {
        for position in positions where self.lanes[position.lane] != nil {
            if self.lanes[position.lane]?.done == nil { self.lanes[position.lane]?.done = position.number }
        }
    }
}
