import Autoscaler
import Logging
import MessageTransport
import ScalingCore
import TestSupport
import Testing

@testable import Signals

@Suite("Trigger kafka", .timeLimit(.minutes(3)))
struct KafkaTriggerTests {
    static let limit = Duration.seconds(20)

    private static func trigger(
        _ peer: KafkaPeer,
        _ metadata: [String: String] = [:],
        type: String = "kafka",
        catalogue: TriggerCatalogue = TriggerTesting.catalogue()
    ) throws -> any Trigger {
        let common = ["bootstrapServers": peer.bootstrapServers, "consumerGroup": "scorer", "topic": "requests"]
        return try catalogue.trigger(for: TriggerTesting.declare(type, common.merging(metadata) { $1 }))
    }

    private static func write(_ peer: KafkaPeer, partition: Int32 = 0, count: Int) async throws {
        let settings = KafkaSettings(bootstrapServers: peer.bootstrapServers)
        let producer = try KafkaProducer(
            KafkaProducerSettings(cluster: settings),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let records = (0..<count).map { _ in KafkaRecord(topic: "requests", partition: partition, value: [1]) }
        for fate in try await producer.send(records, within: Self.limit) { _ = try fate.get() }
    }

    /// Has the group read and commit so many messages.
    private static func consume(_ peer: KafkaPeer, count: Int) async throws {
        let consumer = try KafkaConsumer(
            KafkaConsumerSettings(
                cluster: KafkaSettings(bootstrapServers: peer.bootstrapServers),
                group: "scorer"
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await consumer.subscribe(to: ["requests"])
        var messages: [KafkaMessage] = []
        while messages.count < count {
            messages += try await consumer.poll(upTo: count - messages.count, waiting: .seconds(1))
        }
        try await consumer.commit(KafkaConsumer.positions(behind: messages), within: Self.limit)
        await consumer.close(within: Self.limit)
    }

    @Test(
        "a group that never committed wants what its reset policy says",
        arguments: [
            ([:], 2.0, true), (["offsetResetPolicy": "earliest"], 25, true),
            (["scaleToZeroOnInvalidOffset": "true"], 0, false),
            (["offsetResetPolicy": "earliest", "scaleToZeroOnInvalidOffset": "true"], 0, false),
            (["offsetResetPolicy": "earliest", "activationLagThreshold": "25"], 25, false),
            (["offsetResetPolicy": "earliest", "partitionLimitation": "0"], 10, true),
            (["offsetResetPolicy": "earliest", "lagThreshold": "5"], 10, true),
            (["offsetResetPolicy": "earliest", "lagThreshold": "5", "allowIdleConsumers": "true"], 25, true),
        ] as [([String: String], Double, Bool)]
    )
    func neverCommitted(metadata: [String: String], lag: Double, isActive: Bool) async throws {
        try await KafkaPeer.with(topics: ["requests:2:1"]) { peer in
            try await Self.write(peer, partition: 0, count: 10)
            try await Self.write(peer, partition: 1, count: 15)
            // A generous threshold, so that only the rows about the cap meet it.
            let reading = try await Self.trigger(peer, ["lagThreshold": "100"].merging(metadata) { $1 }).read()
            #expect(reading.metrics.map(\.name) == ["kafka-requests"])
            #expect(reading.value == lag && reading.isActive == isActive)
            #expect(reading.remark?.hasSuffix(" partitions without a committed offset") == true)
        }
    }

    @Test("the lag is what is written and not committed, and follows both", arguments: ["kafka", "apache-kafka"])
    func follows(type: String) async throws {
        try await KafkaPeer.with(topics: ["requests:1:1"]) { peer in
            let trigger = try Self.trigger(peer, ["lagThreshold": "50"], type: type)
            try await Self.write(peer, count: 30)
            try await Self.consume(peer, count: 12)
            let reading = try await trigger.read()
            #expect(reading.value == 18 && reading.isActive && reading.remark == nil)
            #expect(reading.metrics.map(\.target) == [50])
            try await Self.consume(peer, count: 18)
            for _ in 1...3 {
                let quiet = try await trigger.read()
                #expect(quiet.value == 0 && !quiet.isActive)
            }
            try await Self.write(peer, count: 2)
            #expect(try await TriggerTesting.reading(of: trigger) { $0.value == 2 }.isActive)
        }
    }

    @Test("a cluster that is away is a failure and no zero, and reads again without a new trigger when it is back")
    func outage() async throws {
        try await KafkaPeer.with(brokers: 2, topics: ["requests:2:1"]) { peer in
            guard peer.takesCommands else { return }
            let trigger = try Self.trigger(peer, ["offsetResetPolicy": "earliest", "lagThreshold": "100"])
            try await Self.write(peer, count: 10)
            #expect(try await trigger.read().value == 10)
            for broker in 1...2 { try await peer.command("down \(broker)") }
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
            for broker in 1...2 { try await peer.command("up \(broker)") }
            #expect(try await TriggerTesting.reading(of: trigger).value == 10)
        }
    }

    @Test("a cluster that is away holds up no trigger of another")
    func isolation() async throws {
        try await KafkaPeer.with(topics: ["requests:1:1"]) { peer in
            try await KafkaPeer.with(topics: ["requests:1:1"]) { gone in
                guard gone.takesCommands else { return }
                let catalogue = TriggerTesting.catalogue()
                let away = try Self.trigger(gone, catalogue: catalogue)
                _ = try await away.read()
                try await gone.command("delay 1 60000")
                let waiting = Task { await TriggerTesting.failure(of: away) }
                let start = ContinuousClock.now
                for _ in 1...10 { _ = try await Self.trigger(peer, catalogue: catalogue).read() }
                #expect(ContinuousClock.now - start < .seconds(3))
                #expect(await waiting.value?.kind == .unavailable)
            }
        }
    }

    @Test("a topic that is not there is named")
    func missingTopic() async throws {
        try await KafkaPeer.with(topics: ["requests:1:1"]) { peer in
            // Many at once, because librdkafka's mock makes a single topic that is asked for.
            let names = (1...20).map { "gone-\($0)" }.joined(separator: ",")
            let failure = await TriggerTesting.failure(of: try Self.trigger(peer, ["topic": names]))
            #expect(failure?.kind == .invalid)
            #expect(failure?.description.hasSuffix("has no topic 'gone-1'") == true)
        }
    }

    @Test("every wrong field is named at once")
    func wrongFields() {
        let declaration = TriggerTesting.declare(
            "kafka",
            [
                "consumerGrup": "scorer", "lagThreshold": "0", "offsetResetPolicy": "soon",
                "partitionLimitation": "4-1",
                "limitToPartitionsWithLag": "true", "allowIdleConsumers": "true", "sasl": "gssapi", "tls": "yes",
            ],
            credentials: ["cert": "x"]
        )
        #expect(
            TriggerTesting.problems(declaration) == [
                "metadata.bootstrapServers: is required: in metadata, or as bootstrapServersFromEnv",
                "metadata.consumerGroup: is required: in metadata, or as consumerGroupFromEnv",
                "metadata.partitionLimitation: has the part '4-1', but parts must be partitions such as 8 or ranges "
                    + "such as 1-4",
                "metadata.key: a client certificate needs its key",
                "metadata.tls: is 'yes', but must be one of 'enable', 'disable'",
                "metadata.sasl: SASL mechanism gssapi (Kerberos) is not supported; use scram_sha512, plaintext over TLS, "
                    + "or oauthbearer",
                "metadata.lagThreshold: is 0, but must be at least 1",
                "metadata.offsetResetPolicy: is 'soon', but must be one of 'latest', 'earliest'",
                "metadata.limitToPartitionsWithLag: and allowIdleConsumers exclude each other",
                "metadata.limitToPartitionsWithLag: needs a topic",
                "metadata.consumerGrup: unknown field; did you mean 'consumerGroup'?",
            ]
        )
    }

    @Test("credentials come from the secret, servers from the container's environment")
    func credentials() throws {
        let declaration = TriggerTesting.declare(
            "kafka",
            [
                "bootstrapServersFromEnv": "BROKERS", "consumerGroup": "scorer", "topic": "requests",
                "sasl": "scram_sha512", "tls": "enable",
            ],
            credentials: ["username": "me", "password": "hunter2", "ca": "PEM"],
            environment: ["BROKERS": "a:9093, b:9093"]
        )
        let reader = MetadataReader(declaration)
        let configuration = KafkaTrigger.Configuration(reader)
        #expect(reader.problems.isEmpty)
        #expect(
            configuration.settings
                == KafkaSettings(
                    bootstrapServers: ["a:9093", "b:9093"],
                    tls: BrokerTLS(certificateAuthority: "PEM"),
                    sasl: .scramSHA512(username: "me", password: "hunter2")
                )
        )
        #expect(!"\(configuration)".contains("hunter2"))
    }
}
