import Synchronization
import Telemetry

/// What a consumer counts.
final class QueueMeters: Sendable {
    struct Counts {
        var taken = 0
        /// Taken messages that had been handed out before.
        var redelivered = 0
        var results = 0
        /// Messages without a result, by reason.
        var complaints: [ComplaintReason: Int] = [:]
        /// Messages that went to somebody else before they were answered.
        var lost = 0
        var acknowledged = 0
        var takeFailures = 0
        var publishFailures = 0
        var acknowledgeFailures = 0
        /// Whether the last attempt succeeded.
        var isTaking = false
        var isPublishing = true
        /// Seconds from being taken until the answer was confirmed.
        var answerSeconds = HistogramData()
        /// Messages per call.
        var takenAtOnce = HistogramData(.count)
        var publishedAtOnce = HistogramData(.count)
    }

    private let counts = Mutex(Counts())

    func record(_ change: (inout Counts) -> Void) { self.counts.withLock { change(&$0) } }

    var snapshot: Counts { self.counts.withLock { $0 } }
}
