/// Answers on their way from one worker to those who wait.
final class AnswerDesk {
    private var group: (any AnswerGroup)?
    private var answers: [(member: Int, answer: PredictionTask.Answer)] = []

    /// Calls back at once; what belongs to a group waits for `handOver`.
    func put(_ answer: PredictionTask.Answer, to task: PredictionTask) {
        switch task.recipient {
        case .callback(let callback): callback(answer)
        case .group(let group, let member):
            if group !== self.group { self.handOver() }
            self.group = group
            self.answers.append((member, answer))
        }
    }

    /// Gives groups what is there for them.
    func handOver() {
        guard let group else { return }
        self.group = nil
        let answers = self.answers
        self.answers = []
        group.receive(answers)
    }
}
