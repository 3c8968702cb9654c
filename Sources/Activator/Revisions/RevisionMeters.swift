import Telemetry

/// What one event loop has counted of one revision.
///
/// Only that loop touches it; a collector asks the loop for a copy.
final class RevisionMeters {
    struct Values: Sendable {
        /// Answers by the first digit of their status: 1xx to 5xx.
        var answers: [UInt64] = Array(repeating: 0, count: 6)
        /// Answers that the activator gave itself, by reason.
        var localAnswers: [LocalAnswer.Reason: UInt64] = [:]
        /// Seconds from the request's head to the end of its answer.
        var latency = HistogramData(.latency)
        /// Seconds that requests waited before they were given a replica; only those that waited.
        var wait = HistogramData(.latency)
        /// Seconds of cold starts, by phase.
        var coldStart: [ColdStartPhase: HistogramData] = [:]
        /// Connections that broke off in the middle of an answer.
        var aborted: UInt64 = 0
        /// Clients that left before they had an answer.
        var clientsGone: UInt64 = 0
        var retries: UInt64 = 0

        mutating func merge(_ other: Values) {
            for index in self.answers.indices { self.answers[index] &+= other.answers[index] }
            self.localAnswers.merge(other.localAnswers, uniquingKeysWith: &+)
            self.latency.merge(other.latency)
            self.wait.merge(other.wait)
            self.coldStart.merge(other.coldStart) { left, right in
                var sum = left
                sum.merge(right)
                return sum
            }
            self.aborted &+= other.aborted
            self.clientsGone &+= other.clientsGone
            self.retries &+= other.retries
        }
    }

    var values = Values()

    func answered(status: Int, seconds: Double) {
        self.values.answers[min(max(status / 100, 0), 5)] &+= 1
        self.values.latency.record(seconds)
    }

    func coldStarted(_ coldStart: ColdStart, firstAnswer: Double) {
        self.record(.wait, coldStart.wait)
        self.record(.schedule, coldStart.schedule)
        self.record(.start, coldStart.start)
        self.record(.firstAnswer, firstAnswer)
    }

    private func record(_ phase: ColdStartPhase, _ seconds: Double) {
        self.values.coldStart[phase, default: HistogramData(.latency)].record(seconds)
    }
}

/// What a cold start consists of, as the requests that waited for it saw it.
enum ColdStartPhase: String, Sendable, CaseIterable {
    /// From the request to its replica.
    case wait
    /// From the request until the replica existed.
    case schedule
    /// From there until it answered a probe.
    case start
    /// From the request to the end of its answer.
    case firstAnswer = "first_answer"
}
