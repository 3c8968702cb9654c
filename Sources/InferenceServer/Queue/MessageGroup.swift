/// Messages that were taken at once, while they are predicted.
final class MessageGroup: AnswerGroup {
    let messages: [QueueMessage]
    /// Nobody goes away while they wait.
    let ticket = RequestTicket()
    private let consumer: QueueConsumer

    init(_ messages: [QueueMessage], consumer: QueueConsumer) {
        self.messages = messages
        self.consumer = consumer
    }

    func receive(_ answers: [(member: Int, answer: PredictionTask.Answer)]) {
        self.consumer.received(answers, to: self.messages)
    }
}
