/// A law that random durations and sizes follow; the unit is the caller's.
///
/// Sampling is by inversion where the inverse is cheap, so that one number of the stream makes one variate: under
/// common random numbers a longer law then gives a longer value for every single request.
public enum Distribution: Sendable, Hashable {
    case constant(Double)
    case uniform(from: Double, to: Double)
    case exponential(mean: Double)
    /// The logarithm is normal with mean `mu` and standard deviation `sigma`; `shift` is added.
    case lognormal(mu: Double, sigma: Double, shift: Double = 0)
    case weibull(shape: Double, scale: Double)
    case gamma(shape: Double, scale: Double)
    /// An exponential law of one of the means, picked with its weight.
    case hyperexponential([Phase])
    case mixture([Component])
    /// The values as they were measured, each as likely as the others, without anything between them.
    case empirical(EmpiricalLaw)
    /// The law cut to a range: what falls outside is drawn again, and after a hundred tries moved to the nearer end.
    indirect case truncated(Distribution, from: Double, to: Double)

    /// One exponential branch.
    public struct Phase: Sendable, Hashable {
        public var weight: Double
        public var mean: Double

        public init(weight: Double, mean: Double) {
            self.weight = weight
            self.mean = mean
        }
    }

    /// One part of a mixture.
    public struct Component: Sendable, Hashable {
        public var weight: Double
        public var law: Distribution

        public init(weight: Double, law: Distribution) {
            self.weight = weight
            self.law = law
        }
    }
}

/// Measured values, or quantiles of measured values.
public struct EmpiricalLaw: Sendable, Hashable {
    /// Ascending.
    public let values: [Double]
    /// Cumulative share below each value, ascending from 0 to 1, between which values are interpolated; empty when the
    /// values are a sample and equally likely.
    public let shares: [Double]

    /// A sample: each value is as likely as the others.
    public init(sample: [Double]) {
        precondition(!sample.isEmpty, "an empirical law needs a value")
        self.values = sample.sorted()
        self.shares = []
    }

    /// Quantiles, as percentiles in a trace: linear between them.
    ///
    /// - Parameter quantiles: Pairs of a share from 0 to 1 and the value there; both ascend.
    public init(quantiles: [(share: Double, value: Double)]) {
        precondition(!quantiles.isEmpty, "an empirical law needs a value")
        self.values = quantiles.map(\.value)
        self.shares = quantiles.map(\.share)
    }

    /// The value below which `share` of all lie.
    public func value(at share: Double) -> Double {
        guard !self.shares.isEmpty else {
            return self.values[min(self.values.count - 1, Int(share * Double(self.values.count)))]
        }
        var low = 0
        var high = self.shares.count - 1
        guard share > self.shares[0] else { return self.values[0] }
        guard share < self.shares[high] else { return self.values[high] }
        while high - low > 1 {
            let middle = (low + high) / 2
            if self.shares[middle] <= share { low = middle } else { high = middle }
        }
        let width = self.shares[high] - self.shares[low]
        let part = width > 0 ? (share - self.shares[low]) / width : 1
        return self.values[low] + part * (self.values[high] - self.values[low])
    }
}
