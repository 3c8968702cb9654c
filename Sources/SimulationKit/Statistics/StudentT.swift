/// Student's t distribution: by how many standard errors a mean of few values strays.
public enum StudentT {
    /// The share below `t`.
    public static func share(below t: Double, degreesOfFreedom: Double) -> Double {
        let x = degreesOfFreedom / (degreesOfFreedom + t * t)
        let tail = SpecialFunctions.incompleteBeta(x, degreesOfFreedom / 2, 0.5) / 2
        return t > 0 ? 1 - tail : tail
    }

    /// The value below which a share `probability` lies.
    ///
    /// - Parameter degreesOfFreedom: At least 1; one less than the number of values whose mean is judged.
    public static func quantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
        precondition(probability > 0 && probability < 1, "\(probability) is no probability between 0 and 1")
        precondition(degreesOfFreedom >= 1, "a mean of fewer than two values has no spread")
        if probability == 0.5 { return 0 }
        if probability < 0.5 { return -Self.quantile(1 - probability, degreesOfFreedom: degreesOfFreedom) }
        // The law has heavier tails than the normal: the normal quantile lies below, twice a bound lies above.
        var low = NormalLaw.quantile(probability)
        var high = max(2 * low, 2)
        while Self.share(below: high, degreesOfFreedom: degreesOfFreedom) < probability { high *= 2 }
        while high - low > 1e-13 * high {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { break }
            if Self.share(below: middle, degreesOfFreedom: degreesOfFreedom) < probability {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }
}
