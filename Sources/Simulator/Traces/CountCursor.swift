import SimulationKit
import Timekeeping

/// Turns calls that were counted by step into single arrivals, one step at a time.
struct CountCursor: ArrivalSource {
    private let steps: [TraceCounts.Step]
    private let stepNanoseconds: Double
    private let profile: TraceService?
    private let replay: TraceReplay
    private var stream: RandomStream
    private var sizes: RandomStream
    /// For equidistant calls: where in its distance the first one lies, from 0 to 1.
    private let shift: Double
    private var nextStep = 0
    /// Moments of the step in hand, the last one first, so that taking one moves nothing.
    private var moments: [Int64] = []

    init(
        steps: [TraceCounts.Step],
        stepSeconds: Double,
        profile: TraceService?,
        replay: TraceReplay,
        stream: RandomStream,
        sizes: RandomStream
    ) {
        self.steps = steps
        self.stepNanoseconds = stepSeconds * 1e9 / replay.timeFactor
        self.profile = profile
        self.replay = replay
        self.stream = stream
        self.sizes = sizes
        self.shift = self.stream.uniform()
    }

    mutating func next() -> Arrival? {
        while self.moments.isEmpty {
            guard self.nextStep < self.steps.count else { return nil }
            self.place(self.steps[self.nextStep])
            self.nextStep += 1
        }
        var arrival = Arrival(at: MonotonicInstant(nanoseconds: self.moments.removeLast()))
        if self.replay.usesDurations, let milliseconds = self.profile?.duration(at: self.sizes.uniform()) {
            arrival.workNanoseconds = Int64((milliseconds * 1e6).rounded())
        }
        return arrival
    }

    private mutating func place(_ step: TraceCounts.Step) {
        var count = Int(step.calls)
        if self.replay.rateFactor != 1 {
            // Whole calls now, the rest by chance, so that the sum is right in the long run.
            let wanted = Double(count) * self.replay.rateFactor
            count = Int(wanted) + (self.stream.uniform() < wanted - wanted.rounded(.down) ? 1 : 0)
        }
        guard count > 0 else { return }
        let start = Double(step.step) * self.stepNanoseconds
        var shares: [Double]
        switch self.replay.placement {
        case .start: shares = [Double](repeating: 0, count: count)
        case .equidistant: shares = (0..<count).map { (Double($0) + self.shift) / Double(count) }
        case .uniform: shares = (0..<count).map { _ in self.stream.uniform() }.sorted()
        case .exponential: shares = self.exponentialShares(count)
        }
        shares.reverse()
        self.moments = shares.map { Int64((start + $0 * self.stepNanoseconds).rounded(.down)) }
    }

    /// Sums of exponential distances, stretched to the step; the distance behind the last one counts as well.
    private mutating func exponentialShares(_ count: Int) -> [Double] {
        var sum = 0.0
        var sums: [Double] = []
        sums.reserveCapacity(count)
        for _ in 0..<count {
            sum -= ElementaryFunctions.log(self.stream.uniform())
            sums.append(sum)
        }
        sum -= ElementaryFunctions.log(self.stream.uniform())
        return sums.map { $0 / sum }
    }
}
