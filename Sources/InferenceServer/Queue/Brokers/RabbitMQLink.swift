import Logging
import MessageTransport
import Synchronization

/// A channel on a connection of its own, made again when it breaks; used by one task, but for `current`.
final class RabbitMQLink: Sendable {
    static let callLimit = Duration.seconds(5)

    struct Open: Sendable {
        let connection: AMQPConnection
        let channel: AMQPChannel
        /// Counts the channels that this link has had.
        let epoch: Int
    }

    private struct State {
        var open: Open?
        var epochs = 0
    }

    private let settings: AMQPSettings
    private let queues: [String]
    private let log: Logger
    private let state = Mutex(State())

    /// - Parameter queues: Those that are made when they are missing.
    init(settings: AMQPSettings, queues: [String], log: Logger) {
        self.settings = settings
        self.queues = queues
        self.log = log
    }

    /// The channel, if there is one.
    var current: Open? { self.state.withLock { $0.open } }

    /// A new channel, once all queues are there.
    func open() async throws(MessagingError) -> Open {
        let connection = try AMQPConnection(self.settings, logger: self.log)
        do throws(MessagingError) {
            try await connection.open(within: Self.callLimit)
            for queue in self.queues { try await self.make(queue, on: connection) }
            let channel = try await connection.openChannel(within: Self.callLimit)
            return self.state.withLock { state in
                state.epochs += 1
                let open = Open(connection: connection, channel: channel, epoch: state.epochs)
                state.open = open
                return open
            }
        } catch {
            await connection.close(within: .seconds(1))
            throw error
        }
    }

    /// Makes a queue unless there is one, whatever its properties; each look costs its channel when there is none.
    private func make(_ queue: String, on connection: AMQPConnection) async throws(MessagingError) {
        let look = try await connection.openChannel(within: Self.callLimit)
        do throws(MessagingError) {
            _ = try await look.status(of: queue, within: Self.callLimit)
            await look.close(within: Self.callLimit)
        } catch {
            guard error.code == .notFound else { throw error }
            await look.close(within: Self.callLimit)
            let maker = try await connection.openChannel(within: Self.callLimit)
            try await maker.declare(queue, within: Self.callLimit)
            await maker.close(within: Self.callLimit)
            self.log.info("made a queue", metadata: ["queue": "\(queue)"])
        }
    }

    /// Lets go of the channel and its connection.
    ///
    /// - Returns: What it was; `nil` when there was none.
    @discardableResult
    func close() async -> Open? {
        let open = self.state.withLock { state in
            defer { state.open = nil }
            return state.open
        }
        await open?.connection.close(within: .seconds(1))
        return open
    }
}
