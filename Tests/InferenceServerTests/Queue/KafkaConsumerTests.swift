import MessageTransport
import TestSupport
import Testing

@testable import InferenceServer

/// Against the cluster of `kafka-peer`, or the one that `KAFKA_BOOTSTRAP_SERVERS` names.
@Suite("A consumer of Kafka", .serialized, .timeLimit(.minutes(3)))
struct KafkaConsumerTests {
    private static let wait = Duration.seconds(20)

    private static func broker(_ peer: KafkaPeer) -> KafkaBroker {
        KafkaBroker(
            cluster: KafkaSettings(bootstrapServers: peer.bootstrapServers),
            topic: "requests",
            group: "scorer",
            sessionTimeout: .seconds(6),
            log: BrokerFixture.log
        )
    }

    private static func write(_ peer: KafkaPeer, _ records: [KafkaRecord]) async throws {
        let settings = KafkaProducerSettings(cluster: KafkaSettings(bootstrapServers: peer.bootstrapServers))
        let producer = try KafkaProducer(settings, logger: BrokerFixture.log)
        for fate in try await producer.send(records, within: Self.wait) { _ = try fate.get() }
        await producer.close(within: Self.wait)
    }

    private static func requests(_ numbers: Range<Int>) -> [KafkaRecord] {
        numbers.map {
            KafkaRecord(topic: "requests", key: Array("\($0)".utf8), value: Array("{\"instances\": [\($0)]}".utf8))
        }
    }

    /// Messages of a topic from its beginning, until `isEnough` or nothing more comes.
    private static func read(
        _ peer: KafkaPeer,
        _ topic: String,
        until isEnough: ([KafkaMessage]) -> Bool
    ) async throws -> [KafkaMessage] {
        let cluster = KafkaSettings(bootstrapServers: peer.bootstrapServers)
        let settings = KafkaConsumerSettings(cluster: cluster, group: "reader-\(topic)-\(RequestID.random())")
        let consumer = try KafkaConsumer(settings, logger: BrokerFixture.log)
        try await consumer.subscribe(to: [topic])
        var messages: [KafkaMessage] = []
        while !isEnough(messages) {
            let more = try await consumer.poll(upTo: 1000, waiting: Self.wait)
            guard !more.isEmpty else { break }
            messages += more
        }
        await consumer.close(within: .seconds(5))
        return messages
    }

    private static func text(_ message: KafkaMessage) -> String { String(decoding: message.value ?? [], as: UTF8.self) }

    private static let topics = ["requests:4:1", "results:1:1", "failed:1:1"]

    @Test("requests are answered with their key and headers, and bad ones end in the dead letter with their place")
    func answers() async throws {
        try await KafkaPeer.with(topics: Self.topics) { peer in
            var good = Self.requests(0..<20)
            good[3].headers = [KafkaHeader(name: "trace", text: "abc"), KafkaHeader(name: "none", value: nil)]
            try await Self.write(peer, good + [KafkaRecord(topic: "requests", value: Array("{oops".utf8))])
            try await BrokerFixture.consuming(Self.broker(peer)) { _ in
                let results = try await Self.read(peer, "results") { $0.count >= 20 }
                #expect(Set(results.map(Self.text)) == Set((0..<20).map { "{\"predictions\":[\($0 * 2).0]}" }))
                let third = try #require(results.first { $0.key == Array("3".utf8) })
                #expect(Self.text(third) == "{\"predictions\":[6.0]}")
                #expect(third.header("trace") == "abc")
                #expect(third.headers.contains(KafkaHeader(name: "none", value: nil)))
                #expect(third.header("content-type") == "application/json")
                #expect(Set(results.compactMap { $0.header("pilotlight-id") }).count == 20)
                let letter = try #require(try await Self.read(peer, "failed") { !$0.isEmpty }.first)
                #expect(Self.text(letter) == "{oops")
                #expect(letter.header("pilotlight-source") == "requests")
                #expect(letter.header("pilotlight-partition") != nil && letter.header("pilotlight-offset") != nil)
            }
        }
    }

    @Test("what a consumer answered before it left is not read again by the next one")
    func commits() async throws {
        try await KafkaPeer.with(topics: Self.topics) { peer in
            try await Self.write(peer, Self.requests(0..<50))
            try await BrokerFixture.consuming(Self.broker(peer)) { consumer in
                try await BrokerFixture.until { consumer.meters.snapshot.results >= 50 }
            }
            try await Self.write(peer, Self.requests(50..<60))
            try await BrokerFixture.consuming(Self.broker(peer)) { consumer in
                try await BrokerFixture.until { consumer.meters.snapshot.results >= 10 }
                #expect(consumer.meters.snapshot.taken == 10)
            }
        }
    }

    @Test("what a killed consumer had taken is answered by the next one")
    func killed() async throws {
        try await KafkaPeer.with(topics: Self.topics) { peer in
            try await Self.write(peer, Self.requests(0..<100))
            try await BrokerFixture.killed(Self.broker(peer)) { consumer in
                try await BrokerFixture.until { consumer.inFlight >= 40 }
            }
            try await BrokerFixture.consuming(Self.broker(peer)) { _ in
                let results = try await Self.read(peer, "results") { Set($0.map(Self.text)).count >= 100 }
                #expect(Set(results.map(Self.text)).count == 100)
            }
        }
    }

    @Test("brokers that are away for a while lose nothing, and everything goes on by itself")
    func outage() async throws {
        try await KafkaPeer.with(topics: Self.topics) { peer in
            guard peer.takesCommands else { return }
            try await Self.write(peer, Self.requests(0..<200))
            let gate = Gate(isOpen: false)
            try await BrokerFixture.consuming(Self.broker(peer), gate: gate) { consumer in
                try await BrokerFixture.until { consumer.inFlight >= 40 }
                try await peer.command("down 1")
                gate.open()
                #expect(consumer.meters.snapshot.results == 0)
                try await peer.command("up 1")
                let results = try await Self.read(peer, "results") { Set($0.map(Self.text)).count >= 200 }
                #expect(Set(results.map(Self.text)).count == 200)
            }
        }
    }

    @Test("a partition that moves to a second consumer takes no answered message along twice, and none is lost")
    func rebalance() async throws {
        try await KafkaPeer.with(topics: Self.topics) { peer in
            try await Self.write(peer, Self.requests(0..<200))
            try await BrokerFixture.consuming(Self.broker(peer)) { first in
                try await BrokerFixture.until { first.meters.snapshot.results >= 20 }
                try await BrokerFixture.consuming(Self.broker(peer)) { _ in
                    try await Self.write(peer, Self.requests(200..<400))
                    let results = try await Self.read(peer, "results") { Set($0.map(Self.text)).count >= 400 }
                    #expect(Set(results.map(Self.text)).count == 400)
                }
            }
        }
    }
}
