import Logging
import MessageTransport
import StructuredData
import Testing

@testable import InferenceServer

@Suite("QueueConfiguration")
struct QueueConfigurationTests {
    private static func read(_ text: String, _ environment: [String: String] = [:]) throws -> QueueConfiguration {
        try QueueConfiguration(json: JSONParser.parse(text)) { environment[$0] }
    }

    private static func kafka(_ text: String, _ environment: [String: String]) throws -> KafkaQueueConfiguration {
        guard case .kafka(let kafka) = try Self.read(text, environment).broker else { throw CancellationError() }
        return kafka
    }

    private static func address(_ text: String, _ environment: [String: String]) throws -> AMQPSettings? {
        guard case .rabbitMQ(let rabbit) = try Self.read(text, environment).broker else { throw CancellationError() }
        return rabbit.address
    }

    private static func problems(_ text: String) -> [String] {
        do {
            _ = try Self.read(text)
            return []
        } catch let list as ProblemList {
            return list.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    private static let required =
        #""bootstrapServers": "a:9092, b:9092", "topic": "in", "consumerGroup": "g", "resultTopic": "out""#

    @Test("a Kafka block is read as the manifest has it")
    func kafkaBlock() throws {
        let read = try Self.read(
            #"{"kafka": {\#(Self.required), "deadLetterTopic": "dead"}, "target": 500, "maxBatch": 64, "maxBatchDelay": 20}"#
        )
        let settings = try read.settings(log: Logger(label: "test"))
        #expect(settings.broker.subject == "topic 'in' of Kafka at a:9092,b:9092")
        #expect(settings.results == "out" && settings.deadLetters == "dead")
        #expect(settings.maximumBatch == 64 && settings.gathering == .milliseconds(20))
        #expect(settings.limits.maximumInFlight == 192)
    }

    @Test("a RabbitMQ block takes its credentials from the environment, whole or in parts")
    func rabbitBlock() throws {
        let parts = try Self.address(
            #"{"rabbitmq": {"uri": "amqp://broker:5673/v", "queue": "in", "resultQueue": "out"}}"#,
            ["PILOTLIGHT_QUEUE_USERNAME": "u", "PILOTLIGHT_QUEUE_PASSWORD": "p"]
        )
        #expect(parts?.host == "broker" && parts?.port == 5673 && parts?.virtualHost == "v")
        #expect(parts?.username == "u" && parts?.password.value == "p" && parts?.tls == nil)
        let whole = try Self.address(
            #"{"rabbitmq": {"queue": "in", "resultQueue": "out"}}"#,
            ["PILOTLIGHT_QUEUE_URI": "amqps://x:y@other"]
        )
        #expect(whole?.host == "other" && whole?.username == "x" && whole?.tls != nil)
    }

    @Test("SASL and TLS have KEDA's names")
    func security() throws {
        let kafka = try Self.kafka(
            #"{"kafka": {\#(Self.required), "sasl": "scram_sha512", "tls": "enable"}}"#,
            ["PILOTLIGHT_QUEUE_USERNAME": "u", "PILOTLIGHT_QUEUE_PASSWORD": "p", "PILOTLIGHT_QUEUE_CA": "PEM"]
        )
        #expect(kafka.sasl == .scramSHA512(username: "u", password: "p"))
        #expect(kafka.tls?.certificateAuthority == "PEM" && kafka.tls?.verifiesServer == true)
    }

    @Test("everything that is wrong is said at once, with its place")
    func problems() {
        let found = Self.problems(
            #"{"kafka": {"topic": "in", "resultTopic": "in", "sasl": "kerberos", "tls": 3, "tpoic": 1}, "maxBatch": 0}"#
        )
        let places = [
            "kafka.bootstrapServers", "kafka.consumerGroup", "kafka.resultTopic", "kafka.sasl", "kafka.tls",
            "kafka.tpoic", "maxBatch",
        ]
        for place in places { #expect(found.contains { $0.hasPrefix(place) }, "\(place) is missing in \(found)") }
    }

    @Test("one broker is named, and a place for results")
    func oneBroker() {
        #expect(Self.problems("{}") == ["name one broker: 'kafka' or 'rabbitmq'"])
        let both = #"{"kafka": {\#(Self.required)}, "rabbitmq": {"uri": "amqp://b", "queue": "q", "resultQueue": "r"}}"#
        #expect(Self.problems(both) == ["name one broker: 'kafka' or 'rabbitmq'"])
        #expect(Self.problems(#"{"rabbitmq": {"uri": "amqp://b", "queue": "q"}}"#).count == 1)
        #expect(Self.problems(#"{"rabbitmq": {"uri": "amqp://b", "queue": "q", "deadLetterQueue": "d"}}"#).isEmpty)
        #expect(Self.problems(#"{"rabbitmq": {"uri": "http://b", "queue": "q", "resultQueue": "q"}}"#).count == 2)
    }

    @Test("a password never shows in what is printed")
    func secrets() throws {
        let kafka = try Self.kafka(
            #"{"kafka": {\#(Self.required), "sasl": "plaintext"}}"#,
            ["PILOTLIGHT_QUEUE_USERNAME": "u", "PILOTLIGHT_QUEUE_PASSWORD": "hunter2"]
        )
        #expect(!"\(kafka)".contains("hunter2"))
    }
}
