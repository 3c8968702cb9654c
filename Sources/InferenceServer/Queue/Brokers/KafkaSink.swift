import MessageTransport
import NIOCore

/// Publishes results to topics.
final class KafkaSink: ResultSink {
    /// How long the library tries by itself; what it gave up on is not under way any more and can be sent again.
    private static let deliveryTimeout = Duration.seconds(20)
    private static let sendLimit = Duration.seconds(25)

    private let producer: KafkaProducer

    init(producer: KafkaProducer) {
        self.producer = producer
    }

    static func settings(_ cluster: KafkaSettings) -> KafkaProducerSettings {
        KafkaProducerSettings(cluster: cluster, deliveryTimeout: Self.deliveryTimeout)
    }

    func publish(_ messages: [OutgoingMessage]) async -> [PublishOutcome] {
        do throws(MessagingError) {
            let fates = try await self.producer.send(messages.map(Self.record), within: Self.sendLimit)
            return fates.map { fate in
                switch fate {
                case .success: .confirmed
                case .failure(let error) where error.code == .unacceptable: .refused(error.description)
                case .failure(let error): .failed(error.description)
                }
            }
        } catch {
            return messages.map { _ in .failed(error.description) }
        }
    }

    func close() async {
        await self.producer.close(within: .seconds(1))
    }

    private static func record(_ message: OutgoingMessage) -> KafkaRecord {
        var headers = message.headers.map { header in
            switch header.value {
            case .bytes(let bytes): KafkaHeader(name: header.name, value: bytes)
            case .absent: KafkaHeader(name: header.name, value: nil)
            case .typed: KafkaHeader(name: header.name, text: header.text ?? "")
            }
        }
        if let type = message.contentType, !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append(KafkaHeader(name: "content-type", text: type))
        }
        return KafkaRecord(
            topic: message.destination,
            key: message.key,
            value: Array(buffer: message.body),
            headers: headers
        )
    }
}
