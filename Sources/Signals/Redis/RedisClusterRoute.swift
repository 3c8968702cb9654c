import Autoscaler
import Synchronization

/// Finds the node of a Redis Cluster that holds a key, by asking any and going where it says.
final class RedisClusterRoute: RedisRoute {
    /// Where a node sends those who ask it for what it does not have.
    private struct Redirection {
        let host: String
        let port: Int
        /// The key is about to move there, and must be asked for as such.
        let isMoving: Bool

        /// - Returns: `nil` for any other answer.
        init?(_ reply: RedisReply) {
            guard case .error(let text) = reply else { return nil }
            let words = text.split(separator: " ")
            guard words.count == 3, words[0] == "MOVED" || words[0] == "ASK", let colon = words[2].lastIndex(of: ":"),
                let port = Int(words[2][words[2].index(after: colon)...])
            else { return nil }
            self.host = String(words[2][..<colon])
            self.port = port
            self.isMoving = words[0] == "ASK"
        }
    }

    private static let redirectionsMaximum = 5

    private let nodes: [RedisConnection.Server]
    private let connections: RedisConnections
    /// The node that had the key the last time.
    private let home = Mutex<(server: RedisConnection.Server, connection: RedisConnection)?>(nil)

    /// - Parameter nodes: Some of the cluster's, of which one must be there.
    init(nodes: [RedisConnection.Server], _ connections: RedisConnections) {
        self.nodes = nodes
        self.connections = connections
    }

    func send(_ commands: [[String]]) async throws(TriggerFailure) -> [RedisReply] {
        var failure = TriggerFailure(.unavailable, "there is no node of the Redis Cluster")
        let known = self.home.withLock { $0?.server }
        for server in [known].compactMap(\.self) + self.nodes.filter({ $0 != known }) {
            do throws(TriggerFailure) {
                return try await self.send(commands, to: server)
            } catch {
                self.home.withLock { $0 = nil }
                guard error.kind == .unavailable else { throw error }
                failure = error
            }
        }
        throw failure
    }

    /// Begins at a node, and follows where it leads.
    private func send(
        _ commands: [[String]],
        to first: RedisConnection.Server
    ) async throws(TriggerFailure) -> [RedisReply] {
        var server = first
        for _ in 0..<Self.redirectionsMaximum {
            let connection = self.connections.lane(server)
            let replies = try await connection.send(commands)
            guard let redirection = replies.lazy.compactMap(Redirection.init).first else {
                self.home.withLock { $0 = (server, connection) }
                return replies
            }
            // A node that does not know its own name leaves it out.
            if !redirection.host.isEmpty { server.host = redirection.host }
            server.port = redirection.port
            if redirection.isMoving {
                let asking = commands.flatMap { [["ASKING"], $0] }
                let answers = try await self.connections.lane(server).send(asking)
                return stride(from: 1, to: answers.count, by: 2).map { answers[$0] }
            }
        }
        throw TriggerFailure(.unavailable, "the nodes of the Redis Cluster send each other round in circles")
    }
}
