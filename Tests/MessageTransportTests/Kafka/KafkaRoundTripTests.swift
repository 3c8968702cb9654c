import Foundation
import Logging
import MessageTransport
import TestSupport
import Testing

@Suite("KafkaProducer and KafkaConsumer, with brokers", .timeLimit(.minutes(3)))
struct KafkaRoundTripTests {
    static let limit = Duration.seconds(20)

    static func settings(_ peer: KafkaPeer) -> KafkaSettings { KafkaSettings(bootstrapServers: peer.bootstrapServers) }

    /// Reads until so many came.
    static func read(_ consumer: KafkaConsumer, _ count: Int) async throws -> [KafkaMessage] {
        var messages: [KafkaMessage] = []
        let end = ContinuousClock.now + Self.limit
        while messages.count < count, ContinuousClock.now < end {
            messages += try await consumer.poll(upTo: 1000, waiting: .seconds(1))
        }
        return messages
    }

    static func offsets(_ fates: [KafkaProducer.Fate]) throws -> [Int64] { try fates.map { try $0.get().offset } }

    @Test("what is written is read with its key, headers and place, and nothing is committed unasked")
    func roundTrip() async throws {
        try await KafkaPeer.with(topics: ["round-trip:1:1"]) { peer in
            let producer = try KafkaProducer(KafkaProducerSettings(cluster: Self.settings(peer)), logger: .silent)
            let records = [
                KafkaRecord(
                    topic: "round-trip",
                    key: Array("k".utf8),
                    value: [0, 1, 255],
                    headers: [
                        KafkaHeader(name: "id", text: "7"), KafkaHeader(name: "id", text: "8"),
                        KafkaHeader(name: "none", value: nil), KafkaHeader(name: "empty", value: []),
                    ]
                ),
                KafkaRecord(topic: "round-trip", key: [], value: []),
                KafkaRecord(topic: "round-trip", value: nil),
            ]
            #expect(try Self.offsets(try await producer.send(records, within: Self.limit)) == [0, 1, 2])
            await producer.close(within: Self.limit)

            for attempt in 1...2 {
                let consumer = try KafkaConsumer(
                    KafkaConsumerSettings(cluster: Self.settings(peer), group: "g-round-trip"),
                    logger: .silent
                )
                try await consumer.subscribe(to: ["round-trip"])
                let messages = try await Self.read(consumer, 3)
                #expect(messages.map(\.position.offset) == [0, 1, 2], "attempt \(attempt)")
                #expect(messages.map(\.key) == records.map(\.key))
                #expect(messages.map(\.value) == records.map(\.value))
                #expect(messages.first?.headers == records[0].headers)
                await consumer.close(within: Self.limit)
            }
        }
    }

    @Test("a group goes on behind what was committed")
    func commit() async throws {
        try await KafkaPeer.with(topics: ["commit:2:1"]) { peer in
            let producer = try KafkaProducer(KafkaProducerSettings(cluster: Self.settings(peer)), logger: .silent)
            let records = (0..<20).map { KafkaRecord(topic: "commit", partition: Int32($0 % 2), value: [UInt8($0)]) }
            _ = try Self.offsets(try await producer.send(records, within: Self.limit))
            let settings = KafkaConsumerSettings(cluster: Self.settings(peer), group: "g-commit")

            let first = try KafkaConsumer(settings, logger: .silent)
            try await first.subscribe(to: ["commit"])
            let all = try await Self.read(first, 20)
            #expect(all.count == 20)
            let done = all.filter { $0.position.offset < 7 }
            try await first.commit(KafkaConsumer.positions(behind: done), within: Self.limit)
            await first.close(within: Self.limit)

            let second = try KafkaConsumer(settings, logger: .silent)
            try await second.subscribe(to: ["commit"])
            let rest = try await Self.read(second, 6)
            #expect(Set(rest.map(\.position.offset)) == [7, 8, 9] && rest.count == 6)
            await second.close(within: Self.limit)
        }
    }

    @Test("partitions move to a second member, and what the first has done is committed before they go")
    func rebalance() async throws {
        try await KafkaPeer.with(topics: ["moving:4:1"]) { peer in
            let producer = try KafkaProducer(KafkaProducerSettings(cluster: Self.settings(peer)), logger: .silent)
            let records = (0..<40).map { KafkaRecord(topic: "moving", partition: Int32($0 % 4), value: [UInt8($0)]) }
            _ = try Self.offsets(try await producer.send(records, within: Self.limit))
            // With eager assignment all partitions go at first, and the cluster of `kafka-peer` takes no commit meanwhile.
            let settings = KafkaConsumerSettings(
                cluster: Self.settings(peer),
                group: "g-moving",
                assignment: .cooperative
            )

            let done = Box<[KafkaPosition]>()
            let revoked = Box<[KafkaPartition]>()
            let first = try KafkaConsumer(settings, logger: .silent) { change in
                guard case .revoked(let partitions) = change else { return [] }
                revoked.value = (revoked.value ?? []) + partitions
                return (done.value ?? []).filter { partitions.contains($0.partition) }
            }
            try await first.subscribe(to: ["moving"])
            let messages = try await Self.read(first, 40)
            #expect(messages.count == 40 && first.assignment.count == 4)
            done.value = KafkaConsumer.positions(behind: messages)

            let second = try KafkaConsumer(settings, logger: .silent)
            try await second.subscribe(to: ["moving"])
            let end = ContinuousClock.now + Self.limit
            var repeated: [KafkaMessage] = []
            while second.assignment.count < 2 || first.assignment.count > 2, ContinuousClock.now < end {
                _ = try await first.poll(upTo: 10, waiting: .milliseconds(50))
                repeated += try await second.poll(upTo: 10, waiting: .milliseconds(50))
            }
            #expect(first.assignment.count == 2 && second.assignment.count == 2)
            #expect(first.assignment.isDisjoint(with: second.assignment))
            repeated += try await second.poll(upTo: 10, waiting: .milliseconds(500))
            #expect(repeated.isEmpty, "what was committed on the way out was read again")
            #expect(Set(revoked.value ?? []).isSuperset(of: second.assignment))
            await first.close(within: Self.limit)
            await second.close(within: Self.limit)
        }
    }

    @Test("a paused partition gives nothing until it is resumed, and a seek goes back")
    func pauseAndSeek() async throws {
        try await KafkaPeer.with(topics: ["pause:1:1"]) { peer in
            let producer = try KafkaProducer(KafkaProducerSettings(cluster: Self.settings(peer)), logger: .silent)
            let consumer = try KafkaConsumer(
                KafkaConsumerSettings(cluster: Self.settings(peer), group: "g-pause"),
                logger: .silent
            )
            let partition = KafkaPartition(topic: "pause", index: 0)
            try await consumer.subscribe(to: ["pause"])
            _ = try Self.offsets(
                try await producer.send([KafkaRecord(topic: "pause", value: [1])], within: Self.limit)
            )
            #expect(try await Self.read(consumer, 1).count == 1)
            try await consumer.pause([partition])
            _ = try Self.offsets(
                try await producer.send([KafkaRecord(topic: "pause", value: [2])], within: Self.limit)
            )
            #expect(try await consumer.poll(upTo: 10, waiting: .milliseconds(500)).isEmpty)
            try await consumer.resume([partition])
            #expect(try await Self.read(consumer, 1).map(\.value) == [[2]])
            try await consumer.seek(to: [KafkaPosition(partition: partition, offset: 0)], within: Self.limit)
            #expect(try await Self.read(consumer, 2).map(\.value) == [[1], [2]])
            await consumer.close(within: Self.limit)
        }
    }

    @Test("a full queue slows the writer, and nothing is lost")
    func backPressure() async throws {
        try await KafkaPeer.with(topics: ["full:1:1"]) { peer in
            let producer = try KafkaProducer(
                KafkaProducerSettings(cluster: Self.settings(peer), queueCapacity: 10),
                logger: .silent
            )
            let records = (0..<200).map { KafkaRecord(topic: "full", value: [UInt8($0)]) }
            let fates = try await producer.send(records, within: Self.limit)
            #expect(try Self.offsets(fates) == (0..<200).map { Int64($0) })
        }
    }

    @Test("a broker that is away costs the deadline and no more, and writing goes on when it is back")
    func outage() async throws {
        try await KafkaPeer.with(topics: ["outage:1:1"]) { peer in
            guard peer.takesCommands else { return }
            let producer = try KafkaProducer(KafkaProducerSettings(cluster: Self.settings(peer)), logger: .silent)
            let record = KafkaRecord(topic: "outage", value: [1])
            _ = try Self.offsets(try await producer.send([record], within: Self.limit))
            try await peer.command("down 1")
            let start = ContinuousClock.now
            let fates = try await producer.send([record], within: .milliseconds(500))
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(throws: MessagingError.self) { try Self.offsets(fates) }
            try await peer.command("up 1")
            let later = try await producer.send([record], within: Self.limit)
            #expect(try Self.offsets(later).count == 1)
        }
    }

    @Test("kcat reads what was written, and is read")
    func independentClient() async throws {
        guard ServerProgram.kcat.isExpected else { return }
        try await KafkaPeer.with(topics: ["kcat:1:1"]) { peer in
            let producer = try KafkaProducer(KafkaProducerSettings(cluster: Self.settings(peer)), logger: .silent)
            let record = KafkaRecord(
                topic: "kcat",
                key: Array("key".utf8),
                value: Array("from us".utf8),
                headers: [KafkaHeader(name: "id", text: "1")]
            )
            _ = try Self.offsets(try await producer.send([record], within: Self.limit))
            let read = try await Self.kcat(
                peer,
                ["-C", "-t", "kcat", "-c", "1", "-o", "beginning", "-f", "%k|%s|%h\\n"]
            )
            #expect(read == "key|from us|id=1\n")
            try await Self.kcat(peer, ["-P", "-t", "kcat", "-k", "k2", "-H", "id=2"], input: "from kcat")
            let consumer = try KafkaConsumer(
                KafkaConsumerSettings(cluster: Self.settings(peer), group: "g-kcat"),
                logger: .silent
            )
            try await consumer.subscribe(to: ["kcat"])
            let messages = try await Self.read(consumer, 2)
            #expect(messages.last?.value == Array("from kcat".utf8))
            #expect(messages.last?.header("id") == "2")
            await consumer.close(within: Self.limit)
        }
    }

    @discardableResult
    private static func kcat(_ peer: KafkaPeer, _ arguments: [String], input: String = "") async throws -> String {
        try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: try #require(ServerProgram.kcat.path))
            process.arguments = ["-b", peer.bootstrapServers, "-q"] + arguments
            let (stdin, stdout) = (Pipe(), Pipe())
            process.standardInput = stdin
            process.standardOutput = stdout
            try process.run()
            try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try stdin.fileHandleForWriting.close()
            let output = stdout.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return String(decoding: output, as: UTF8.self)
        }
    }
}
