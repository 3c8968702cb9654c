import CRdkafka
import Synchronization
import Timekeeping

/// Which partitions topics have and which broker leads each.
final class KafkaTopicDirectory: Sendable {
    /// Partitions of a topic, with the broker that leads each; `nil` for one that has no leader now.
    typealias Leaders = [Int32: Int32?]

    /// How long an answer is good for: how soon added partitions count.
    static let lifetime = Duration.seconds(60)
    /// Topics that nobody asked for in this time are forgotten.
    static let interest = Duration.seconds(600)
    /// How soon a topic that is not there, or whose leader moved, is looked for again.
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
        /// What the last look was for; a topic of it that is not known is not there.
        var lookedFor: Set<String> = []
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
            if !entry.question.topics.isSubset(of: knowledge.lookedFor) { return true }
            let isUnknown = !entry.question.topics.allSatisfy { knowledge.leaders[$0] != nil }
            guard isUnknown || lookedAt < entry.question.notBefore else { return false }
            return now.duration(since: lookedAt) >= Self.pause
        }
        var failure: MessagingError?
        if isStale {
            let wanted = Set(knowledge.wanted.keys)
            switch look.leaders(of: wanted) {
            case .success(let leaders):
                knowledge.leaders = leaders
                knowledge.lookedFor = wanted
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
struct KafkaMetadataLook: Sendable {
    /// Up to so many topics are asked for one by one, more of them by asking for all that there are.
    ///
    /// The library can ask for several in one request too, but then brokers may make those that are not there.
    static let oneByOne = 16

    private let client: KafkaClient
    private let requestLimit: Duration

    init(_ client: KafkaClient, requestLimit: Duration) {
        self.client = client
        self.requestLimit = requestLimit
    }

    func leaders(of names: Set<String>) -> Result<[String: KafkaTopicDirectory.Leaders], MessagingError> {
        do throws(MessagingError) {
            guard names.count <= Self.oneByOne else { return .success(try self.ask(for: nil, names)) }
            var leaders: [String: KafkaTopicDirectory.Leaders] = [:]
            for name in names { leaders.merge(try self.ask(for: name, names)) { $1 } }
            return .success(leaders)
        } catch {
            return .failure(error)
        }
    }

    /// - Parameter name: `nil` for all topics that there are.
    private func ask(
        for name: String?,
        _ wanted: Set<String>
    ) throws(MessagingError) -> [String: KafkaTopicDirectory.Leaders] {
        let table = self.client.table
        let handle = self.client.handle.pointer
        let topic = name.flatMap { table.rd_kafka_topic_new(handle, $0, nil) }
        defer { if let topic { table.rd_kafka_topic_destroy(topic) } }
        var failure = MessagingError(.timedOut, "Kafka at \(self.client.subject) did not tell its topics")
        // A silent broker may have been asked; the next try most likely asks another.
        for _ in 0..<2 {
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let limit = (self.requestLimit / 2).milliseconds()
            let code = table.rd_kafka_metadata(handle, name == nil ? 1 : 0, topic, &metadata, limit)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata {
                defer { table.rd_kafka_metadata_destroy(metadata) }
                self.client.listener.answered()
                return Self.leaders(in: metadata.pointee, wanted)
            }
            let sentence = "Kafka at \(self.client.subject) did not tell its topics: \(table.words(code))"
            failure = self.client.explained(table.error(code, sentence))
            if !failure.isTransient { break }
        }
        throw failure
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
