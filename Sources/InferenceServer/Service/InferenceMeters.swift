import Synchronization
import Telemetry

/// What the server counts about its inferences.
///
/// One lock, taken once a request by the worker that finished it.
final class InferenceMeters: Sendable {
    /// Where an inference spent its time, in seconds.
    struct Durations {
        /// Waiting for a worker, and for company in its batch.
        var queue = 0.0
        /// Reading the body.
        var preprocess = 0.0
        /// Running the model.
        var predict = 0.0
        /// Writing the answer.
        var postprocess = 0.0

        var total: Double { self.queue + self.preprocess + self.predict + self.postprocess }
    }

    enum FailureReason: String, CaseIterable {
        /// The queue was full, or the model not ready.
        case rejected = "REJECTED"
        /// The client went away before the model ran.
        case canceled = "CANCELED"
        /// The model failed.
        case backend = "BACKEND"
        case other = "OTHER"
    }

    struct Counts {
        var preprocess = HistogramData(InferenceMeters.buckets)
        var predict = HistogramData(InferenceMeters.buckets)
        var postprocess = HistogramData(InferenceMeters.buckets)
        var succeeded = 0
        /// Rows of the successful requests.
        var rows = 0
        /// Runs of the model, and how much each of them was for.
        var runs = 0
        var runRows = HistogramData(.count)
        var runRequests = HistogramData(.count)
        /// Batches that failed as a whole, so that their requests were run one by one.
        var failedBatches = 0
        var queue = HistogramData(InferenceMeters.buckets)
        var failed: [FailureReason: Int] = [:]
        var sums = Durations()
    }

    /// Seconds; from a tiny model's tens of microseconds to a large one's seconds.
    static let buckets = HistogramBuckets([
        0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
        10,
    ])

    private let counts = Mutex(Counts())

    func recordSuccess(_ durations: Durations, rows: Int) {
        self.counts.withLock { counts in
            counts.queue.record(durations.queue)
            counts.preprocess.record(durations.preprocess)
            counts.predict.record(durations.predict)
            counts.postprocess.record(durations.postprocess)
            counts.succeeded += 1
            counts.rows += rows
            counts.sums.queue += durations.queue
            counts.sums.preprocess += durations.preprocess
            counts.sums.predict += durations.predict
            counts.sums.postprocess += durations.postprocess
        }
    }

    func recordRun(rows: Int, requests: Int) {
        self.counts.withLock { counts in
            counts.runs += 1
            counts.runRows.record(Double(rows))
            counts.runRequests.record(Double(requests))
        }
    }

    func recordFailedBatch() {
        self.counts.withLock { $0.failedBatches += 1 }
    }

    func recordFailure(_ reason: FailureReason) {
        self.counts.withLock { $0.failed[reason, default: 0] += 1 }
    }

    var snapshot: Counts { self.counts.withLock { $0 } }
}
