import Telemetry

/// From messages to answers.
extension QueueConsumer {
    /// Has messages predicted, as one batch if they can be; those that cannot be read are answered at once.
    func predict(_ group: MessageGroup) {
        var tasks: [PredictionTask] = []
        tasks.reserveCapacity(group.messages.count)
        var unreadable: [Outgoing] = []
        let now = MonotonicClock.now()
        for (index, message) in group.messages.enumerated() {
            do throws(InferenceError) {
                if let complaint = self.complaintOfPoison(message) {
                    unreadable.append(complaint)
                    continue
                }
                let task = PredictionTask(
                    request: try message.predictionRequest(),
                    model: self.model,
                    ticket: group.ticket,
                    submitted: now,
                    isLimited: false,
                    recipient: .group(group, member: index)
                )
                tasks.append(task)
            } catch {
                unreadable.append(self.composer.complaint(error, about: message, time: Self.time()))
            }
        }
        if !unreadable.isEmpty { self.answer(unreadable) }
        self.pool.submit(unlimited: tasks)
    }

    /// What is said of a message that everybody dies of; `nil` of any other.
    private func complaintOfPoison(_ message: QueueMessage) -> Outgoing? {
        guard message.earlierDeliveries >= self.limits.maximumDeliveries else { return nil }
        let text = "the message was handed out \(message.earlierDeliveries) times, and nobody lived to answer it"
        let id = AnswerComposer.identity(of: message)
        return self.composer.complaint(.deliveredTooOften, text, about: message, id: id, time: Self.time())
    }

    func received(_ answers: [(member: Int, answer: PredictionTask.Answer)], to messages: [QueueMessage]) {
        self.answer(
            answers.map { member, answer in
                switch answer {
                case .success(let prediction):
                    self.composer.result(prediction, of: messages[member], time: Self.time())
                case .failure(let error): self.composer.complaint(error, about: messages[member], time: Self.time())
                }
            }
        )
    }
}
