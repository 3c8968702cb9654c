import Autoscaler
import ScalingCore

/// Connections to Redis servers, by server and credentials.
typealias RedisConnections = SharedLanes<RedisConnection.Server, RedisConnection>

extension TriggerKind {
    /// The length of a Redis list, or of a set, sorted set or hash.
    ///
    /// - Parameter name: KEDA calls it `redis`; its page is called `redis-lists`.
    static func redisList(
        _ connections: RedisConnections,
        named name: String,
        in place: RedisPlace.Kind = .server
    ) -> TriggerKind {
        TriggerKind(name) { metadata in
            let configuration = RedisListTrigger.Configuration(metadata, place)
            return { RedisListTrigger(configuration, connections) }
        }
    }
}

struct RedisListTrigger: Trigger {
    struct Configuration: Sendable {
        let place: RedisPlace
        let list: String
        let listLength: Double
        let activationListLength: Double

        init(_ metadata: MetadataReader, _ kind: RedisPlace.Kind) {
            self.list = metadata.requiredText("listName")
            self.listLength = metadata.target("listLength", default: 5)
            self.activationListLength = metadata.number("activationListLength", in: 0 ... .infinity, default: 0)
            self.place = RedisPlace(kind, metadata)
        }
    }

    private let configuration: Configuration
    private let route: any RedisRoute

    init(_ configuration: Configuration, _ connections: RedisConnections) {
        self.configuration = configuration
        self.route = configuration.place.route(connections)
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let list = self.configuration.list
        let length = try await self.length(of: list)
        return TriggerReading(
            metrics: [.init(name: "redis-\(list)", value: length, target: self.configuration.listLength)],
            isActive: length > self.configuration.activationListLength
        )
    }

    private func length(of key: String) async throws(TriggerFailure) -> Double {
        // A list is the usual case, and a key that is not there is an empty one: one exchange tells.
        let replies = try await self.route.send([["LLEN", key], ["TYPE", key]])
        if let length = replies.first?.number { return Double(length) }
        let command =
            switch replies.last?.textValue {
            case "set": "SCARD"
            case "zset": "ZCARD"
            case "hash": "HLEN"
            default: "LLEN"
            }
        let reply = try await self.route.send([[command, key]]).first ?? .null
        if let length = reply.number { return Double(length) }
        guard case .error(let text) = reply else {
            throw TriggerFailure(.invalid, "Redis has no length for '\(key)'")
        }
        throw RedisConnection.failure(text)
    }
}
