import Logging
import Synchronization
import Timekeeping

/// One cluster that many ask about the progress of consumer groups.
///
/// However many ask, it has one connection to each broker. The ends of all logs on a broker are asked for together and
/// kept for a moment; a group whose work is done is not asked for again until something was written for it. A broker
/// that does not answer holds up only those who ask about its partitions or groups.
///
/// ```swift
/// let clusters = KafkaClusters(logger: logger)
/// let cluster = try clusters.cluster(for: KafkaSettings(bootstrapServers: "broker-1:9092,broker-2:9092"))
/// let progress = try await cluster.progress(of: KafkaGroupQuery(group: "scorer", topics: ["requests"]))
/// ```
public final class KafkaCluster: Sendable {
    /// How old the end of a log may be where only its standing still matters.
    public static let freshness = Duration.milliseconds(500)
    /// How long a group that had done all its work is taken to have moved nothing backwards.
    public static let quietLifetime = Duration.seconds(60)
    /// How long one request may take.
    static let requestLimit = Duration.seconds(5)

    private let connection: Mutex<KafkaClusterConnection>
    private let quiet = Mutex<[KafkaGroupQuery.Key: Quiet]>([:])
    /// What errors call the cluster.
    private let subject: String

    /// A group that had nothing left to do.
    private struct Quiet {
        let progress: [KafkaPartitionProgress]
        let since: MonotonicInstant
    }

    init(
        _ settings: KafkaSettings,
        logger: Logger,
        onStatistics: (@Sendable (String) -> Void)? = nil
    ) throws(MessagingError) {
        let stale = KafkaStaleness()
        self.subject = settings.subject
        self.connection = Mutex(
            try KafkaClusterConnection(settings, logger: logger, onStatistics: onStatistics, onStale: { stale.ring() })
        )
        // What is replaced closes itself when the last who uses it lets go.
        stale.onRing { [weak self, weak stale] in
            guard let self, let stale else { return }
            let fresh = try? KafkaClusterConnection(
                settings,
                logger: logger,
                onStatistics: onStatistics,
                onStale: { stale.ring() }
            )
            if let fresh { self.connection.withLock { $0 = fresh } }
        }
    }

    /// How far a group has come in each partition.
    ///
    /// Committed offsets are read before the ends of the logs, so that a group that keeps up with a busy topic never
    /// looks as if it had read more than there is.
    ///
    /// - Throws: When anything about any of the partitions is not known: unknown is not zero. `notFound` when a topic of
    ///   the query does not exist.
    public func progress(of query: KafkaGroupQuery) async throws(MessagingError) -> [KafkaPartitionProgress] {
        if let known = try await self.stillQuiet(query) { return known }
        let partitions = query.topics.isEmpty ? nil : try await self.partitions(of: query)
        let committed = try await self.current.groups.committed(of: query.group, partitions: partitions)
        let committedAt = Deadline.now()
        let wanted = partitions ?? committed.keys.filter { query.includes?($0.index) ?? true }
        let bounds = try await self.bounds(of: wanted, wantsStart: query.wantsLogStart, notBefore: committedAt)
        let progress = wanted.sorted().map { partition in
            KafkaPartitionProgress(
                partition: partition,
                committed: committed[partition],
                logStart: bounds[partition]?.start,
                logEnd: bounds[partition]?.end
            )
        }
        let isDone = !progress.isEmpty && progress.allSatisfy { $0.committed != nil && $0.committed == $0.logEnd }
        self.quiet.withLock { $0[query.key] = isDone ? Quiet(progress: progress, since: committedAt) : nil }
        return progress
    }

    /// Sets where a group goes on, as an administrator does; the group must have no members.
    public func setProgress(of group: String, to positions: [KafkaPosition]) async throws(MessagingError) {
        guard !positions.isEmpty else { return }
        try await self.current.groups.set(positions, of: group)
    }

    private var current: KafkaClusterConnection { self.connection.withLock { $0 } }

    /// The last answer, when the group had nothing to do then and nothing was written since.
    private func stillQuiet(_ query: KafkaGroupQuery) async throws(MessagingError) -> [KafkaPartitionProgress]? {
        let now = Deadline.now()
        guard let quiet = self.quiet.withLock({ $0[query.key] }),
            now.duration(since: quiet.since) < Self.quietLifetime, !query.topics.isEmpty
        else { return nil }
        let partitions = try await self.partitions(of: query)
        guard partitions.sorted() == quiet.progress.map(\.partition) else { return nil }
        let freshEnough = now.advanced(byNanoseconds: -Self.freshness.nanoseconds)
        let bounds = try await self.bounds(of: partitions, wantsStart: false, notBefore: freshEnough)
        return quiet.progress.allSatisfy { bounds[$0.partition]?.end == $0.logEnd } ? quiet.progress : nil
    }

    private func partitions(of query: KafkaGroupQuery) async throws(MessagingError) -> [KafkaPartition] {
        let leaders = try await self.current.directory.leaders(
            of: Set(query.topics),
            notBefore: .init(nanoseconds: .min)
        )
        var partitions: [KafkaPartition] = []
        for topic in query.topics {
            guard let indices = leaders[topic]?.keys else {
                throw MessagingError(.notFound, "Kafka at \(self.subject) has no topic '\(topic)'")
            }
            partitions += indices.filter { query.includes?($0) ?? true }
                .map { KafkaPartition(topic: topic, index: $0) }
        }
        return partitions
    }

    /// - Returns: Without partitions that the cluster does not have.
    private func bounds(
        of partitions: some Collection<KafkaPartition>,
        wantsStart: Bool,
        notBefore: MonotonicInstant
    ) async throws(MessagingError) -> [KafkaPartition: KafkaLogReader.Bounds] {
        var lookedNotBefore = MonotonicInstant(nanoseconds: .min)
        var failure: MessagingError?
        // A leader that moved is looked up again, once.
        for _ in 0..<2 {
            let topics = Set(partitions.map(\.topic))
            let leaders = try await self.current.directory.leaders(of: topics, notBefore: lookedNotBefore)
            do {
                return try await self.bounds(of: partitions, leaders, wantsStart: wantsStart, notBefore: notBefore)
            } catch {
                guard error.code == .unreachable || error.code == .notFound else { throw error }
                failure = error
                lookedNotBefore = Deadline.now()
            }
        }
        throw failure ?? MessagingError(.unreachable, "Kafka at \(self.subject) did not answer")
    }

    private func bounds(
        of partitions: some Collection<KafkaPartition>,
        _ leaders: [String: KafkaTopicDirectory.Leaders],
        wantsStart: Bool,
        notBefore: MonotonicInstant
    ) async throws(MessagingError) -> [KafkaPartition: KafkaLogReader.Bounds] {
        var byBroker: [Int32: Set<KafkaPartition>] = [:]
        for partition in partitions {
            guard let leader = leaders[partition.topic]?[partition.index] else { continue }
            guard let leader else {
                throw MessagingError(.unreachable, "partition \(partition) of Kafka at \(self.subject) has no leader")
            }
            byBroker[leader, default: []].insert(partition)
        }
        let logs = self.current.logs
        let replies = await withTaskGroup { group in
            for (broker, partitions) in byBroker {
                let question = KafkaLogReader.Question(
                    partitions: partitions,
                    wantsStart: wantsStart,
                    notBefore: notBefore
                )
                group.addTask { () -> Result<KafkaLogReader.Reply, MessagingError> in
                    do throws(MessagingError) {
                        return .success(try await logs.bounds(question, broker: broker))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var bounds: [KafkaPartition: KafkaLogReader.Bounds] = [:]
        for reply in replies {
            for (partition, result) in try reply.get() { bounds[partition] = try result.get() }
        }
        return bounds
    }
}
