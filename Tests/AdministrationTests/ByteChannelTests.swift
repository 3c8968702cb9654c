import Testing

@testable import Administration

@Suite("Byte channel", .timeLimit(.minutes(1)))
struct ByteChannelTests {
    @Test("bytes arrive in order, and who sends waits while the queue is full")
    func order() async {
        let channel = ByteChannel(capacity: 2)
        let sender = Task {
            for number in UInt8(0)..<100 { guard await channel.send([number]) else { return false } }
            channel.finish()
            return true
        }
        var received: [UInt8] = []
        while let bytes = await channel.next() { received += bytes }
        #expect(received == Array(0..<100))
        #expect(await sender.value)
    }

    @Test("once it is finished nothing more is taken, and who waits is let go")
    func finished() async {
        let channel = ByteChannel(capacity: 1)
        #expect(await channel.send("queued"))
        let waiting = Task { await channel.send("waits") }
        await Task.yield()
        channel.finish()
        #expect(await waiting.value == false)
        #expect(await channel.send("late") == false)
        #expect(await channel.next() == Array("queued".utf8))
        #expect(await channel.next() == nil)
    }

    @Test("a cancelled reader ends the channel")
    func cancelled() async {
        let channel = ByteChannel()
        let reader = Task { await channel.next() }
        reader.cancel()
        #expect(await reader.value == nil)
        #expect(await channel.send("late") == false)
    }

    @Test(
        "a query is decoded, the first of two values counts",
        arguments: [
            ("a=1&b=2", "a", "1"), ("a=x%20y+z", "a", "x y z"), ("a=1&a=2", "a", "1"), ("a", "a", ""),
            ("b=1", "a", nil), ("a=%zz", "a", ""), ("a=b=c", "a", "b=c"),
        ] as [(String, String, String?)]
    )
    func query(text: String, name: String, value: String?) {
        #expect(Query(text)[name] == value)
    }
}
