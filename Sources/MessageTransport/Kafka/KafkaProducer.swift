import CRdkafka
public import Logging

/// How a producer behaves.
public struct KafkaProducerSettings: Sendable, Hashable {
    public var cluster: KafkaSettings
    /// How long the library tries to deliver a message before it gives up on it.
    public var deliveryTimeout: Duration
    /// Messages that may wait for brokers; more than that is back-pressure.
    public var queueCapacity: Int
    /// How long a message may wait for others, to travel together.
    public var linger: Duration
    /// Keeps order and avoids duplicates when the library tries again.
    public var isIdempotent: Bool

    public init(
        cluster: KafkaSettings,
        deliveryTimeout: Duration = .seconds(30),
        queueCapacity: Int = 10_000,
        linger: Duration = .milliseconds(2),
        isIdempotent: Bool = true
    ) {
        self.cluster = cluster
        self.deliveryTimeout = deliveryTimeout
        self.queueCapacity = queueCapacity
        self.linger = linger
        self.isIdempotent = isIdempotent
    }

    var properties: [(name: String, value: String)] {
        [
            ("acks", "all"),
            ("enable.idempotence", self.isIdempotent ? "true" : "false"),
            ("message.timeout.ms", "\(max(1000, self.deliveryTimeout.milliseconds()))"),
            ("queue.buffering.max.messages", "\(max(1, self.queueCapacity))"),
            ("queue.buffering.max.ms", "\(self.linger.milliseconds())"),
            // What Java's clients do, so that a key goes to the same partition whoever writes it.
            ("partitioner", "murmur2_random"),
        ]
    }
}

/// Writes messages and tells what became of each.
///
/// All blocking work happens on a thread of the producer's own. Several tasks may `send` at once; their messages share
/// connections and batches.
///
/// ```swift
/// let producer = try KafkaProducer(KafkaProducerSettings(cluster: settings), logger: logger)
/// let fates = try await producer.send([KafkaRecord(topic: "results", value: body)], within: .seconds(30))
/// ```
public actor KafkaProducer {
    /// What became of one message: its place when the brokers confirmed it.
    ///
    /// After `timedOut` the message may still arrive: writing it again makes a duplicate, not writing it a loss.
    public typealias Fate = Result<KafkaPosition, MessagingError>

    private static let pieceMilliseconds: Int32 = 200

    private let executor: ThreadExecutor
    private let client: KafkaClient
    private let queue: KafkaOwnedQueue
    /// Where the fate of each message under way belongs, by the number that it carries.
    private var waiting: [UInt: Slot] = [:]
    private var nextNumber: UInt = 1
    private var isClosed = false

    private struct Slot {
        let batch: KafkaProducerBatch
        let index: Int
        let topic: String
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// Connects lazily: this fails only for what is wrong with the settings, or when the library is missing.
    public init(_ settings: KafkaProducerSettings, logger: Logger) throws(MessagingError) {
        let client = try KafkaClient(
            settings.cluster,
            kind: RD_KAFKA_PRODUCER,
            properties: settings.properties,
            logger: logger
        )
        guard let queue = KafkaOwnedQueue(client.table.rd_kafka_queue_get_main(client.handle.pointer), client) else {
            throw MessagingError(.full, "no memory for a Kafka producer")
        }
        self.client = client
        self.queue = queue
        self.executor = ThreadExecutor(name: "kafka-producer")
    }

    deinit { self.executor.stop() }

    /// Writes messages, and waits until the brokers confirmed or refused each.
    ///
    /// When the library's queue is full it waits for room: that is how a slow broker slows its writer.
    ///
    /// - Returns: One fate per record, in their order.
    public func send(_ records: [KafkaRecord], within limit: Duration) async throws(MessagingError) -> [Fate] {
        guard !self.isClosed else { throw MessagingError(.closed, "the producer was closed") }
        let deadline = Deadline(after: limit)
        let batch = KafkaProducerBatch(count: records.count)
        for (index, record) in records.enumerated() {
            while true {
                do {
                    try self.enqueue(record, Slot(batch: batch, index: index, topic: record.topic))
                    break
                } catch {
                    guard error.code == .full, !deadline.isPast, !Task.isCancelled else {
                        batch.settle(index, .failure(error))
                        break
                    }
                }
                await self.serve(until: deadline)
            }
        }
        while !batch.isSettled, !deadline.isPast, !Task.isCancelled {
            await self.serve(until: deadline)
        }
        guard !batch.isSettled else { return batch.fates }
        let error = self.client.explained(
            MessagingError(.timedOut, "Kafka at \(self.client.subject) did not confirm within \(limit.inWords)")
        )
        return batch.fates(orElse: error)
    }

    /// Messages that brokers have not confirmed yet.
    public var backlog: Int { Int(self.client.table.rd_kafka_outq_len(self.client.handle.pointer)) }

    /// What the library last complained about, once: that brokers are away, that a password was refused.
    public func takeProblem() -> MessagingError? { self.client.takeProblem() }

    /// Waits until everything is confirmed or given up.
    ///
    /// - Returns: Whether everything was, in time.
    public func flush(within limit: Duration) async -> Bool {
        let deadline = Deadline(after: limit)
        while self.backlog > 0 {
            guard !deadline.isPast else { return false }
            await self.serve(until: deadline)
        }
        return true
    }

    /// Flushes, and refuses what comes later; safe to call twice.
    public func close(within limit: Duration) async {
        guard !self.isClosed else { return }
        self.isClosed = true
        _ = await self.flush(within: limit)
    }

    // MARK: Inside

    private func enqueue(_ record: KafkaRecord, _ slot: Slot) throws(MessagingError) {
        let number = self.nextNumber
        try self.client.enqueue(record, number: number)
        self.nextNumber &+= 1
        self.waiting[number] = slot
    }

    /// Lets the library report for a while, or lets others have their turn.
    private func serve(until deadline: Deadline) async {
        if self.executor.isWanted { await Task.yield() }
        let table = self.client.table
        let handle = self.client.handle
        let queue = self.queue
        let milliseconds = deadline.milliseconds(atMost: Self.pieceMilliseconds)
        _ = self.executor.blocking(interrupt: { queue.interrupt() }) {
            table.rd_kafka_poll(handle.pointer, milliseconds)
        }
        for report in self.client.listener.takeReports() {
            guard let slot = self.waiting.removeValue(forKey: report.id) else { continue }
            slot.batch.settle(slot.index, self.client.fate(of: report, topic: slot.topic))
        }
    }
}

/// The fates of messages that were sent together; used on the producer's thread only.
private final class KafkaProducerBatch {
    private var settled: [KafkaProducer.Fate?]
    private var missing: Int

    init(count: Int) {
        self.settled = Array(repeating: nil, count: count)
        self.missing = count
    }

    var isSettled: Bool { self.missing == 0 }
    var fates: [KafkaProducer.Fate] { self.settled.compactMap { $0 } }

    func fates(orElse error: MessagingError) -> [KafkaProducer.Fate] {
        self.settled.map { $0 ?? .failure(error) }
    }

    func settle(_ index: Int, _ fate: KafkaProducer.Fate) {
        guard self.settled[index] == nil else { return }
        self.settled[index] = fate
        self.missing -= 1
    }
}
