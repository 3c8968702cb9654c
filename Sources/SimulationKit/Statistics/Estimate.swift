/// From where to where the true value lies, with the confidence that the estimate states.
public struct Interval: Sendable, Equatable {
    public let low: Double
    public let high: Double

    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    public var halfWidth: Double { (self.high - self.low) / 2 }

    public func contains(_ value: Double) -> Bool { self.low <= value && value <= self.high }
}

/// A figure and how sure it is: what every number of a report is.
public struct Estimate: Sendable, Equatable {
    /// The best guess, or `nil` when nothing was observed.
    public var value: Double?
    /// Where the true value lies; `nil` when the observations cannot tell, as one replication cannot.
    public var interval: Interval?
    /// Independent observations behind the figure: replications, batches or trials.
    public var samples: Int
    /// The share of such intervals that hold the true value, 0.95 unless told otherwise.
    public var confidence: Double

    public init(value: Double?, interval: Interval? = nil, samples: Int, confidence: Double = 0.95) {
        self.value = value
        self.interval = interval
        self.samples = samples
        self.confidence = confidence
    }

    /// Half of the interval's width by the value's size, or `nil` when either is unknown or the value is zero.
    public var relativeHalfWidth: Double? {
        guard let value, let interval, value != 0 else { return nil }
        return interval.halfWidth / abs(value)
    }

    /// How many standard errors a known value lies from this one, by the half-width of the interval.
    ///
    /// - Returns: `nil` without an interval, or when it has no width and the values differ.
    public func standardErrors(from known: Double) -> Double? {
        guard let value, let interval, self.samples > 1 else { return nil }
        let quantile = StudentT.quantile((1 + self.confidence) / 2, degreesOfFreedom: Double(self.samples - 1))
        let error = interval.halfWidth / quantile
        if value == known { return 0 }
        return error > 0 ? (value - known) / error : nil
    }
}
