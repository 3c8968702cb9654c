/// How much a consumer takes on.
struct ConsumerLimits: Sendable, Equatable {
    /// One batch in the model, one on its way out, and one that is being taken.
    static let batchesInFlight = 3

    /// Messages that are predicted together.
    var maximumBatch = 32
    /// Messages that were taken and are not answered yet.
    var maximumInFlight = 64
    /// Bytes of their bodies; one message is taken however large it is.
    var maximumBytesInFlight = 64 << 20
    /// Seconds before what could not be published is tried again: at first, and at most.
    var firstRetrySeconds = 0.1
    var lastRetrySeconds = 10.0
    /// How often a message may be handed out before it is believed to kill whoever predicts it.
    var maximumDeliveries = 5
}
