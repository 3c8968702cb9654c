import CRdkafka
import Synchronization
import Timekeeping

/// Where the logs of partitions begin and end, asked of each broker for all of its partitions at once.
///
/// Each broker has a thread, so that one that is silent holds up nobody but those who ask about its own partitions.
final class KafkaLogReader: Sendable {
    struct Bounds: Sendable {
        var end: Int64
        /// `nil` when it was not asked for.
        var start: Int64?
    }

    struct Question: Sendable {
        let partitions: Set<KafkaPartition>
        let wantsStart: Bool
        /// Ends from before this are not good enough.
        let notBefore: MonotonicInstant
    }

    /// One partition may fail while the others do not.
    typealias Reply = [KafkaPartition: Result<Bounds, MessagingError>]
    private typealias Lane = BatchThread<Question, Reply>

    /// A broker is not asked more often, however many want to know.
    static let pause = Duration.milliseconds(100)

    private let lanes = Mutex<[Int32: Lane]>([:])
    private let client: KafkaClient
    private let requestLimit: Duration

    init(_ client: KafkaClient, requestLimit: Duration) {
        self.client = client
        self.requestLimit = requestLimit
    }

    deinit { self.lanes.withLock { $0.values.forEach { $0.stop() } } }

    /// - Parameter broker: The one that leads all the partitions.
    func bounds(_ question: Question, broker: Int32) async throws(MessagingError) -> Reply {
        let lane = self.lanes.withLock { lanes in
            if let lane = lanes[broker] { return lane }
            let memory = Mutex(KafkaLogMemory())
            let (client, limit) = (self.client, self.requestLimit)
            let lane = Lane(name: "kafka-log-\(broker)", gathering: .milliseconds(5), pause: Self.pause) { entries in
                memory.withLock { $0.answer(entries, client, limit) }
            }
            lanes[broker] = lane
            return lane
        }
        return try await lane.ask(question)
    }
}

/// What one broker said last about its partitions.
private struct KafkaLogMemory {
    private struct Entry {
        var end: (offset: Int64, at: MonotonicInstant)?
        var start: (offset: Int64, at: MonotonicInstant)?
        /// When anybody last asked.
        var wanted: MonotonicInstant
        var wantedStart: MonotonicInstant?
    }

    /// Partitions that were asked for in this time are asked along, so that whoever wants them next finds them.
    private static let interest = Duration.seconds(60)

    /// How old the beginning of a log may be: it moves when messages expire, and only ever forward.
    private static let startLifetime = Duration.seconds(30)

    private var entries: [KafkaPartition: Entry] = [:]

    mutating func answer(
        _ batch: [BatchThread<KafkaLogReader.Question, KafkaLogReader.Reply>.Entry],
        _ client: KafkaClient,
        _ limit: Duration
    ) {
        let now = Deadline.now()
        self.note(batch, now)
        var endFailures: [KafkaPartition: MessagingError] = [:]
        var startFailures: [KafkaPartition: MessagingError] = [:]
        if batch.contains(where: { !self.knowsEnds($0.question) }) {
            endFailures = self.read(Array(self.entries.keys), Int64(RD_KAFKA_OFFSET_END), client, limit) {
                $0.end = ($1, now)
            }
        }
        if batch.contains(where: { !self.knowsStarts($0.question, now) }) {
            let wanted = self.entries.filter { $0.value.wantedStart != nil }.map(\.key)
            startFailures = self.read(wanted, Int64(RD_KAFKA_OFFSET_BEGINNING), client, limit) { $0.start = ($1, now) }
        }
        for entry in batch {
            entry.answer.deliver(.success(self.reply(entry.question, endFailures, startFailures)))
        }
        // A partition whose leader moved away is asked there from now on.
        for partition in endFailures.keys { self.entries[partition] = nil }
    }

    private mutating func note(
        _ batch: [BatchThread<KafkaLogReader.Question, KafkaLogReader.Reply>.Entry],
        _ now: MonotonicInstant
    ) {
        self.entries = self.entries.filter { now.duration(since: $0.value.wanted) < Self.interest }
        for entry in batch {
            for partition in entry.question.partitions {
                self.entries[partition, default: Entry(wanted: now)].wanted = now
                if entry.question.wantsStart { self.entries[partition]?.wantedStart = now }
            }
        }
    }

    private func knowsEnds(_ question: KafkaLogReader.Question) -> Bool {
        question.partitions.allSatisfy { self.entries[$0]?.end.map { $0.at >= question.notBefore } ?? false }
    }

    private func knowsStarts(_ question: KafkaLogReader.Question, _ now: MonotonicInstant) -> Bool {
        guard question.wantsStart else { return true }
        return question.partitions.allSatisfy { partition in
            self.entries[partition]?.start.map { now.duration(since: $0.at) < Self.startLifetime } ?? false
        }
    }

    /// - Returns: Why some partitions could not be read.
    private mutating func read(
        _ partitions: [KafkaPartition],
        _ offset: Int64,
        _ client: KafkaClient,
        _ limit: Duration,
        _ store: (inout Entry, Int64) -> Void
    ) -> [KafkaPartition: MessagingError] {
        switch client.listOffsets(partitions, at: offset, within: limit) {
        case .failure(let error):
            return Dictionary(partitions.map { ($0, error) }) { first, _ in first }
        case .success(let answers):
            var failures: [KafkaPartition: MessagingError] = [:]
            for (position, code) in answers {
                if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                    if var entry = self.entries[position.partition] {
                        store(&entry, position.offset)
                        self.entries[position.partition] = entry
                    }
                } else {
                    let sentence = "Kafka at \(client.subject) did not tell the end of \(position.partition)"
                    failures[position.partition] = client.table.error(code, "\(sentence): \(client.table.words(code))")
                }
            }
            return failures
        }
    }

    private func reply(
        _ question: KafkaLogReader.Question,
        _ endFailures: [KafkaPartition: MessagingError],
        _ startFailures: [KafkaPartition: MessagingError]
    ) -> KafkaLogReader.Reply {
        var reply: KafkaLogReader.Reply = [:]
        for partition in question.partitions {
            let failure = endFailures[partition] ?? (question.wantsStart ? startFailures[partition] : nil)
            if let failure {
                reply[partition] = .failure(failure)
            } else if let entry = self.entries[partition], let end = entry.end {
                reply[partition] = .success(
                    .init(end: end.offset, start: question.wantsStart ? entry.start?.offset : nil)
                )
            } else {
                reply[partition] = .failure(MessagingError(.refused, "Kafka left out partition \(partition)"))
            }
        }
        return reply
    }
}

extension KafkaClient {
    /// Asks for offsets of many partitions, in one request a broker.
    ///
    /// - Parameter offset: `RD_KAFKA_OFFSET_END` or `RD_KAFKA_OFFSET_BEGINNING`, which the protocol takes for times.
    func listOffsets(
        _ partitions: [KafkaPartition],
        at offset: Int64,
        within limit: Duration
    ) -> Result<[(position: KafkaPosition, code: rd_kafka_resp_err_t)], MessagingError> {
        guard !partitions.isEmpty else { return .success([]) }
        do throws(MessagingError) {
            let asked = partitions.map { KafkaPosition(partition: $0, offset: offset) }
            return .success(
                try self.table.withList(asked) { list throws(MessagingError) in
                    let code = self.table.rd_kafka_offsets_for_times(self.handle.pointer, list, limit.milliseconds())
                    try self.table.check(code, "Kafka at \(self.subject) did not tell the ends of its logs")
                    return self.table.entries(of: list)
                }
            )
        } catch {
            return .failure(self.explained(error))
        }
    }
}
