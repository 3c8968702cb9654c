import Autoscaler

/// A way to whichever server holds a key.
protocol RedisRoute: Sendable {
    /// Sends commands that all speak of one key, and returns an answer to each, errors among them.
    func send(_ commands: [[String]]) async throws(TriggerFailure) -> [RedisReply]
}

extension RedisConnection: RedisRoute {}

/// What a trigger's metadata say about where its key is.
enum RedisPlace: Sendable {
    /// The kinds of installation, each with a trigger type of its own.
    enum Kind: Sendable {
        case server, cluster, sentinel
    }

    case server(RedisConnection.Server)
    case cluster(nodes: [RedisConnection.Server])
    case sentinel(RedisSentinels)

    init(_ kind: Kind, _ metadata: MetadataReader) {
        let servers = RedisConnection.Server.all(metadata)
        switch kind {
        case .server: self = .server(servers[0])
        case .cluster:
            if servers[0].database != 0 {
                metadata.report(
                    "is \(servers[0].database), but a Redis Cluster has only database 0",
                    at: "databaseIndex"
                )
            }
            self = .cluster(nodes: servers)
        case .sentinel: self = .sentinel(RedisSentinels(metadata, servers))
        }
    }

    func route(_ connections: RedisConnections) -> any RedisRoute {
        switch self {
        case .server(let server): connections.lane(server)
        case .cluster(let nodes): RedisClusterRoute(nodes: nodes, connections)
        case .sentinel(let sentinels): RedisSentinelRoute(sentinels, connections)
        }
    }
}
