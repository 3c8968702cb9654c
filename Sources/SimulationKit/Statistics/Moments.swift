/// Count, mean and variance of a stream of values, without keeping them (Welford's update).
public struct Moments: Sendable, Equatable {
    public private(set) var count = 0
    public private(set) var mean = 0.0
    private var squares = 0.0

    public init() {}

    public init(_ values: some Sequence<Double>) {
        for value in values { self.add(value) }
    }

    public mutating func add(_ value: Double) {
        self.count += 1
        let before = value - self.mean
        self.mean += before / Double(self.count)
        self.squares += before * (value - self.mean)
    }

    /// The variance of the population that the values were drawn from; 0 for fewer than two values.
    public var variance: Double { self.count > 1 ? self.squares / Double(self.count - 1) : 0 }
    public var standardDeviation: Double { self.variance.squareRoot() }
    /// The standard deviation of the mean, when the values are independent.
    public var standardError: Double { self.count > 0 ? (self.variance / Double(self.count)).squareRoot() : 0 }
}
