import CRdkafka
import Synchronization
import Timekeeping

/// Which partitions topics have and which broker leads each; one request tells of all topics that are asked for.
final class KafkaTopicDirectory: Sendable {
    /// Partitions of a topic, with the broker that leads each; `nil` for one that has no leader now.
    typealias Leaders = [Int32: Int32?]

    /// How long an answer is good for: how soon added partitions count.
    static let lifetime = Duration.seconds(30)
    /// Topics that nobody asked for in this time are forgotten.
    static let interest = Duration.seconds(600)
    /// No more than one request in this time, however wrong things are.
    static let pause = Duration.milliseconds(500)

    struct Question: Sendable {
        let topics: Set<String>
        /// Answers from before this are not good enough.
        let notBefore: MonotonicInstant
    }

    private struct Knowledge {
        var leaders: [String: Leaders] = [:]
        /// Per topic: when it was last asked for.
        var wanted: [String: MonotonicInstant] = [:]
        var lookedAt: MonotonicInstant?
    }

    private let thread: BatchThread<Question, [String: Leaders]>

    init(_ client: KafkaClient, requestLimit: Duration) {
        let look = KafkaMetadataLook(client, requestLimit: requestLimit)
        let knowledge = Mutex(Knowledge())
        self.thread = BatchThread(name: "kafka-topics", gathering: .milliseconds(5)) { entries in
            knowledge.withLock { Self.answer(entries, &$0, look) }
        }
    }

    deinit { self.thread.stop() }

    /// - Returns: Without the topics that the cluster does not have.
    func leaders(of topics: Set<String>, notBefore: MonotonicInstant) async throws(MessagingError) -> [String: Leaders]
    {
        try await self.thread.ask(Question(topics: topics, notBefore: notBefore))
    }

    private static func answer(
        _ entries: [BatchThread<Question, [String: Leaders]>.Entry],
        _ knowledge: inout Knowledge,
        _ look: KafkaMetadataLook
    ) {
        let now = Deadline.now()
        for entry in entries { for topic in entry.question.topics { knowledge.wanted[topic] = now } }
        knowledge.wanted = knowledge.wanted.filter { now.duration(since: $0.value) < Self.interest }
        let isStale = entries.contains { entry in
            guard let lookedAt = knowledge.lookedAt else { return true }
            if now.duration(since: lookedAt) > Self.lifetime { return true }
            let isUnknown = !entry.question.topics.allSatisfy { knowledge.leaders[$0] != nil }
            guard isUnknown || lookedAt < entry.question.notBefore else { return false }
            return now.duration(since: lookedAt) >= Self.pause
        }
        var failure: MessagingError?
        if isStale {
            switch look.leaders(of: Set(knowledge.wanted.keys)) {
            case .success(let leaders):
                knowledge.leaders = leaders
                knowledge.lookedAt = now
            case .failure(let error): failure = error
            }
        }
        for entry in entries {
            let known = knowledge.leaders.filter { entry.question.topics.contains($0.key) }
            // What was known before is better than nothing while the cluster does not answer.
            if let failure, known.count < entry.question.topics.count {
                entry.answer.deliver(.failure(failure))
            } else {
                entry.answer.deliver(.success(known))
            }
        }
    }
}

/// Asks a cluster for its topics; used on one thread.
final class KafkaMetadataLook: Sendable {
    private let client: KafkaClient
    private let requestLimit: Duration
    /// The library asks for those topics that it holds objects of.
    private let topics = Mutex<[String: Topic]>([:])

    private struct Topic: @unchecked Sendable {
        // Safe to share: the library counts references to it, and it is only ever handed back.
        let pointer: OpaquePointer
    }

    init(_ client: KafkaClient, requestLimit: Duration) {
        self.client = client
        self.requestLimit = requestLimit
    }

    deinit {
        for topic in self.topics.withLock({ $0.values.map(\.pointer) }) {
            self.client.table.rd_kafka_topic_destroy(topic)
        }
    }

    func leaders(of names: Set<String>) -> Result<[String: KafkaTopicDirectory.Leaders], MessagingError> {
        let table = self.client.table
        self.hold(names)
        // A silent broker may have been asked; the next try most likely asks another.
        var error: MessagingError?
        for _ in 0..<2 {
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let code = table.rd_kafka_metadata(
                self.client.handle.pointer,
                0,
                nil,
                &metadata,
                (self.requestLimit / 2).milliseconds()
            )
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata {
                defer { table.rd_kafka_metadata_destroy(metadata) }
                return .success(Self.leaders(in: metadata.pointee, names))
            }
            let sentence = "Kafka at \(self.client.subject) did not tell its topics: \(table.words(code))"
            error = self.client.explained(table.error(code, sentence))
            if error?.isTransient == false { break }
        }
        return .failure(error ?? MessagingError(.timedOut, "Kafka at \(self.client.subject) did not tell its topics"))
    }

    private func hold(_ names: Set<String>) {
        let table = self.client.table
        self.topics.withLock { topics in
            for (name, topic) in topics where !names.contains(name) {
                table.rd_kafka_topic_destroy(topic.pointer)
                topics[name] = nil
            }
            for name in names where topics[name] == nil {
                topics[name] = table.rd_kafka_topic_new(self.client.handle.pointer, name, nil).map {
                    Topic(pointer: $0)
                }
            }
        }
    }

    private static func leaders(
        in metadata: rd_kafka_metadata,
        _ names: Set<String>
    ) -> [String: KafkaTopicDirectory.Leaders] {
        var result: [String: KafkaTopicDirectory.Leaders] = [:]
        for topic in UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)) {
            guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR || topic.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                let name = topic.topic.map({ String(cString: $0) }), names.contains(name), topic.partition_cnt > 0
            else { continue }
            let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            result[name] = Dictionary(partitions.map { ($0.id, $0.leader >= 0 ? $0.leader : nil) }) { first, _ in first
            }
        }
        return result
    }
}
