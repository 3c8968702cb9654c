/// Forecasts the load of coming steps; a value that is told the load of one step after another.
public struct LoadForecaster: Sendable, Equatable {
    public let method: ForecastMethod
    private var history: StepHistory
    private var smoothing: HoltWintersSmoothing?
    private var chain: LoadChain?
    private var filter: SpectralFilter?

    /// Steps from which a later life learns its chain anew.
    private static let chainMemory = 10_080

    public init(_ method: ForecastMethod) {
        self.method = method
        switch method {
        case .seasonalNaive(let period, let seasons):
            self.history = StepHistory(capacity: max(1, period) * max(1, seasons))
        case .holtWinters(let period, let alpha, let beta, let gamma, _):
            self.history = StepHistory(capacity: 1)
            self.smoothing = HoltWintersSmoothing(period: max(1, period), alpha: alpha, beta: beta, gamma: gamma)
        case .spectral(let window, let harmonics):
            self.history = StepHistory(capacity: max(2, window))
            self.filter = SpectralFilter(window: max(2, window), harmonics: harmonics)
        case .markov:
            self.history = StepHistory(capacity: Self.chainMemory)
            self.chain = LoadChain()
        case .movingAverage(let window):
            self.history = StepHistory(capacity: max(1, window))
        }
    }

    /// The next step is over and had this load.
    public mutating func observe(_ load: Double) {
        self.smoothing?.observe(load)
        self.chain?.observe(load)
        self.history.append(load)
    }

    /// The load expected so many steps after the last one that was observed; `nil` while too little was seen.
    public func forecast(stepsAhead: Int) -> Double? {
        precondition(stepsAhead > 0, "a forecast \(stepsAhead) steps ahead")
        switch self.method {
        case .seasonalNaive(let period, let seasons):
            return self.seasonal(period: max(1, period), seasons: max(1, seasons), stepsAhead)
        case .holtWinters(_, _, _, _, let deviations):
            return self.smoothing?.forecast(stepsAhead: stepsAhead, deviations: deviations).map { max(0, $0) }
        case .spectral:
            return self.filter?.forecast(self.history, stepsAhead: stepsAhead).map { max(0, $0) }
        case .markov:
            return self.chain?.forecast(stepsAhead: stepsAhead)
        case .movingAverage:
            guard self.history.count > 0 else { return nil }
            return self.history.ordered.reduce(0, +) / Double(self.history.count)
        }
    }

    /// Steps that must have been without load for every later forecast to be zero; `nil`: there is no such number.
    var forgetsAfterSteps: Int? {
        switch self.method {
        case .seasonalNaive, .movingAverage, .spectral: self.history.capacity
        case .holtWinters, .markov: nil
        }
    }

    private func seasonal(period: Int, seasons: Int, _ stepsAhead: Int) -> Double? {
        let offset = (stepsAhead - 1) % period
        var highest: Double?
        for season in 1...seasons {
            guard let value = self.history.value(stepsBack: season * period - 1 - offset) else { break }
            highest = max(highest ?? value, value)
        }
        return highest
    }

    // MARK: What it learned

    /// The steps it remembers, the oldest first, as far as they suffice to learn everything anew.
    var remembered: [Double] { self.smoothing?.remembered ?? self.history.ordered }
}
