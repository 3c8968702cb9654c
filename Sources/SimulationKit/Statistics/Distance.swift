/// How far apart two samples lie.
public enum Distance {
    /// The Wasserstein-1 distance: how far, on average, values must be moved to turn one sample into the other.
    ///
    /// - Returns: In the unit of the values, or `nil` when a sample is empty.
    public static func wasserstein(_ left: [Double], _ right: [Double]) -> Double? {
        guard !left.isEmpty, !right.isEmpty else { return nil }
        var distance = 0.0
        Self.walk(left, right) { leftShare, rightShare, width in distance += abs(leftShare - rightShare) * width }
        return distance
    }

    /// The Kolmogorov-Smirnov distance: the largest difference of the two distribution functions, 0 to 1.
    public static func kolmogorovSmirnov(_ left: [Double], _ right: [Double]) -> Double? {
        guard !left.isEmpty, !right.isEmpty else { return nil }
        var distance = 0.0
        Self.walk(left, right) { leftShare, rightShare, _ in
            distance = max(distance, abs(leftShare - rightShare))
        }
        return distance
    }

    /// The Kolmogorov-Smirnov distance of a sample from a law, and how likely a larger one is by chance.
    ///
    /// - Parameter share: The share of the law at or below a value.
    public static func kolmogorovSmirnov(
        of sample: [Double],
        from share: (Double) -> Double
    ) -> (distance: Double, pValue: Double)? {
        guard !sample.isEmpty else { return nil }
        let count = Double(sample.count)
        var distance = 0.0
        for (index, value) in sample.sorted().enumerated() {
            let expected = share(value)
            distance = max(distance, expected - Double(index) / count, Double(index + 1) / count - expected)
        }
        return (distance, Self.kolmogorovTail(distance: distance, count: count))
    }

    /// How likely a Kolmogorov-Smirnov distance is exceeded by a sample of the law itself (Stephens' approximation).
    static func kolmogorovTail(distance: Double, count: Double) -> Double {
        let root = count.squareRoot()
        let scaled = (root + 0.12 + 0.11 / root) * distance
        guard scaled > 0.2 else { return 1 }
        var sum = 0.0
        var sign = 1.0
        for term in 1...100 {
            let part = ElementaryFunctions.exp(-2 * Double(term * term) * scaled * scaled)
            sum += sign * part
            sign = -sign
            if part < 1e-16 { break }
        }
        return min(max(2 * sum, 0), 1)
    }

    /// Walks over the values of both samples in order: the shares at or below each, and the way to the next value.
    private static func walk(_ left: [Double], _ right: [Double], _ body: (Double, Double, Double) -> Void) {
        let left = left.sorted()
        let right = right.sorted()
        var (leftIndex, rightIndex) = (0, 0)
        while leftIndex < left.count || rightIndex < right.count {
            let nextLeft = leftIndex < left.count ? left[leftIndex] : .infinity
            let nextRight = rightIndex < right.count ? right[rightIndex] : .infinity
            let value = min(nextLeft, nextRight)
            while leftIndex < left.count, left[leftIndex] == value { leftIndex += 1 }
            while rightIndex < right.count, right[rightIndex] == value { rightIndex += 1 }
            let following = min(
                leftIndex < left.count ? left[leftIndex] : .infinity,
                rightIndex < right.count ? right[rightIndex] : .infinity
            )
            guard following.isFinite else { return }
            body(
                Double(leftIndex) / Double(left.count),
                Double(rightIndex) / Double(right.count),
                following - value
            )
        }
    }
}
