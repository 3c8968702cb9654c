import SimulationKit

/// Chooses a few services of many so that they behave like all of them (the idea of In-Vitro).
///
/// Of several random choices of a size the one is taken whose calls, and whose calls weighted by duration and memory, are
/// distributed over services most like those of the whole, step by step, by the Wasserstein distance. Smaller samples are
/// chosen from larger ones, so a sweep over sizes only ever adds load.
public struct TraceSampler: Sendable {
    /// Choices that are compared for each size.
    public var attempts: Int
    public var seed: UInt64
    /// Steps of the trace that are compared, evenly spread over it.
    public var comparedSteps: Int

    public init(attempts: Int = 20, seed: UInt64 = 42, comparedSteps: Int = 48) {
        precondition(attempts > 0 && comparedSteps > 0, "\(attempts) attempts over \(comparedSteps) steps")
        self.attempts = attempts
        self.seed = seed
        self.comparedSteps = comparedSteps
    }

    /// One sample.
    public struct Sample: Sendable, Equatable {
        /// Positions among the trace's services, ascending.
        public let services: [Int]
        /// Distance from the whole in both dimensions together; 0: distributed alike.
        public let distance: Double
    }

    /// - Parameter sizes: Numbers of services; those above what there are count as all.
    /// - Returns: In the order of `sizes`; each is part of every larger one.
    public func samples(of trace: Trace, sizes: [Int]) -> [Sample] {
        let whole = TraceFeatures(trace, steps: self.comparedSteps)
        var stream = RandomStream(seed: self.seed, replication: 0, purpose: .sampling)
        var pool = Array(trace.services.indices)
        var chosen: [Int: Sample] = [:]
        for size in Set(sizes).sorted(by: >) {
            let sample = self.sample(min(size, pool.count), of: pool, whole, &stream)
            chosen[size] = sample
            pool = sample.services
        }
        return sizes.compactMap { chosen[$0] }
    }

    private func sample(_ size: Int, of pool: [Int], _ whole: TraceFeatures, _ stream: inout RandomStream) -> Sample {
        guard size < pool.count else { return Sample(services: pool, distance: whole.distance(of: pool)) }
        var best: Sample?
        for _ in 0..<self.attempts {
            var shuffled = pool
            // Only the first places are needed of a shuffle.
            for place in 0..<size { shuffled.swapAt(place, place + stream.below(shuffled.count - place)) }
            let services = shuffled.prefix(size).sorted()
            let distance = whole.distance(of: services)
            if let best, best.distance <= distance { continue }
            best = Sample(services: services, distance: distance)
        }
        return best ?? Sample(services: [], distance: .infinity)
    }
}

/// What samples are compared by: of each service its calls, and its calls times duration times memory, in some steps.
private struct TraceFeatures {
    /// By dimension, by step, by service.
    private var values: [[[Double]]] = []
    /// The same, sorted over services.
    private var sorted: [[[Double]]] = []
    /// The mean over services and steps of each dimension, which makes the two comparable.
    private var scales: [Double] = []

    init(_ trace: Trace, steps: Int) {
        let width: Double
        if case .counts(let counts) = trace.content { width = counts.stepSeconds } else { width = 60 }
        let counts = trace.counted(stepSeconds: width)
        let count = max(1, min(steps, counts.stepCount))
        let stride = max(1, counts.stepCount / count)
        var calls = [[Double]](repeating: [Double](repeating: 0, count: trace.services.count), count: count)
        for (service, steps) in counts.steps.enumerated() {
            for step in steps where Int(step.step) % stride == 0 && Int(step.step) / stride < count {
                calls[Int(step.step) / stride][service] = Double(step.calls)
            }
        }
        let weights = trace.services.map { ($0.duration(at: 0.5) ?? 1) * ($0.memoryMB ?? 1) }
        let work = calls.map { step in zip(step, weights).map { $0 * $1 } }
        self.values = [calls, work]
        self.sorted = self.values.map { $0.map { $0.sorted() } }
        self.scales = self.values.map { dimension in
            let sum = dimension.reduce(0) { $0 + $1.reduce(0, +) }
            return max(1e-12, sum / Double(max(1, dimension.count * trace.services.count)))
        }
    }

    /// The mean Wasserstein distance over steps and dimensions, each in units of its mean.
    func distance(of services: [Int]) -> Double {
        guard !services.isEmpty else { return .infinity }
        var sum = 0.0
        var compared = 0
        for (dimension, steps) in self.values.enumerated() {
            for (step, values) in steps.enumerated() {
                let sample = services.map { values[$0] }.sorted()
                sum += Self.wasserstein(sample, self.sorted[dimension][step]) / self.scales[dimension]
                compared += 1
            }
        }
        return sum / Double(max(1, compared))
    }

    /// The area between the quantile functions of two sorted samples.
    private static func wasserstein(_ left: [Double], _ right: [Double]) -> Double {
        var (i, j) = (0, 0)
        var position = 0.0
        var area = 0.0
        while i < left.count, j < right.count {
            let leftEnd = Double(i + 1) / Double(left.count)
            let rightEnd = Double(j + 1) / Double(right.count)
            let end = min(leftEnd, rightEnd)
            area += (end - position) * abs(left[i] - right[j])
            position = end
            if leftEnd <= end { i += 1 }
            if rightEnd <= end { j += 1 }
        }
        return area
    }
}
