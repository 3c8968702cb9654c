import SimulationKit
import Testing

@Suite("EventQueue")
struct EventQueueTests {
    @Test("an event is 24 bytes") func size() {
        #expect(MemoryLayout<Event>.stride == 24)
    }

    @Test("at equal times the class decides, then the order of scheduling") func order() {
        var queue = EventQueue()
        for (number, eventClass) in (EventClass.allCases.reversed() + EventClass.allCases).enumerated() {
            queue.schedule(at: 5, eventClass, kind: 1, argument: UInt32(number))
        }
        queue.schedule(at: 4, .report, kind: 1, argument: 99)
        var taken: [UInt32] = []
        var classes: [EventClass] = []
        while let event = queue.next() {
            taken.append(event.argument)
            classes.append(event.eventClass)
        }
        #expect(taken == [99, 5, 6, 4, 7, 3, 8, 2, 9, 1, 10, 0, 11])
        #expect(classes.dropFirst() == classes.dropFirst().sorted { $0.rawValue < $1.rawValue }[...])
        #expect(EventClass.allCases == [.completion, .ready, .arrival, .expiry, .tick, .report])
    }

    @Test("random histories come out as from a sorted list", arguments: 0..<20) func likeASortedList(seed: Int) {
        var random = RandomStream(seed: UInt64(seed), replication: 0, purpose: .sampling)
        var queue = EventQueue(capacity: 1)
        var model: [(time: Int64, eventClass: UInt8, number: UInt32)] = []
        var now: Int64 = 0
        for number in 0..<UInt32(3000) {
            if random.below(3) > 0 || model.isEmpty {
                let time = now + Int64(random.below(50))
                let eventClass = EventClass.allCases[random.below(6)]
                queue.schedule(at: time, eventClass, kind: 7, lane: 3, argument: number)
                model.append((time, eventClass.rawValue, number))
            } else {
                model.sort { ($0.time, $0.eventClass, $0.number) < ($1.time, $1.eventClass, $1.number) }
                let expected = model.removeFirst()
                if random.below(4) == 0 { #expect(queue.nextTime() == expected.time) }
                let event = queue.next()
                #expect(event?.argument == expected.number, "seed \(seed), step \(number)")
                #expect(event?.kind == 7 && event?.lane == 3)
                now = expected.time
            }
            #expect(queue.count == model.count)
        }
        while queue.next() != nil { model.removeLast() }
        #expect(model.isEmpty)
        #expect(queue.isEmpty)
    }

    @Test("an empty queue gives nothing, again and again") func empty() {
        var queue = EventQueue()
        #expect(queue.next() == nil)
        queue.schedule(at: 1, .tick, kind: 0, argument: 0)
        #expect(queue.next() != nil)
        #expect(queue.next() == nil)
        #expect(queue.next() == nil)
        #expect(queue.nextTime() == nil)
        queue.schedule(at: 2, .tick, kind: 0, argument: 1)
        #expect(queue.nextTime() == 2)
    }
}
