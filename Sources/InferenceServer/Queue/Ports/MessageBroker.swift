public import MessageTransport

/// Where results go.
public protocol ResultSink: Sendable {
    /// Publishes, and returns once the broker has said what became of each message, or does not say it in time.
    ///
    /// Never throws: what could not be sent has failed, and is sent again later. The sink connects again by itself.
    ///
    /// - Returns: One outcome for each message, in their order.
    func publish(_ messages: [OutgoingMessage]) async -> [PublishOutcome]

    func close() async
}

/// Makes both ends of a broker.
public protocol MessageBroker: Sendable {
    /// In an operator's words, for example `topic 'requests' of Kafka at 10.0.0.7:9092`.
    var subject: String { get }
    /// The least time between two acknowledgements, where each costs a round trip.
    var acknowledgementInterval: Duration { get }

    /// Fails only for what is wrong with the settings, or when a library is missing.
    func makeSource(holder: any LaneHolder) throws(MessagingError) -> any MessageSource
    func makeSink() throws(MessagingError) -> any ResultSink
}
