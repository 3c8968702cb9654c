import InferenceServer

/// Requests at a broker, as many as are wanted.
protocol Stock: Sendable {
    var name: String { get }
    var broker: any MessageBroker { get }

    /// Has so many further messages to hand out.
    func put(_ count: Int) async throws

    func close() async
}
