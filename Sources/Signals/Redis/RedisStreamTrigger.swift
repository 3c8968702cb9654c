import Autoscaler
import ScalingCore

extension TriggerKind {
    /// Entries of a Redis stream that wait: for an acknowledgement, for delivery, or at all.
    static func redisStream(
        _ connections: RedisConnections,
        named name: String,
        in place: RedisPlace.Kind = .server
    ) -> TriggerKind {
        TriggerKind(name) { metadata in
            let configuration = RedisStreamTrigger.Configuration(metadata, place)
            return { RedisStreamTrigger(configuration, connections) }
        }
    }
}

struct RedisStreamTrigger: Trigger {
    /// What is counted.
    enum Count: Sendable, Equatable {
        /// Entries that the group has been given and has not acknowledged.
        case pending(group: String)
        /// Entries that the group has not been given yet.
        case lag(group: String)
        /// All entries.
        case length
    }

    struct Configuration: Sendable {
        let place: RedisPlace
        let stream: String
        let count: Count
        let target: Double
        let activation: Double

        init(_ metadata: MetadataReader, _ kind: RedisPlace.Kind) {
            self.stream = metadata.requiredText("stream")
            let pending = metadata.target("pendingEntriesCount", default: 5)
            let length = metadata.target("streamLength", default: 5)
            let lag = metadata.text("lagCount") == nil ? nil : metadata.target("lagCount", default: 1)
            if let group = metadata.text("consumerGroup") {
                (self.count, self.target) = lag.map { (.lag(group: group), $0) } ?? (.pending(group: group), pending)
            } else {
                if lag != nil || metadata.text("pendingEntriesCount") != nil {
                    metadata.report("is required for pendingEntriesCount and lagCount", at: "consumerGroup")
                }
                (self.count, self.target) = (.length, length)
            }
            self.activation = metadata.number("activationLagCount", in: 0 ... .infinity, default: 0)
            self.place = RedisPlace(kind, metadata)
        }
    }

    /// Entries that are counted one by one where Redis does not know the lag.
    private static let countLimit = 10_000

    private let configuration: Configuration
    private let route: any RedisRoute

    init(_ configuration: Configuration, _ connections: RedisConnections) {
        self.configuration = configuration
        self.route = configuration.place.route(connections)
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let (count, remark) = try await self.count()
        return TriggerReading(
            metrics: [
                .init(
                    name: "redis-streams-\(self.configuration.stream)",
                    value: Double(count),
                    target: self.configuration.target
                )
            ],
            isActive: Double(count) > self.configuration.activation,
            remark: remark
        )
    }

    private func count() async throws(TriggerFailure) -> (count: Int64, remark: String?) {
        let stream = self.configuration.stream
        switch self.configuration.count {
        case .length: return (try await self.number(["XLEN", stream]), nil)
        case .pending(let group):
            let summary = try await self.ask(["XPENDING", stream, group])
            guard let count = summary.listValue?.first?.number else {
                throw TriggerFailure(.invalid, "Redis has no number of pending entries of '\(group)' in '\(stream)'")
            }
            return (count, nil)
        case .lag(let group): return try await self.lag(of: group, in: stream)
        }
    }

    private func lag(of group: String, in stream: String) async throws(TriggerFailure) -> (Int64, String?) {
        let replies = try await self.route.send([["XINFO", "GROUPS", stream], ["XLEN", stream]])
        guard let length = replies.last?.number else { throw self.failure(replies.last ?? .null) }
        guard let groups = replies.first?.listValue else {
            if case .error("ERR no such key")? = replies.first {
                return (0, "There is no stream '\(stream)' yet, which counts as empty.")
            }
            throw self.failure(replies.first ?? .null)
        }
        guard let details = groups.first(where: { $0["name"]?.textValue == group }) else {
            return (length, "There is no group '\(group)' yet: all entries wait for it.")
        }
        if let lag = details["lag"]?.number { return (lag, nil) }
        guard details["lag"] != nil else {
            throw TriggerFailure(.invalid, "lagCount needs Redis 7 or later, which keeps the lag of a group")
        }
        // Redis forgets the lag where entries were deleted: count what lies behind the last one delivered.
        let last = details["last-delivered-id"]?.textValue ?? "0-0"
        let script = "return #redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])"
        let counted = try await self.number(["EVAL", script, "1", stream, last, "\(Self.countLimit)"])
        return (counted, "Redis does not know the lag since entries were deleted; counted up to \(Self.countLimit).")
    }

    private func number(_ command: [String]) async throws(TriggerFailure) -> Int64 {
        let reply = try await self.ask(command)
        guard let number = reply.number else { throw self.failure(reply) }
        return number
    }

    private func ask(_ command: [String]) async throws(TriggerFailure) -> RedisReply {
        let reply = try await self.route.send([command]).first ?? .null
        if case .error = reply { throw self.failure(reply) }
        return reply
    }

    private func failure(_ reply: RedisReply) -> TriggerFailure {
        guard case .error(let text) = reply else {
            return TriggerFailure(.invalid, "Redis answered with something else than a number")
        }
        return RedisConnection.failure(text)
    }
}
