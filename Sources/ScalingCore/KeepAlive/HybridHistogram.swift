/// The hybrid histogram (Shahrad and others, ATC 2020), with a least number of samples.
///
/// Their test whether a histogram says anything, the variation of its bins, is passed by a single idle period, whose
/// variation is 15.5 with 240 bins. So a histogram is believed once it has seen `minSamples` idle periods as well.
struct HybridHistogram: Sendable, Equatable {
    private let configuration: KeepAliveConfiguration
    private let binSeconds: Double
    private let range: Double
    private(set) var histogram: IdleTimeHistogram
    private(set) var outOfBounds = 0
    private(set) var series = IdleTimeSeries()

    init(_ configuration: KeepAliveConfiguration) {
        self.configuration = configuration
        self.binSeconds = configuration["bin"]
        self.range = max(configuration["range"], configuration["bin"])
        self.histogram = IdleTimeHistogram(binCount: Int((self.range / self.binSeconds).rounded(.up)))
    }

    /// Idle periods that were seen.
    var samples: Int { self.histogram.count + self.outOfBounds }

    mutating func record(_ idleSeconds: Double) {
        self.series.append(idleSeconds)
        if idleSeconds >= self.range {
            self.outOfBounds += 1
        } else {
            self.histogram.record(bin: min(Int(max(0, idleSeconds) / self.binSeconds), self.histogram.binCount - 1))
        }
        let memory = self.configuration["memory"]
        if memory > 0, Double(self.samples) > memory, self.samples > 1 {
            self.histogram.halve()
            self.outOfBounds /= 2
        }
    }

    /// When to be loaded during the next idle period, and what says so.
    var verdict: (window: KeepAliveWindow, basis: KeepAlivePlan.Basis) {
        let standard = KeepAliveWindow(endSeconds: self.range)
        guard self.samples > 0 else { return (standard, .fewSamples(0)) }
        if Double(self.outOfBounds) / Double(self.samples) > self.configuration["outOfBounds"],
            let next = self.series.forecast
        {
            let margin = self.configuration["forecastMargin"]
            let window = KeepAliveWindow(prewarmSeconds: (1 - margin) * next, endSeconds: (1 + margin) * next)
            return (window, .forecastIdleTime(next))
        }
        guard Double(self.samples) >= self.configuration["minSamples"] else {
            return (standard, .fewSamples(self.samples))
        }
        guard self.histogram.variation >= self.configuration["variation"] else {
            return (standard, .noPattern(self.samples))
        }
        // Bins are counted first and made seconds last, so that a whole number of minutes stays one.
        let head = Double(self.histogram.firstBin(reaching: self.configuration["head"]))
        let tail = Double(self.histogram.firstBin(reaching: self.configuration["tail"]) + 1)
        let margin = self.configuration["margin"]
        let window = KeepAliveWindow(
            prewarmSeconds: (1 - margin) * head * self.binSeconds,
            endSeconds: (1 + margin) * tail * self.binSeconds
        )
        return (window, .histogram(self.samples))
    }

    /// Takes over what an earlier life had learned; what does not fit is left out.
    mutating func restore(bins: [(bin: Int, count: UInt32)], outOfBounds: Int, series: [Double]) {
        self.histogram = IdleTimeHistogram(binCount: self.histogram.binCount)
        var seen: Set<Int> = []
        for (bin, count) in bins where (0..<self.histogram.binCount).contains(bin) && seen.insert(bin).inserted {
            self.histogram.set(count, bin: bin)
        }
        self.outOfBounds = max(0, outOfBounds)
        self.series = IdleTimeSeries(seconds: series.filter { $0.isFinite && $0 >= 0 })
    }
}
