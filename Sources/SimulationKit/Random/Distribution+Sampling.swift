extension Distribution {
    /// Draws a value.
    @inlinable
    @inline(__always)
    public func sample(_ stream: inout RandomStream) -> Double {
        switch self {
        case .constant(let value): value
        case .exponential(let mean): -mean * ElementaryFunctions.log(stream.uniform())
        default: self.sampleOther(&stream)
        }
    }

    /// Draws a duration in whole nanoseconds from a law in seconds; never negative.
    @inlinable
    @inline(__always)
    public func sampleNanoseconds(_ stream: inout RandomStream) -> Int64 {
        let seconds = self.sample(&stream)
        // Nine billion seconds are as far as 64 bits of nanoseconds go.
        return seconds > 0 ? Int64(min(seconds, 9.0e9) * 1e9 + 0.5) : 0
    }

    // Apart, so that what is common stays small enough to be put where it is used.
    @usableFromInline
    @inline(never)
    func sampleOther(_ stream: inout RandomStream) -> Double {
        switch self {
        case .constant(let value): return value
        case .exponential(let mean): return -mean * ElementaryFunctions.log(stream.uniform())
        case .uniform(let from, let to): return from + (to - from) * stream.uniform()
        case .lognormal(let mu, let sigma, let shift):
            return shift + ElementaryFunctions.exp(mu + sigma * NormalLaw.quantile(stream.uniform()))
        case .weibull(let shape, let scale):
            let exponential = -ElementaryFunctions.log(stream.uniform())
            return scale * ElementaryFunctions.power(exponential, 1 / shape)
        case .gamma(let shape, let scale): return scale * Self.gamma(shape: shape, &stream)
        case .hyperexponential(let phases):
            let phase = phases[Self.pick(phases.map(\.weight), stream.uniform())]
            return -phase.mean * ElementaryFunctions.log(stream.uniform())
        case .mixture(let components):
            let component = components[Self.pick(components.map(\.weight), stream.uniform())]
            return component.law.sample(&stream)
        case .empirical(let law): return law.value(at: stream.uniform())
        case .truncated(let law, let from, let to):
            var value = law.sample(&stream)
            for _ in 0..<100 where value < from || value > to { value = law.sample(&stream) }
            return min(max(value, from), to)
        }
    }

    /// The position whose share of the weights `uniform` falls into.
    private static func pick(_ weights: [Double], _ uniform: Double) -> Int {
        var rest = uniform * weights.reduce(0, +)
        for (position, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return position }
        }
        return weights.count - 1
    }

    /// Marsaglia and Tsang's rejection from a cubed normal (ACM TOMS 26, 2000); below shape 1 by their boost.
    private static func gamma(shape: Double, _ stream: inout RandomStream) -> Double {
        guard shape >= 1 else {
            let boost = ElementaryFunctions.power(stream.uniform(), 1 / shape)
            return boost * Self.gamma(shape: shape + 1, &stream)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = NormalLaw.quantile(stream.uniform())
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            let u = stream.uniform()
            if ElementaryFunctions.log(u) < 0.5 * x * x + d - d * v + d * ElementaryFunctions.log(v) { return d * v }
        }
    }
}
