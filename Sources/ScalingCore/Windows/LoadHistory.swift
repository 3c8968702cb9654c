import Timekeeping

/// The load of one revision: what policy `pilotlight` decides upon.
struct LoadHistory: Sendable, Equatable {
    /// Reports come every second: among so many seconds is one that had them all, and silence for longer is no delay.
    private static let latestSeconds: Int64 = 3

    private var load: ReportedSeries
    /// Arrivals beside concurrency, from which follows how long a request takes; `nil` when they are the load.
    private var arrivals: ReportedSeries?
    var trail: ShortWindowTrail
    private var lastLoadedSecond: Int64?
    private let metric: ScalingMetric
    private var aggregation: WindowAggregation
    private var ageLimitSeconds: Int64

    init(_ configuration: ScalingConfiguration) {
        let series = ReportedSeries(
            stableSeconds: configuration.stableWindowSeconds,
            shortSeconds: configuration.shortWindowSeconds,
            ageLimitSeconds: configuration.reportAgeLimitSeconds
        )
        self.load = series
        self.arrivals = configuration.metric == .rps ? nil : series
        self.trail = ShortWindowTrail(
            peakSeconds: configuration.stableWindowSeconds,
            lowSeconds: configuration.shortWindowSeconds
        )
        self.metric = configuration.metric
        self.aggregation = configuration.aggregation
        self.ageLimitSeconds = Int64(configuration.reportAgeLimitSeconds)
    }

    mutating func record(_ sample: LoadSample, from reporter: String, at now: MonotonicInstant) {
        let second = now.wholeSeconds
        // A second is over when the next one brings a report; only then is its average final.
        if let newest = self.load.series.newest, second > newest,
            let short = self.load.series.shortAverage(self.aggregation)
        {
            self.trail.record(short, second: newest)
        }
        let load = sample.value(of: self.metric)
        self.load.record(load, from: reporter, second: second)
        self.arrivals?.record(sample.value(of: .rps), from: reporter, second: second)
        if load > 0 { self.lastLoadedSecond = max(second, self.lastLoadedSecond ?? .min) }
    }

    mutating func leave(_ reporter: String) {
        self.load.leave(reporter)
        self.arrivals?.leave(reporter)
    }

    /// When a report last told of load, to the second; `nil` when none ever did.
    var lastLoaded: MonotonicInstant? { self.lastLoadedSecond.map(MonotonicInstant.init(wholeSeconds:)) }

    /// Whether there are reports of late, and none that counts yet was of more than `most`.
    func isKnown(at now: MonotonicInstant, within most: Double) -> Bool {
        guard let newest = self.load.series.newest, now.wholeSeconds - newest < Self.latestSeconds else { return false }
        return self.load.series.highest.map { $0 <= most } ?? false
    }

    /// The averages at `now`, or `nil` when the load is not known.
    func read(at now: MonotonicInstant) -> LoadReading? {
        guard let newest = self.load.series.newest, now.wholeSeconds - newest <= self.ageLimitSeconds,
            let stable = self.load.series.stableAverage(self.aggregation),
            let short = self.load.series.shortAverage(self.aggregation),
            let latest = self.load.series.most(ofLast: Self.latestSeconds)
        else { return nil }
        let isLoaded = self.load.series[newest] ?? 0 > 0
        return LoadReading(
            stable: stable,
            short: short,
            latest: latest,
            arrivals: self.arrivals?.series.shortAverage(.linear),
            latestArrivals: self.arrivals?.series.most(ofLast: Self.latestSeconds),
            lastLoaded: isLoaded ? now : self.lastLoadedSecond.map(MonotonicInstant.init(wholeSeconds:)),
            isHeld: now.wholeSeconds - newest >= Self.latestSeconds
        )
    }

    /// Takes over changed settings; what was recorded stays as far as it fits.
    mutating func reconfigure(_ configuration: ScalingConfiguration) {
        guard configuration.metric == self.metric else {
            // Numbers of another unit: begin anew, and hold the scale until the first report.
            self = LoadHistory(configuration)
            return
        }
        let stable = configuration.stableWindowSeconds
        let short = configuration.shortWindowSeconds
        let ageLimit = configuration.reportAgeLimitSeconds
        self.load.resize(stableSeconds: stable, shortSeconds: short, ageLimitSeconds: ageLimit)
        self.arrivals?.resize(stableSeconds: stable, shortSeconds: short, ageLimitSeconds: ageLimit)
        self.trail.resize(peakSeconds: stable, lowSeconds: short)
        self.aggregation = configuration.aggregation
        self.ageLimitSeconds = Int64(ageLimit)
    }
}

extension ScalingConfiguration {
    /// The panic window, which cannot be longer than the stable one.
    var shortWindowSeconds: Int { min(self.panicWindowSeconds, self.stableWindowSeconds) }
}
