/// One conversation on a connection: its consumers, its deliveries and its publications.
///
/// A channel that the broker closes, because a queue is missing for example, takes none of the others with it; open
/// another. All calls are served by the thread of the connection, and those that come while `receive` waits are served
/// at once.
///
/// ```swift
/// let connection = try AMQPConnection(AMQPSettings(uri: "amqp://localhost"), logger: logger)
/// try await connection.open(within: .seconds(5))
/// let channel = try await connection.openChannel(within: .seconds(5))
/// try await channel.consume("requests", prefetch: 64, within: .seconds(5))
/// let deliveries = try await channel.receive(upTo: 64, waiting: .seconds(1))
/// try await channel.acknowledge(through: deliveries[0].tag, multiple: false)
/// ```
public struct AMQPChannel: Sendable {
    let connection: AMQPConnection
    public let number: UInt16

    /// Asks how many messages wait in a queue, exactly and without changing it.
    ///
    /// - Throws: `notFound` when there is no such queue; the channel is closed then.
    public func status(of queue: String, within limit: Duration) async throws(MessagingError) -> AMQPQueueStatus {
        try await self.connection.declare(queue, isPassive: true, isDurable: false, on: self.number, within: limit)
    }

    /// Makes a queue unless it is there already with the same properties.
    @discardableResult
    public func declare(
        _ queue: String,
        isDurable: Bool = true,
        within limit: Duration
    ) async throws(MessagingError) -> AMQPQueueStatus {
        try await self.connection.declare(queue, isPassive: false, isDurable: isDurable, on: self.number, within: limit)
    }

    /// Asks for the messages of a queue.
    ///
    /// - Parameter prefetch: Messages that may be under way to, or held by, this channel; bounds its memory.
    public func consume(_ queue: String, prefetch: UInt16, within limit: Duration) async throws(MessagingError) {
        try await self.connection.consume(queue, prefetch: prefetch, on: self.number, within: limit)
    }

    /// Asks for no more messages; those delivered already can still be received and acknowledged.
    public func cancel(within limit: Duration) async throws(MessagingError) {
        try await self.connection.cancel(on: self.number, within: limit)
    }

    /// Takes deliveries: waits for the first, then takes what else is there.
    ///
    /// - Returns: Nothing when none came in time, or the task was cancelled.
    /// - Throws: When the channel or the connection is gone, or the broker ended the consumer.
    public func receive(upTo limit: Int, waiting: Duration) async throws(MessagingError) -> [AMQPDelivery] {
        try await self.connection.receive(upTo: limit, waiting: waiting, on: self.number)
    }

    /// Waits without taking anything, so that who can take no more still learns when the broker is gone.
    ///
    /// - Throws: As `receive` does; what came meanwhile is there for the next `receive`.
    public func watch(for duration: Duration) async throws(MessagingError) {
        try await self.connection.watch(for: duration, on: self.number)
    }

    /// Tells the broker that a delivery is done with, or everything up to it.
    public func acknowledge(through tag: UInt64, multiple: Bool) async throws(MessagingError) {
        try await self.connection.acknowledge(tag, multiple: multiple, on: self.number)
    }

    /// Gives a delivery back, or everything up to it.
    ///
    /// - Parameter requeue: Whether it should be delivered again; otherwise it goes where the queue's policy says.
    public func reject(through tag: UInt64, multiple: Bool, requeue: Bool) async throws(MessagingError) {
        try await self.connection.reject(tag, multiple: multiple, requeue: requeue, on: self.number)
    }

    /// Publishes messages, and waits until the broker has taken responsibility for each, or refused it.
    ///
    /// - Returns: One fate per publication, in their order. After `timedOut` the message may still be there.
    /// - Throws: When nothing could be said about any, because the channel or the connection is gone.
    public func publish(
        _ publications: [AMQPPublication],
        within limit: Duration
    ) async throws(MessagingError) -> [Result<Void, MessagingError>] {
        try await self.connection.publish(publications, on: self.number, within: limit)
    }

    /// Ends the conversation; what was delivered and not acknowledged goes back to its queue.
    public func close(within limit: Duration) async {
        await self.connection.closeChannel(self.number, within: limit)
    }
}
