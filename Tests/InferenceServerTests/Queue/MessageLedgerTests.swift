import Testing

@testable import InferenceServer

@Suite("MessageLedger")
struct MessageLedgerTests {
    private static let lane = MessageLane(number: 3, epoch: 1)

    private static func position(_ number: Int64, _ lane: MessageLane = Self.lane) -> MessagePosition {
        MessagePosition(lane: lane, number: number)
    }

    @Test("nothing is acknowledged past a message that is not settled")
    func contiguous() {
        var ledger = MessageLedger()
        for number: Int64 in [5, 6, 9] {
            let isNew = ledger.taken(Self.position(number), bytes: 10)
            #expect(isNew)
        }
        ledger.settled(Self.position(6), bytes: 10)
        let none = ledger.takeAcknowledgements()
        #expect(none.isEmpty)
        ledger.settled(Self.position(5), bytes: 10)
        let two = ledger.takeAcknowledgements()
        #expect(two == [Self.position(6)])
        let again = ledger.takeAcknowledgements()
        #expect(again.isEmpty, "each is asked for once")
        ledger.settled(Self.position(9), bytes: 10)
        let last = ledger.takeAcknowledgements()
        #expect(last == [Self.position(9)])
        #expect(ledger.inFlight == 0 && ledger.bytesInFlight == 0)
    }

    @Test("an acknowledgement that failed is repeated, unless there is a later one")
    func repeated() {
        var ledger = MessageLedger()
        for number: Int64 in [1, 2] { _ = ledger.taken(Self.position(number), bytes: 1) }
        ledger.settled(Self.position(1), bytes: 1)
        let first = ledger.takeAcknowledgements()
        ledger.unacknowledged(first)
        let second = ledger.takeAcknowledgements()
        #expect(second == first && !first.isEmpty)
        ledger.settled(Self.position(2), bytes: 1)
        ledger.unacknowledged(first)
        let third = ledger.takeAcknowledgements()
        #expect(third == [Self.position(2)])
    }

    @Test("a lane that is lost takes its messages along, and what is settled afterwards changes nothing")
    func lost() {
        var ledger = MessageLedger()
        let other = MessageLane(number: 3, epoch: 2)
        _ = ledger.taken(Self.position(1), bytes: 4)
        _ = ledger.taken(Self.position(2), bytes: 4)
        ledger.settled(Self.position(2), bytes: 4)
        #expect(ledger.inFlight(on: [Self.lane]) == 1)
        ledger.lost([Self.lane])
        _ = ledger.taken(Self.position(1, other), bytes: 4)
        ledger.settled(Self.position(1), bytes: 4)
        #expect(!ledger.isOurs(Self.position(1)) && ledger.isOurs(Self.position(1, other)))
        #expect(ledger.inFlight == 1 && ledger.bytesInFlight == 4)
        let none = ledger.takeAcknowledgements()
        #expect(none.isEmpty)
    }

    @Test("a message that is being worked on is not taken twice; one from a topic that begins again is")
    func again() {
        var ledger = MessageLedger()
        let first = ledger.taken(Self.position(7), bytes: 1)
        let twin = ledger.taken(Self.position(7), bytes: 1)
        #expect(first && !twin)
        ledger.settled(Self.position(7), bytes: 1)
        let seven = ledger.takeAcknowledgements()
        #expect(seven == [Self.position(7)])
        let earlier = ledger.taken(Self.position(0), bytes: 1)
        #expect(earlier)
        ledger.settled(Self.position(0), bytes: 1)
        let zero = ledger.takeAcknowledgements()
        #expect(zero == [Self.position(0)])
    }

    /// The plainest way to say the same: a list of what was taken, searched from its beginning.
    private struct Reference {
        var taken: [MessagePosition] = []
        var open: Set<MessagePosition> = []
        var acknowledged: [MessageLane: Int64] = [:]

        /// What can be acknowledged on a lane and was not.
        func due(on lane: MessageLane) -> Int64? {
            let done = self.taken.filter { $0.lane == lane }.prefix { !self.open.contains($0) }.last?.number
            return done == self.acknowledged[lane] ? nil : done
        }
    }

    @Test("random histories agree with the plainest reference")
    func properties() {
        for seed in 0..<200 {
            var random = SeededGenerator(seed: UInt64(seed))
            var ledger = MessageLedger()
            var reference = Reference()
            var next: [MessageLane: Int64] = [:]
            for _ in 0..<150 {
                let lane = MessageLane(number: Int32.random(in: 0...2, using: &random), epoch: 0)
                switch Int.random(in: 0..<12, using: &random) {
                case 0..<5:
                    let position = Self.position((next[lane] ?? 0) + Int64.random(in: 1...3, using: &random), lane)
                    next[lane] = position.number
                    _ = ledger.taken(position, bytes: Int(position.number))
                    reference.taken.append(position)
                    reference.open.insert(position)
                case 5..<10:
                    guard let position = reference.open.sorted(by: Self.order).randomElement(using: &random) else {
                        break
                    }
                    ledger.settled(position, bytes: Int(position.number))
                    reference.open.remove(position)
                case 10:
                    ledger.lost([lane])
                    reference.taken.removeAll { $0.lane == lane }
                    reference.open = reference.open.filter { $0.lane != lane }
                    reference.acknowledged[lane] = nil
                default:
                    let expected = (Int32(0)...2).compactMap { number -> MessagePosition? in
                        let lane = MessageLane(number: number, epoch: 0)
                        return reference.due(on: lane).map { Self.position($0, lane) }
                    }
                    let got = ledger.takeAcknowledgements().sorted(by: Self.order)
                    #expect(got == expected, "seed \(seed)")
                    for position in got { reference.acknowledged[position.lane] = position.number }
                }
                #expect(ledger.inFlight == reference.open.count, "seed \(seed)")
                #expect(ledger.bytesInFlight == reference.open.reduce(0) { $0 + Int($1.number) }, "seed \(seed)")
            }
        }
    }

    private static func order(_ left: MessagePosition, _ right: MessagePosition) -> Bool {
        (left.lane.number, left.number) < (right.lane.number, right.number)
    }
}
