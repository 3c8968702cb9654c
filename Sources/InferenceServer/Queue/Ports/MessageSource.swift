public import MessageTransport

/// Where messages come from.
///
/// It connects, and connects again, by itself: a call that fails is simply repeated after a while.
public protocol MessageSource: Sendable {
    /// Takes messages: waits for the first, then takes what else is there.
    func take(upTo limit: Int, waiting: Duration) async throws(MessagingError) -> [QueueMessage]

    /// Keeps what a source has to keep, a membership for example, while none of its messages can be taken.
    ///
    /// - Returns: Messages that came all the same.
    func pause(for duration: Duration) async throws(MessagingError) -> [QueueMessage]

    /// Tells the broker that the messages up to each of these positions on its lane are done; may be called while `take`
    /// waits. Repeated when it fails, as long as the lanes are ours.
    func acknowledge(_ positions: [MessagePosition]) async throws(MessagingError)

    /// Says goodbye, so that the broker hands what is left to others at once.
    func close() async
}

/// Who has to know when lanes go to somebody else; called on any thread.
public protocol LaneHolder: Sendable {
    /// Lanes are about to go: what may still be acknowledged of them.
    ///
    /// May block for a moment, to let what is under way come to its end.
    func leaving(_ lanes: [MessageLane]) -> [MessagePosition]

    /// Lanes are gone: what was taken from them is handed out again.
    func lost(_ lanes: [MessageLane])
}
