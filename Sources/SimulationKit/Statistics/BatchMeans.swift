/// The interval of a mean over one long run, whose values hang together.
///
/// Values that follow each other resemble each other, so the run is cut into batches, few and long enough that their
/// means no longer do.
public struct BatchMeans: Sendable, Equatable {
    /// The mean over all whole batches.
    public let estimate: Estimate
    public let batches: Int
    /// Values in each batch; what is left over at the front is dropped.
    public let batchLength: Int
    /// How much a batch's mean tells about the next one's, -1 to 1.
    public let lagOneCorrelation: Double
    /// `false` when even the longest batches still resemble their neighbours: the interval is then too narrow.
    public let isIndependent: Bool

    /// Looks for batches whose means are independent: 30, then 25, then 20 of them.
    ///
    /// - Returns: `nil` when there are fewer than two values for each of twenty batches.
    public init?(of values: [Double], confidence: Double = 0.95, limit: Double = 0.1) {
        var best: BatchMeans?
        for count in [30, 25, 20] where values.count >= 2 * count {
            let candidate = BatchMeans(of: values, batches: count, confidence: confidence, limit: limit)
            if best == nil || candidate.isIndependent || candidate.lagOneCorrelation < best?.lagOneCorrelation ?? 1 {
                best = candidate
            }
            if candidate.isIndependent { break }
        }
        guard let best else { return nil }
        self = best
    }

    private init(of values: [Double], batches: Int, confidence: Double, limit: Double) {
        let length = values.count / batches
        let start = values.count - length * batches
        let means = (0..<batches).map { batch in
            let first = start + batch * length
            return values[first..<first + length].reduce(0, +) / Double(length)
        }
        self.batches = batches
        self.batchLength = length
        self.estimate = Replications.mean(of: means, confidence: confidence)
        self.lagOneCorrelation = Series.autocorrelation(of: means, lag: 1)
        self.isIndependent = self.lagOneCorrelation < limit
    }
}
