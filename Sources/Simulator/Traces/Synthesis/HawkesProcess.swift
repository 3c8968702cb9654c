import SimulationKit
import Timekeeping

/// Arrivals that bring more arrivals: each one causes `branching` others on average, soon after.
public struct HawkesProcess: ArrivalProcess, Hashable {
    /// Arrivals a second that nobody caused.
    public var baseRate: Double
    /// From 0, a Poisson process, to just below 1, endless storms.
    public var branching: Double
    /// How long on average an arrival waits for one that it causes.
    public var meanDelaySeconds: Double

    public init(baseRate: Double, branching: Double, meanDelaySeconds: Double) {
        precondition(
            baseRate > 0 && (0..<1).contains(branching) && meanDelaySeconds > 0,
            "a Hawkes process of \(baseRate), \(branching) and \(meanDelaySeconds)"
        )
        self.baseRate = baseRate
        self.branching = branching
        self.meanDelaySeconds = meanDelaySeconds
    }

    public var meanRate: Double? { self.baseRate / (1 - self.branching) }

    public func source(_ context: ArrivalContext) -> any ArrivalSource {
        HawkesSource(process: self, stream: context.stream())
    }
}

/// Ogata's thinning: between arrivals the rate only falls, so the present one bounds the next gap.
struct HawkesSource: ArrivalSource {
    let process: HawkesProcess
    var stream: RandomStream
    private var now = 0.0
    /// What earlier arrivals add to the rate at `now`.
    private var excited = 0.0

    init(process: HawkesProcess, stream: RandomStream) {
        self.process = process
        self.stream = stream
    }

    mutating func next() -> Arrival? {
        while true {
            let bound = self.process.baseRate + self.excited
            let gap = -ElementaryFunctions.log(self.stream.uniform()) / bound
            self.now += gap
            self.excited *= ElementaryFunctions.exp(-gap / self.process.meanDelaySeconds)
            guard self.stream.uniform() * bound <= self.process.baseRate + self.excited else { continue }
            self.excited += self.process.branching / self.process.meanDelaySeconds
            return Arrival(at: .seconds(self.now))
        }
    }
}
