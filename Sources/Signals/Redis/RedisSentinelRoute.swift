import Autoscaler
import Synchronization

/// The sentinels that know which server is the master, and what to show them and it.
struct RedisSentinels: Sendable {
    let sentinels: [RedisConnection.Server]
    /// What the sentinels call the master.
    let masterName: String
    /// Credentials and database of the master, whose address is to be found.
    let master: RedisConnection.Server

    /// - Parameter servers: At the sentinels' addresses, with the master's credentials.
    init(_ metadata: MetadataReader, _ servers: [RedisConnection.Server]) {
        self.masterName = metadata.requiredText("sentinelMaster", from: .anywhere)
        self.master = servers[0]
        let username = metadata.text("sentinelUsername", from: .anywhere)
        let password = metadata.text("sentinelPassword", from: .anywhere)
        self.sentinels = servers.map { server in
            var sentinel = server
            (sentinel.username, sentinel.password, sentinel.database) = (username, password, 0)
            return sentinel
        }
    }
}

/// Asks sentinels for the master before each look, so that a look after a failover is one at the right server.
final class RedisSentinelRoute: RedisRoute {
    private let settings: RedisSentinels
    private let connections: RedisConnections
    /// Those in use: a sentinel's, and the master's.
    private let held = Mutex<[RedisConnection]>([])

    init(_ settings: RedisSentinels, _ connections: RedisConnections) {
        self.settings = settings
        self.connections = connections
    }

    func send(_ commands: [[String]]) async throws(TriggerFailure) -> [RedisReply] {
        let (sentinel, address) = try await self.master()
        var server = self.settings.master
        (server.host, server.port) = address
        let connection = self.connections.lane(server)
        self.held.withLock { $0 = [sentinel, connection] }
        return try await connection.send(commands)
    }

    /// Where the master is, and the sentinel who said so.
    private func master() async throws(TriggerFailure) -> (RedisConnection, (host: String, port: Int)) {
        var failure = TriggerFailure(.unavailable, "there is no sentinel")
        for server in self.settings.sentinels {
            let sentinel = self.connections.lane(server)
            do throws(TriggerFailure) {
                let question = ["SENTINEL", "get-master-addr-by-name", self.settings.masterName]
                let reply = try await sentinel.send([question]).first ?? .null
                if case .error(let text) = reply { throw RedisConnection.failure(text, of: server.address) }
                if let host = reply.listValue?.first?.textValue, let port = reply.listValue?.last?.number {
                    return (sentinel, (host, Int(port)))
                }
                let text = "the sentinel \(server.address) knows no master '\(self.settings.masterName)'"
                throw TriggerFailure(.invalid, text)
            } catch {
                failure = error
            }
        }
        throw failure
    }
}
