import Testing

@testable import MessageTransport

@Suite("AMQPSettings and AMQPConfirms")
struct AMQPSettingsTests {
    @Test(
        "an address says where, as whom and in which virtual host",
        arguments: [
            ("amqp://h", AMQPSettings(host: "h")), ("amqp://h/", AMQPSettings(host: "h")),
            ("AMQPS://h", AMQPSettings(host: "h", tls: BrokerTLS())),
            (
                "amqp://u%40x:p%3A%2F@h:1/a%2Fb?heartbeat=3",
                AMQPSettings(host: "h", port: 1, virtualHost: "a/b", username: "u@x", password: "p:/")
            ),
            ("amqp://u@[::1]:5/%2f", AMQPSettings(host: "::1", port: 5, username: "u")),
            ("amqp://u:@h", AMQPSettings(host: "h", username: "u", password: "")),
        ]
    )
    func addresses(text: String, settings: AMQPSettings) throws {
        #expect(try AMQPSettings(uri: text) == settings)
    }

    @Test(
        "what is no address is refused",
        arguments: ["", "h:5672", "http://h", "amqp://", "amqp://h:0", "amqp://h:x", "amqp://h/%zz", "amqp://[::1"]
    )
    func noAddresses(text: String) {
        #expect(throws: MessagingError.self) { try AMQPSettings(uri: text) }
    }

    /// Publications to these queues, and what became of them.
    private static func run(
        _ queues: [String],
        _ answers: (inout AMQPConfirms) -> Void
    ) -> (fates: [MessagingError.Code?], isSettled: Bool) {
        var confirms = AMQPConfirms()
        let batch = AMQPConfirms.Batch(count: queues.count)
        for (index, queue) in queues.enumerated() {
            confirms.published(AMQPPublication(routingKey: queue, body: []), batch: batch, index: index)
        }
        answers(&confirms)
        let fates = batch.fates(orElse: MessagingError(.timedOut, "")).map { fate -> MessagingError.Code? in
            if case .failure(let error) = fate { error.code } else { nil }
        }
        return (fates, batch.isSettled)
    }

    @Test("one answer may stand for all before it, and answers come in any order")
    func orders() {
        let multiple = Self.run(["a", "b", "c", "d"]) { $0.confirmed(3, multiple: true) }
        #expect(multiple.fates == [nil, nil, nil, .timedOut] && !multiple.isSettled)
        let mixed = Self.run(["a", "b", "c"]) {
            $0.confirmed(2, multiple: false)
            $0.refused(1, multiple: false)
            $0.confirmed(3, multiple: false)
        }
        #expect(mixed.fates == [.full, nil, nil] && mixed.isSettled)
        let all = Self.run(["a", "b"]) { $0.refused(0, multiple: true) }
        #expect(all.fates == [.full, .full])
    }

    @Test("a message that came back is not published, although the broker confirms it")
    func returned() {
        let result = Self.run(["a", "b", "a", "b"]) {
            $0.returned(exchange: "", routingKey: "b", reason: "NO_ROUTE")
            $0.returned(exchange: "", routingKey: "b", reason: "NO_ROUTE")
            $0.confirmed(4, multiple: true)
        }
        #expect(result.fates == [nil, .notFound, nil, .notFound])
    }

    @Test("an answer to nothing changes nothing")
    func strangers() {
        let result = Self.run(["a"]) {
            $0.confirmed(7, multiple: false)
            $0.returned(exchange: "x", routingKey: "a", reason: "")
        }
        #expect(result.fates == [.timedOut])
    }
}
