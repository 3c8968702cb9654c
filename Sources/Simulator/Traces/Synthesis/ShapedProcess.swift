import Timekeeping

/// Arrivals of a process whose clock runs faster when there is much to do: any process, with a day or a week to it.
///
/// The moments of the inner process are read on a clock that advances with the shape, so a Poisson process stays one
/// with a changing rate, and bursts stay bursts.
public struct ShapedProcess: ArrivalProcess {
    public var process: any ArrivalProcess
    public var shape: RateShape
    /// Where in the shape's period the run begins.
    public var offsetSeconds: Double

    public init(_ process: any ArrivalProcess, shape: RateShape, offsetSeconds: Double = 0) {
        self.process = process
        self.shape = shape
        self.offsetSeconds = offsetSeconds
    }

    public var meanRate: Double? { self.process.meanRate }

    public func source(_ context: ArrivalContext) -> any ArrivalSource {
        var inner = context
        // Of the shape's clock at most so much passes: its fastest part all the time.
        let fastest = self.shape.factors.max() ?? 1
        inner.horizon = MonotonicInstant(nanoseconds: Int64(Double(context.horizon.nanoseconds) * max(1, fastest)))
        return ShapedSource(self.process.source(inner), shape: self.shape, offsetSeconds: self.offsetSeconds)
    }
}

struct ShapedSource: ArrivalSource {
    private var source: any ArrivalSource
    private let factors: [Double]
    private let partSeconds: Double
    private var part: Int
    /// When the present part ends, on both clocks, in seconds.
    private var partEnd: Double
    private var innerPartEnd: Double

    init(_ source: any ArrivalSource, shape: RateShape, offsetSeconds: Double) {
        self.source = source
        self.factors = shape.factors
        self.partSeconds = shape.periodSeconds / Double(shape.factors.count)
        var offset = offsetSeconds.truncatingRemainder(dividingBy: shape.periodSeconds)
        if offset < 0 { offset += shape.periodSeconds }
        let part = min(Int(offset / self.partSeconds), shape.factors.count - 1)
        self.part = part
        self.partEnd = Double(part + 1) * self.partSeconds - offset
        self.innerPartEnd = self.partEnd * shape.factors[part]
    }

    mutating func next() -> Arrival? {
        guard var arrival = self.source.next() else { return nil }
        let inner = arrival.at.seconds(since: .zero)
        while inner > self.innerPartEnd {
            self.part = (self.part + 1) % self.factors.count
            self.partEnd += self.partSeconds
            self.innerPartEnd += self.partSeconds * self.factors[self.part]
        }
        // A part without requests has no moment that could be meant.
        let factor = self.factors[self.part]
        let untilEnd = factor > 0 ? (self.innerPartEnd - inner) / factor : 0
        arrival.at = .seconds(self.partEnd - untilEnd)
        return arrival
    }
}
