import Logging
import MessageTransport
import TestSupport
import Testing

@Suite("KafkaCluster, with brokers", .timeLimit(.minutes(3)))
struct KafkaClusterTests {
    static let limit = Duration.seconds(20)

    static func write(_ peer: KafkaPeer, _ topic: String, partition: Int32 = 0, count: Int) async throws {
        let producer = try KafkaProducer(
            KafkaProducerSettings(cluster: KafkaRoundTripTests.settings(peer)),
            logger: .silent
        )
        let records = (0..<count).map { _ in KafkaRecord(topic: topic, partition: partition, value: [1]) }
        for fate in try await producer.send(records, within: Self.limit) { _ = try fate.get() }
    }

    /// Has a group read so many messages and commit.
    static func consume(_ peer: KafkaPeer, _ topic: String, group: String, count: Int) async throws {
        let consumer = try KafkaConsumer(
            KafkaConsumerSettings(cluster: KafkaRoundTripTests.settings(peer), group: group),
            logger: .silent
        )
        try await consumer.subscribe(to: [topic])
        let messages = try await KafkaRoundTripTests.read(consumer, count)
        try await consumer.commit(KafkaConsumer.positions(behind: Array(messages.prefix(count))), within: Self.limit)
        await consumer.close(within: Self.limit)
    }

    private static func cluster(_ peer: KafkaPeer) throws -> KafkaCluster {
        try KafkaClusters(logger: .silent).cluster(for: KafkaRoundTripTests.settings(peer))
    }

    @Test("a group that never committed has no offset, which is not offset zero")
    func neverCommitted() async throws {
        try await KafkaPeer.with(topics: ["fresh:2:1"]) { peer in
            try await Self.write(peer, "fresh", count: 5)
            let cluster = try Self.cluster(peer)
            let progress = try await cluster.progress(
                of: KafkaGroupQuery(group: "nobody", topics: ["fresh"], wantsLogStart: true)
            )
            #expect(
                progress == [
                    .init(partition: .init(topic: "fresh", index: 0), committed: nil, logStart: 0, logEnd: 5),
                    .init(partition: .init(topic: "fresh", index: 1), committed: nil, logStart: 0, logEnd: 0),
                ]
            )
        }
    }

    @Test("progress follows what is written and what is committed, also after a time of quiet")
    func follows() async throws {
        try await KafkaPeer.with(topics: ["follow:1:1"]) { peer in
            let cluster = try Self.cluster(peer)
            let query = KafkaGroupQuery(group: "g-follow", topics: ["follow"])
            try await Self.write(peer, "follow", count: 10)
            try await Self.consume(peer, "follow", group: "g-follow", count: 4)
            #expect(try await cluster.progress(of: query).map(\.committed) == [4])
            #expect(try await cluster.progress(of: query).map(\.logEnd) == [10])
            try await Self.consume(peer, "follow", group: "g-follow", count: 6)
            for _ in 1...3 {
                let progress = try await cluster.progress(of: query)
                #expect(progress.map(\.committed) == [10] && progress.map(\.logEnd) == [10])
            }
            try await Self.write(peer, "follow", count: 3)
            let end = ContinuousClock.now + Self.limit
            while try await cluster.progress(of: query).first?.logEnd != 13, ContinuousClock.now < end {}
            #expect(try await cluster.progress(of: query).map(\.committed) == [10])
            #expect(try await cluster.progress(of: query).map(\.logEnd) == [13])
        }
    }

    @Test(
        "without a topic every topic counts that the group committed to",
        .enabled(if: KafkaPeer.realCluster != nil, "librdkafka's mock of a cluster does not list a group's topics")
    )
    func allTopics() async throws {
        try await KafkaPeer.with(topics: ["one:1:1", "two:1:1", "other:1:1"]) { peer in
            for topic in ["one", "two", "other"] { try await Self.write(peer, topic, count: 5) }
            try await Self.consume(peer, "one", group: "g-all", count: 2)
            try await Self.consume(peer, "two", group: "g-all", count: 5)
            let progress = try await Self.cluster(peer).progress(of: KafkaGroupQuery(group: "g-all", topics: []))
            #expect(progress.map(\.partition.topic) == ["one", "two"])
            #expect(progress.map(\.committed) == [2, 5] && progress.map(\.logEnd) == [5, 5])
        }
    }

    @Test("only the partitions that were asked for count")
    func limited() async throws {
        try await KafkaPeer.with(topics: ["limited:4:1"]) { peer in
            let query = KafkaGroupQuery(group: "g", topics: ["limited"], includes: { $0 == 1 || $0 == 3 })
            let progress = try await Self.cluster(peer).progress(of: query)
            #expect(progress.map(\.partition.index) == [1, 3])
        }
    }

    /// Several at once, because librdkafka's mock makes any topic that is asked for by itself.
    @Test("a topic that is not there is an error with its name, and asking does not make it")
    func missingTopic() async throws {
        try await KafkaPeer.with(topics: ["there:1:1"]) { peer in
            let cluster = try Self.cluster(peer)
            let missing = (1...20).map { "missing-\($0)" }
            for _ in 1...2 {
                await #expect {
                    try await cluster.progress(of: KafkaGroupQuery(group: "g", topics: missing))
                } throws: { error in
                    guard let error = error as? MessagingError else { return false }
                    return error.code == .notFound && error.description.contains("no topic 'missing-1'")
                }
            }
            #expect(try await cluster.progress(of: KafkaGroupQuery(group: "g", topics: ["there"])).count == 1)
        }
    }

    @Test("a cluster that is away is an error and never an empty answer, and is read again when it is back")
    func outage() async throws {
        try await KafkaPeer.with(topics: ["away:1:1"]) { peer in
            guard peer.takesCommands else { return }
            let cluster = try Self.cluster(peer)
            let query = KafkaGroupQuery(group: "g-away", topics: ["away"])
            try await Self.write(peer, "away", count: 5)
            try await Self.consume(peer, "away", group: "g-away", count: 5)
            #expect(try await cluster.progress(of: query).map(\.committed) == [5])
            try await peer.command("down 1")
            // What is known of a quiet group stays known as long as the end of its log is fresh.
            try await Task.sleep(for: KafkaCluster.freshness + .milliseconds(100))
            await #expect {
                try await cluster.progress(of: query)
            } throws: {
                ($0 as? MessagingError)?.isTransient == true
            }
            try await peer.command("up 1")
            let end = ContinuousClock.now + Self.limit
            var progress: [KafkaPartitionProgress]?
            while progress == nil, ContinuousClock.now < end { progress = try? await cluster.progress(of: query) }
            #expect(progress?.map(\.committed) == [5])
        }
    }

    /// The library ends the process when it gives up a request to a coordinator that comes back later.
    @Test("a group whose coordinator is away for longer than anybody waits is read again when it is back")
    func coordinatorOutage() async throws {
        try await KafkaPeer.with(topics: ["coordinated:1:1"]) { peer in
            guard peer.takesCommands else { return }
            let cluster = try Self.cluster(peer)
            let query = KafkaGroupQuery(group: "g-coordinated", topics: ["coordinated"])
            try await Self.write(peer, "coordinated", count: 5)
            let position = KafkaPosition(partition: KafkaPartition(topic: "coordinated", index: 0), offset: 2)
            try await cluster.setProgress(of: "g-coordinated", to: [position])
            #expect(try await cluster.progress(of: query).map(\.committed) == [2])
            try await peer.command("down 1")
            for _ in 1...2 {
                await #expect {
                    try await cluster.progress(of: query)
                } throws: {
                    ($0 as? MessagingError)?.isTransient == true
                }
            }
            try await peer.command("up 1")
            let end = ContinuousClock.now + Self.limit
            var progress: [KafkaPartitionProgress]?
            while progress == nil, ContinuousClock.now < end { progress = try? await cluster.progress(of: query) }
            #expect(progress?.map(\.committed) == [2])
        }
    }

    @Test("a broker that does not answer holds up nobody who asks about another's partitions")
    func silentBroker() async throws {
        try await KafkaPeer.with(brokers: 2, topics: ["quick:1:1", "stuck:1:1"]) { peer in
            guard peer.takesCommands else { return }
            for command in ["leader quick 0 1", "leader stuck 0 2", "coordinator g-quick 1", "coordinator g-stuck 1"] {
                try await peer.command(command)
            }
            let cluster = try Self.cluster(peer)
            let quick = KafkaGroupQuery(group: "g-quick", topics: ["quick"])
            let stuck = KafkaGroupQuery(group: "g-stuck", topics: ["stuck"])
            _ = try await cluster.progress(of: quick)
            _ = try await cluster.progress(of: stuck)
            try await peer.command("delay 2 60000")
            let waiting = Task { try await cluster.progress(of: stuck) }
            let start = ContinuousClock.now
            for _ in 1...5 { _ = try await cluster.progress(of: quick) }
            #expect(ContinuousClock.now - start < .seconds(4))
            await #expect(throws: MessagingError.self) { try await waiting.value }
        }
    }

    @Test("a thousand groups that ask at once have a connection to each broker between them")
    func manyGroups() async throws {
        try await KafkaPeer.with(topics: ["crowd:4:1"]) { peer in
            try await Self.write(peer, "crowd", count: 5)
            let clusters = KafkaClusters(logger: .silent)
            let cluster = try clusters.cluster(for: KafkaRoundTripTests.settings(peer))
            try await withThrowingTaskGroup { group in
                for number in 0..<1000 {
                    let same = try clusters.cluster(for: KafkaRoundTripTests.settings(peer))
                    #expect(same === cluster)
                    group.addTask {
                        try await same.progress(of: KafkaGroupQuery(group: "g\(number)", topics: ["crowd"]))
                    }
                }
                for try await progress in group { #expect(progress.compactMap(\.logEnd).reduce(0, +) == 5) }
            }
        }
    }

    @Test("a refused password is told as such, without the password")
    func refusedPassword() async throws {
        try await KafkaPeer.with(topics: ["secret:1:1"]) { peer in
            guard peer.takesCommands else { return }
            // The peer speaks no SASL, so that whatever is offered is refused.
            let settings = KafkaSettings(
                bootstrapServers: peer.bootstrapServers,
                sasl: .plain(username: "me", password: "hunter2")
            )
            let cluster = try KafkaClusters(logger: .silent).cluster(for: settings)
            await #expect {
                try await cluster.progress(of: KafkaGroupQuery(group: "g", topics: ["secret"]))
            } throws: { error in
                !"\(error)".contains("hunter2") && !"\(settings)".contains("hunter2")
            }
        }
    }
}
