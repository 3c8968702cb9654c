public import SimulationKit
import Timekeeping

/// Arrivals whose distances follow one law, independent of each other; with the exponential law a Poisson process.
public struct RenewalProcess: ArrivalProcess, Hashable {
    /// Seconds between arrivals.
    public var interarrival: Distribution

    public init(interarrival: Distribution) {
        self.interarrival = interarrival
    }

    /// A Poisson process of `rate` arrivals a second.
    public static func poisson(rate: Double) -> RenewalProcess {
        RenewalProcess(interarrival: .exponential(mean: 1 / rate))
    }

    public var meanRate: Double? { self.interarrival.mean.map { 1 / $0 } }

    public func source(_ context: ArrivalContext) -> any ArrivalSource {
        RenewalSource(interarrival: self.interarrival, stream: context.stream())
    }
}

struct RenewalSource: ArrivalSource {
    let interarrival: Distribution
    var stream: RandomStream
    var last = MonotonicInstant.zero

    mutating func next() -> Arrival? {
        self.last = self.last.advanced(byNanoseconds: self.interarrival.sampleNanoseconds(&self.stream))
        return Arrival(at: self.last)
    }
}
