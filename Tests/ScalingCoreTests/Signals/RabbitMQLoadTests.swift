import ScalingCore
import Testing

@Suite("RabbitMQ load")
struct RabbitMQLoadTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var mode = RabbitMQLoad.Mode.expectedQueueConsumptionTime
        var activation = 1.0
        var messages: Int64
        var published = 0.0
        var delivered = 0.0
        var value: Double
        var isActive: Bool
        var testDescription: String { self.name }
    }

    static let rows: [Row] = [
        Row(name: "144 nothing", messages: 0, value: 0, isActive: false),
        Row(name: "145 an empty queue that is read", messages: 0, delivered: 2, value: 0, isActive: false),
        Row(name: "146 nobody reads", messages: 10, published: 3, value: 1, isActive: true),
        Row(name: "147 more comes than goes", messages: 10, published: 3, delivered: 2, value: 5.5, isActive: true),
        Row(name: "148 at the activation value", messages: 4, delivered: 2, value: 1, isActive: false),
        Row(name: "length", mode: .queueLength, messages: 2, value: 2, isActive: true),
        Row(name: "length at the activation value", mode: .queueLength, messages: 1, value: 1, isActive: false),
        Row(name: "rate", mode: .messageRate, messages: 0, published: 3, value: 3, isActive: true),
        Row(name: "rate, and what waits", mode: .messageRate, messages: 2, value: 0, isActive: true),
        Row(name: "delivery", mode: .deliverGetRate, messages: 9, delivered: 1, value: 1, isActive: false),
        Row(
            name: "ratio",
            mode: .publishedToDeliveredRatio,
            messages: 0,
            published: 6,
            delivered: 2,
            value: 3,
            isActive: true
        ),
        Row(
            name: "ratio, nobody reads",
            mode: .publishedToDeliveredRatio,
            messages: 0,
            published: 6,
            value: 1,
            isActive: true
        ),
        Row(name: "ratio of nothing", mode: .publishedToDeliveredRatio, messages: 5, value: 0, isActive: false),
    ]

    @Test("by mode", arguments: Self.rows)
    func byMode(row: Row) {
        let counts = RabbitMQQueueCounts(
            messages: row.messages,
            ready: row.messages,
            publishRate: row.published,
            deliverGetRate: row.delivered
        )
        let load = RabbitMQLoad(mode: row.mode, activation: row.activation).measure(counts)
        #expect(load.value == row.value)
        #expect(load.isActive == row.isActive)
    }

    @Test("149 to 152: several queues as one")
    func severalQueues() {
        let queues = [
            RabbitMQQueueCounts(messages: 10, ready: 4, publishRate: 2, deliverGetRate: 6),
            RabbitMQQueueCounts(messages: 20, ready: 8, publishRate: 4, deliverGetRate: 2),
        ]
        #expect(
            RabbitMQQueueCounts(queues, .sum)
                == RabbitMQQueueCounts(messages: 30, ready: 12, publishRate: 6, deliverGetRate: 8)
        )
        #expect(
            RabbitMQQueueCounts(queues, .avg)
                == RabbitMQQueueCounts(messages: 15, ready: 6, publishRate: 3, deliverGetRate: 4)
        )
        #expect(
            RabbitMQQueueCounts(queues, .max)
                == RabbitMQQueueCounts(messages: 20, ready: 8, publishRate: 4, deliverGetRate: 6)
        )
        for operation in RabbitMQQueueCounts.Operation.allCases {
            #expect(RabbitMQQueueCounts([], operation) == RabbitMQQueueCounts(messages: 0, ready: 0))
        }
    }

    @Test("messages that a consumer holds can be left out")
    func withoutUnacknowledged() {
        let load = RabbitMQLoad(excludesUnacknowledged: true)
        #expect(load.measure(RabbitMQQueueCounts(messages: 30, ready: 12)).value == 12)
        #expect(!load.measure(RabbitMQQueueCounts(messages: 30, ready: 0)).isActive)
    }
}
