import Testing

@testable import Telemetry

@Suite("Activity feed", .timeLimit(.minutes(1)))
struct ActivityFeedTests {
    private func publish(_ range: ClosedRange<Int>, to feed: ActivityFeed) {
        for number in range { feed.publish(.scaled, subject: "default/iris", message: "\(number)") }
    }

    @Test("the newest are remembered in order, the oldest forgotten")
    func ring() {
        let feed = ActivityFeed(capacity: 3)
        self.publish(1...2, to: feed)
        #expect(feed.recent().map(\.message) == ["1", "2"])
        self.publish(3...7, to: feed)
        #expect(feed.recent().map(\.message) == ["5", "6", "7"])
        #expect(feed.recent(2).map(\.message) == ["6", "7"])
        #expect(feed.recent(-1).isEmpty)
        #expect(feed.recent().map(\.sequence) == [5, 6, 7])
    }

    @Test("a stream begins with the replayed and goes on with what follows")
    func stream() async {
        let feed = ActivityFeed(capacity: 10)
        self.publish(1...3, to: feed)
        var reader = feed.stream(replaying: 2).makeAsyncIterator()
        self.publish(4...4, to: feed)
        var messages: [String] = []
        for _ in 0..<3 { messages.append(await reader.next()?.message ?? "end") }
        #expect(messages == ["2", "3", "4"])
    }

    @Test("a reader that waits is woken")
    func waitingReader() async {
        let feed = ActivityFeed(capacity: 10)
        let stream = feed.stream()
        let reader = Task { await stream.first { _ in true }?.message }
        self.publish(1...1, to: feed)
        #expect(await reader.value == "1")
    }

    @Test("a slow reader loses the oldest and is told how many")
    func slowReader() async {
        let feed = ActivityFeed(capacity: 3)
        var reader = feed.stream().makeAsyncIterator()
        self.publish(1...8, to: feed)
        let notice = await reader.next()
        #expect(notice?.kind == .activitiesMissed)
        #expect(notice?.fields["count"] == "5")
        #expect(await reader.next()?.message == "6")
        self.publish(9...9, to: feed)
        #expect(await reader.next()?.message == "7")
        #expect(await reader.next()?.message == "8")
        #expect(await reader.next()?.message == "9")
    }

    @Test("cancelling the reader ends the stream, and a stream that is let go is forgotten")
    func cancellation() async {
        let feed = ActivityFeed(capacity: 3)
        do {
            let stream = feed.stream()
            #expect(feed.subscriberCount == 1)
            let reader = Task { await stream.first { _ in false } }
            reader.cancel()
            #expect(await reader.value == nil)
        }
        #expect(feed.subscriberCount == 0)
        self.publish(1...1, to: feed)
    }

    @Test("every reader sees every activity in one order")
    func manyReaders() async {
        let feed = ActivityFeed(capacity: 1000)
        let orders = await withTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<4 {
                let stream = feed.stream()
                group.addTask { await stream.prefix(400).reduce(into: []) { $0.append($1.sequence) } }
            }
            await withTaskGroup(of: Void.self) { writers in
                for _ in 0..<4 { writers.addTask { self.publish(1...100, to: feed) } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for order in orders { #expect(order == Array(1...400)) }
    }
}
