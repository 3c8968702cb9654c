import SimulationKit
import Timekeeping

/// Any process with its clock running faster: so many times as many arrivals, each as much closer to the next.
public struct HastenedProcess: ArrivalProcess {
    public var process: any ArrivalProcess
    public var factor: Double

    public init(_ process: any ArrivalProcess, factor: Double) {
        precondition(factor > 0, "a clock that runs \(factor) times as fast")
        self.process = process
        self.factor = factor
    }

    public var meanRate: Double? { self.process.meanRate.map { $0 * self.factor } }

    public func source(_ context: ArrivalContext) -> any ArrivalSource {
        var inner = context
        inner.horizon = MonotonicInstant(nanoseconds: Int64(Double(context.horizon.nanoseconds) * self.factor))
        return HastenedSource(source: self.process.source(inner), factor: self.factor)
    }
}

struct HastenedSource: ArrivalSource {
    var source: any ArrivalSource
    let factor: Double

    mutating func next() -> Arrival? {
        guard var arrival = self.source.next() else { return nil }
        arrival.at = MonotonicInstant(nanoseconds: Int64((Double(arrival.at.nanoseconds) / self.factor).rounded()))
        return arrival
    }
}
