/// Level, trend and season of a series, each smoothed exponentially; the additive form.
struct HoltWintersSmoothing: Sendable, Equatable {
    /// The weight of the newest squared error.
    private static let errorGain = 0.05

    private let period: Int
    private let alpha: Double
    private let beta: Double
    private let gamma: Double
    private var level = 0.0
    private var trend = 0.0
    private var season: [Double] = []
    private var position = 0
    private var squaredError = 0.0
    /// The first two seasons, from which it begins; empty afterwards.
    private var seed: [Double] = []

    init(period: Int, alpha: Double, beta: Double, gamma: Double) {
        self.period = period
        self.alpha = alpha
        self.beta = beta
        self.gamma = gamma
    }

    private var isSeeded: Bool { !self.season.isEmpty }

    mutating func observe(_ value: Double) {
        guard self.isSeeded else {
            self.seed.append(value)
            if self.seed.count == 2 * self.period { self.begin() }
            return
        }
        let seasonal = self.season[self.position]
        let error = value - (self.level + self.trend + seasonal)
        self.squaredError += Self.errorGain * (error * error - self.squaredError)
        let before = self.level
        self.level = self.alpha * (value - seasonal) + (1 - self.alpha) * (before + self.trend)
        self.trend = self.beta * (self.level - before) + (1 - self.beta) * self.trend
        self.season[self.position] = self.gamma * (value - self.level) + (1 - self.gamma) * seasonal
        self.position = (self.position + 1) % self.period
    }

    func forecast(stepsAhead: Int, deviations: Double) -> Double? {
        guard self.isSeeded else { return nil }
        let seasonal = self.season[(self.position + stepsAhead - 1) % self.period]
        return self.level + Double(stepsAhead) * self.trend + seasonal + deviations * self.squaredError.squareRoot()
    }

    /// Two seasons from which the same forecasts follow, nearly: those of the seed, or those it would expect.
    var remembered: [Double] {
        guard self.isSeeded else { return self.seed }
        let last = (0..<self.period).map { self.level + self.season[(self.position + $0) % self.period] }
        return last.map { $0 - self.trend * Double(self.period) } + last
    }

    private mutating func begin() {
        let first = self.seed.prefix(self.period).reduce(0, +) / Double(self.period)
        let second = self.seed.suffix(self.period).reduce(0, +) / Double(self.period)
        self.trend = (second - first) / Double(self.period)
        // The level at the end of the second season, half a season after its middle.
        self.level = second + self.trend * Double(self.period) / 2
        self.season = (0..<self.period).map { step in
            let drift = self.trend * (Double(step) - Double(self.period - 1) / 2)
            let early = self.seed[step] - first - drift
            let late = self.seed[step + self.period] - second - drift
            return (early + late) / 2
        }
        self.seed = []
    }
}
