import CRabbitMQ
import Glibc
public import Logging

/// A connection to an AMQP broker, with a thread of its own.
///
/// It is opened once; when it breaks, every call on it throws, and its owner makes another: how soon, and what to do
/// meanwhile, only the owner knows.
public actor AMQPConnection {
    /// What one channel has under way.
    struct Channel {
        var deliveries: [AMQPDelivery] = []
        /// Why the channel can no longer be used; `nil` while it can.
        var failure: MessagingError?
        var consumerTag: String?
        /// Set when the broker ended the consumer, because its queue was deleted for example.
        var cancelReason: MessagingError?
        var confirms: AMQPConfirms?
    }

    let executor: ThreadExecutor
    let table: AMQPTable
    let logger: Logger
    public nonisolated let settings: AMQPSettings
    /// `nil` before `open` and after the end.
    var session: AMQPSession?
    var channels: [UInt16: Channel] = [:]
    /// Why the connection can no longer be used; `nil` while it can.
    var failure: MessagingError?
    private var wasOpened = false
    /// The channel of `status(of:within:)`; `nil` until it is needed.
    private var lookChannel: UInt16?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// Does not connect yet; fails only when the library is missing or the settings make no sense.
    public init(_ settings: AMQPSettings, logger: Logger) throws(MessagingError) {
        if let problem = settings.tls?.problem { throw MessagingError(.invalidSettings, problem) }
        self.table = try AMQPLibrary.functions()
        self.settings = settings
        self.logger = logger
        self.executor = ThreadExecutor(name: "amqp", idleInterval: max(.milliseconds(500), settings.heartbeat / 4))
        let executor = self.executor
        executor.onIdle { [weak self] in self?.assumeIsolated { $0.keepAlive() } }
    }

    deinit { self.executor.stop() }

    /// Connects and logs in.
    public func open(within limit: Duration) throws(MessagingError) {
        precondition(!self.wasOpened, "an AMQP connection is opened once")
        self.wasOpened = true
        do {
            self.session = try AMQPSession(self.settings, table: self.table, within: limit)
        } catch {
            self.failure = error
            throw error
        }
    }

    /// Whether calls can succeed, as far as is known.
    public var isOpen: Bool { self.session != nil && self.failure == nil }

    /// Opens a conversation.
    public func openChannel(within limit: Duration) throws(MessagingError) -> AMQPChannel {
        let session = try self.usableSession()
        guard let number = (1...UInt16(2047)).first(where: { self.channels[$0] == nil }) else {
            throw MessagingError(.full, "every channel of the connection to \(self.settings.subject) is in use")
        }
        session.limitCalls(to: limit)
        _ = self.table.amqp_channel_open(session.pointer, number)
        self.channels[number] = Channel()
        try self.checkReply("open a channel", on: number)
        return AMQPChannel(connection: self, number: number)
    }

    /// Asks how many messages wait in a queue, exactly and without changing it.
    ///
    /// Any number of tasks may ask at once: one that asks for a missing queue, which costs a channel, costs no other.
    public func status(of queue: String, within limit: Duration) throws(MessagingError) -> AMQPQueueStatus {
        let number: UInt16
        if let lookChannel {
            number = lookChannel
        } else {
            number = try self.openChannel(within: limit).number
            self.lookChannel = number
        }
        do {
            return try self.declare(queue, isPassive: true, isDurable: false, on: number, within: limit)
        } catch {
            self.channels[number] = nil
            self.lookChannel = nil
            throw error
        }
    }

    /// Says goodbye and lets go of everything; safe to call twice.
    public func close(within limit: Duration) {
        guard let session = self.session else { return }
        if self.failure == nil {
            session.limitCalls(to: limit)
            _ = self.table.amqp_connection_close(session.pointer, 200)
        }
        self.end(MessagingError(.closed, "the connection to RabbitMQ at \(self.settings.subject) was closed"))
    }

    // MARK: Inside

    /// The session, or why there is none.
    func usableSession() throws(MessagingError) -> AMQPSession {
        if let failure { throw failure }
        guard let session else {
            throw MessagingError(.closed, "the connection to RabbitMQ at \(self.settings.subject) is not open")
        }
        return session
    }

    /// The session, when both connection and channel can be used.
    func usableSession(for number: UInt16) throws(MessagingError) -> AMQPSession {
        let session = try self.usableSession()
        guard let channel = self.channels[number] else {
            throw MessagingError(.closed, "the AMQP channel was closed")
        }
        if let failure = channel.failure { throw failure }
        return session
    }

    /// Nothing more can be done on this connection.
    func end(_ reason: MessagingError) {
        if self.failure == nil { self.failure = reason }
        self.session = nil
        for number in self.channels.keys where self.channels[number]?.failure == nil {
            self.channels[number]?.failure = self.failure
        }
    }

    /// Ends what cannot go on after an error of the library, which leaves the stream of frames in an unknown state.
    func broken(_ status: Int32, _ attempt: String) -> MessagingError {
        let error = self.table.error(status, "cannot \(attempt) at RabbitMQ \(self.settings.subject)")
        self.end(error)
        return error
    }

    /// Sends heartbeats that are due, and notices what came, while nobody calls.
    private func keepAlive() {
        guard self.failure == nil, let session = self.session else { return }
        do {
            while try self.takeFrame(from: session, waiting: .zero) {}
        } catch {
            self.logger.debug("amqp connection ended", metadata: ["reason": "\(error)"])
        }
    }
}
