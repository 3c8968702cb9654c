import Timekeeping

/// The load of one revision, second by second, as its reporters tell it: what policy `pilotlight` decides upon.
///
/// A second in which a reporter said nothing holds what it said before; see `ReporterLevels` for when that ends.
struct LoadHistory: Sendable, Equatable {
    private var reporters: ReporterLevels
    private var series: LoadSeries
    var trail: ShortWindowTrail
    /// The newest second with load; `nil` when there never was any.
    private var lastLoadedSecond: Int64?
    private var aggregation: WindowAggregation

    init(_ configuration: ScalingConfiguration) {
        let short = min(configuration.panicWindowSeconds, configuration.stableWindowSeconds)
        self.reporters = ReporterLevels(ageLimitSeconds: configuration.reportAgeLimitSeconds)
        self.series = LoadSeries(stableSeconds: configuration.stableWindowSeconds, shortSeconds: short)
        self.trail = ShortWindowTrail(peakSeconds: configuration.stableWindowSeconds, lowSeconds: short)
        self.aggregation = configuration.aggregation
    }

    mutating func record(_ load: Double, from reporter: String, at now: MonotonicInstant) {
        let second = max(now.wholeSeconds, self.series.newest ?? .min)
        self.advance(to: second)
        _ = self.reporters.report(LoadUnits.units(of: load), from: reporter, second: second)
        self.series.replaceNewest(self.reporters.level(at: second))
        if load > 0 { self.lastLoadedSecond = second }
    }

    mutating func leave(_ reporter: String, at now: MonotonicInstant) {
        self.advance(to: max(now.wholeSeconds, self.series.newest ?? .min))
        _ = self.reporters.leave(reporter)
        if let newest = self.series.newest { self.series.replaceNewest(self.reporters.level(at: newest)) }
    }

    /// The averages at `now`, or `nil` when the load is not known.
    mutating func read(at now: MonotonicInstant) -> LoadReading? {
        guard let newest = self.series.newest else { return nil }
        let second = max(now.wholeSeconds, newest)
        self.advance(to: second)
        guard let latest = self.series[second],
            let stable = self.series.stableAverage(self.aggregation),
            let short = self.series.shortAverage(self.aggregation)
        else { return nil }
        if latest > 0 { self.lastLoadedSecond = second }
        return LoadReading(
            stable: stable,
            short: short,
            lastLoaded: self.lastLoadedSecond.map(MonotonicInstant.init(wholeSeconds:))
        )
    }

    /// Remembers a need that the averages do not show, so that it is held as long as a peak of them would be.
    mutating func recordNeed(_ load: Double, at now: MonotonicInstant) {
        self.trail.recordNeed(load, second: now.wholeSeconds)
    }

    /// Takes over changed settings; what was recorded stays as far as it fits.
    mutating func reconfigure(_ configuration: ScalingConfiguration) {
        var resized = LoadHistory(configuration)
        resized.reporters = self.reporters
        resized.reporters.ageLimitSeconds = Int64(max(1, configuration.reportAgeLimitSeconds))
        resized.trail = self.trail
        resized.trail.resize(
            peakSeconds: configuration.stableWindowSeconds,
            lowSeconds: resized.series.shortSeconds
        )
        resized.lastLoadedSecond = self.lastLoadedSecond
        if let newest = self.series.newest {
            let kept = Int64(min(self.series.stableSeconds, resized.series.stableSeconds))
            for second in (newest - kept + 1)...newest { resized.series.append(self.series[second], second: second) }
        }
        self = resized
    }

    /// Fills the seconds up to `second` with what is held, and takes the completed ones into the trail.
    private mutating func advance(to second: Int64) {
        guard let newest = self.series.newest else {
            self.series.append(nil, second: second)
            return
        }
        guard second > newest else { return }
        // Beyond the window every second falls out again.
        let first = max(newest + 1, second - Int64(self.series.stableSeconds) + 1)
        if first > newest + 1 {
            self.complete()
            self.series = self.series.emptied()
        }
        for next in first...second {
            self.complete()
            self.series.append(self.reporters.level(at: next), second: next)
        }
    }

    private mutating func complete() {
        guard let newest = self.series.newest, let value = self.series[newest],
            let short = self.series.shortAverage(self.aggregation)
        else { return }
        self.trail.record(short, second: newest)
        if value > 0 { self.lastLoadedSecond = newest }
    }
}
