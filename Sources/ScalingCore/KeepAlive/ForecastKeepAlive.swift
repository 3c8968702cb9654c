import Timekeeping

/// Keeps a service loaded while load is forecast for the next steps.
struct ForecastKeepAlive: Sendable, Equatable {
    struct Outlook: Equatable {
        let isWarm: Bool
        /// The highest forecast among the steps that matter; `nil` while too little was seen.
        let load: Double?
        let changesInSeconds: Double?
    }

    /// Of a long silence so many steps are taken in, longer than any season.
    private static let mostSteps = 40_000

    private(set) var forecaster: LoadForecaster
    private let stepSeconds: Double
    private let threshold: Double
    private let keepSeconds: Double
    /// The step that is going on, counted from the origin of the clock; `nil` before the first load.
    private(set) var step: Int64?
    private var highest = 0.0
    private var quietSteps = 0

    init(_ configuration: KeepAliveConfiguration) {
        self.stepSeconds = configuration["step"]
        self.threshold = configuration["threshold"]
        self.keepSeconds = configuration["keep"]
        self.forecaster = LoadForecaster(configuration.forecastMethod)
    }

    /// Whether there was load in the step that is going on.
    var isBusy: Bool { self.highest > 0 }

    /// The steps that forecasts are made of, the one that is going on included, the oldest first.
    var remembered: [Double] { self.forecaster.remembered + (self.step == nil ? [] : [self.highest]) }

    mutating func observe(_ load: Double, at now: MonotonicInstant) {
        self.advance(to: now)
        self.highest = max(self.highest, load)
    }

    /// Steps that lie behind `now` are over and go into the forecast.
    private mutating func advance(to now: MonotonicInstant) {
        let present = Int64((now.seconds(since: .zero) / self.stepSeconds).rounded(.down))
        guard let step = self.step else {
            self.step = present
            return
        }
        guard present > step else { return }
        for index in 0..<min(present - step, Int64(Self.mostSteps)) {
            let load = index == 0 ? self.highest : 0
            self.forecaster.observe(load)
            self.quietSteps = load > 0 ? 0 : self.quietSteps + 1
        }
        self.highest = 0
        self.step = present
    }

    mutating func outlook(at now: MonotonicInstant, idleSeconds: Double, leadSeconds: Double) -> Outlook {
        self.advance(to: now)
        // The step that is going on is the first that a forecast is for.
        let steps = 1 + Int((max(0, leadSeconds) / self.stepSeconds).rounded(.up))
        var load: Double?
        for ahead in 1...min(max(1, steps), 1000) {
            guard let forecast = self.forecaster.forecast(stepsAhead: ahead) else { break }
            load = max(load ?? forecast, forecast)
        }
        if idleSeconds < self.keepSeconds {
            return Outlook(isWarm: true, load: load, changesInSeconds: max(1e-3, self.keepSeconds - idleSeconds))
        }
        let passed = now.seconds(since: .zero).truncatingRemainder(dividingBy: self.stepSeconds)
        let isForgotten = self.forecaster.forgetsAfterSteps.map { self.quietSteps > $0 } ?? false
        return Outlook(
            isWarm: (load ?? 0) >= self.threshold,
            load: load,
            changesInSeconds: isForgotten ? nil : max(1e-3, self.stepSeconds - passed)
        )
    }

    /// Takes over the steps of an earlier life, and the silence since.
    mutating func restore(steps: [Double], silentSteps: Int, at now: MonotonicInstant) {
        for load in steps { self.forecaster.observe(load) }
        for _ in 0..<min(max(0, silentSteps), Self.mostSteps) { self.forecaster.observe(0) }
        self.step = Int64((now.seconds(since: .zero) / self.stepSeconds).rounded(.down))
        self.highest = 0
    }
}

extension KeepAliveConfiguration {
    /// The forecast that the rule rests on.
    public var forecastMethod: ForecastMethod {
        func steps(_ parameter: String) -> Int { max(1, Int((self[parameter] / max(1, self["step"])).rounded())) }
        return switch self.name {
        case .holtWinters:
            .holtWinters(
                period: steps("period"),
                alpha: self["alpha"],
                beta: self["beta"],
                gamma: self["gamma"],
                deviations: self["deviations"]
            )
        case .fft: .spectral(window: Int(self["window"]), harmonics: Int(self["harmonics"]))
        case .markov: .markov
        case .movingAverage: .movingAverage(window: Int(self["window"]))
        case .seasonalNaive, .fixed, .skiRental, .hybridHistogram, .noUnload:
            .seasonalNaive(period: steps("period"), seasons: max(1, Int(self["seasons"])))
        }
    }
}
