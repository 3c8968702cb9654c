/// The last idle times of a service whose idle times are too long for a histogram, and what they say of the next one.
struct IdleTimeSeries: Sendable, Equatable {
    /// Older ones than so many say little about the next.
    static let capacity = 50
    /// Fewer than so many have no slope that means anything.
    private static let leastForSlope = 4

    private(set) var seconds: [Double] = []

    init(seconds: [Double] = []) {
        self.seconds = Array(seconds.suffix(Self.capacity))
    }

    mutating func append(_ idleSeconds: Double) {
        if self.seconds.count == Self.capacity { self.seconds.removeFirst() }
        self.seconds.append(idleSeconds)
    }

    /// The next idle time by an autoregression of first order, the mean while there are few; `nil` without any.
    ///
    /// Shahrad et al. fit an ARIMA here; its first-order part reproduces their figures and costs a few additions.
    var forecast: Double? {
        guard let last = self.seconds.last else { return nil }
        let mean = self.seconds.reduce(0, +) / Double(self.seconds.count)
        guard self.seconds.count >= Self.leastForSlope else { return mean }
        var covariance = 0.0
        var variance = 0.0
        for index in 1..<self.seconds.count {
            let before = self.seconds[index - 1] - mean
            covariance += before * (self.seconds[index] - mean)
            variance += before * before
        }
        let slope = variance > 0 ? covariance / variance : 0
        return mean + min(max(slope, -1), 1) * (last - mean)
    }
}
