extension KeepAliveName {
    private static let month = 30 * 86_400.0

    /// What the rule can be tuned with, in the order in which a reader wants to know it.
    public var parameters: [KeepAliveParameter] {
        switch self {
        case .fixed:
            [KeepAliveParameter("keep", 600, in: 0...Self.month, .seconds, "time without load until it is unloaded")]
        case .skiRental:
            [
                KeepAliveParameter(
                    "coldStartWorth",
                    600,
                    in: 0...Self.month,
                    .seconds,
                    "idle time that costs as much as one cold start"
                )
            ]
        case .hybridHistogram: Self.histogramParameters
        case .noUnload: []
        case .seasonalNaive:
            Self.forecastParameters + [
                Self.period,
                KeepAliveParameter("seasons", 2, in: 1...8, .count, "seasons looked back; the highest counts"),
            ]
        case .holtWinters:
            Self.forecastParameters + [
                Self.period,
                KeepAliveParameter("alpha", 0.3, in: 0.001...1, .factor, "how fast the level follows"),
                KeepAliveParameter("beta", 0.05, in: 0...1, .factor, "how fast the trend follows"),
                KeepAliveParameter("gamma", 0.2, in: 0...1, .factor, "how fast the season follows"),
                KeepAliveParameter("deviations", 1, in: 0...5, .factor, "standard deviations added to the forecast"),
            ]
        case .fft:
            Self.forecastParameters + [
                KeepAliveParameter("window", 60, in: 8...1440, .count, "steps that are looked at"),
                KeepAliveParameter("harmonics", 10, in: 1...100, .count, "slow waves that are kept"),
            ]
        case .markov:
            Self.forecastParameters
        case .movingAverage:
            Self.forecastParameters + [
                KeepAliveParameter("window", 10, in: 1...1440, .count, "steps that are averaged")
            ]
        }
    }

    private static let period = KeepAliveParameter(
        "period",
        86_400,
        in: 60...14 * 86_400,
        .seconds,
        "time after which the load repeats itself"
    )

    private static let forecastParameters = [
        KeepAliveParameter("keep", 120, in: 0...month, .seconds, "time without load until forecasts count"),
        KeepAliveParameter("step", 60, in: 1...3600, .seconds, "time that one forecast is for"),
        KeepAliveParameter("threshold", 0.5, in: 0.0001...1e6, .factor, "forecast load from which it is kept loaded"),
    ]

    private static let histogramParameters = [
        KeepAliveParameter("range", 14_400, in: 60...7 * 86_400, .seconds, "longest idle period that is told apart"),
        KeepAliveParameter("bin", 60, in: 1...3600, .seconds, "difference between idle periods that counts"),
        KeepAliveParameter(
            "minSamples",
            10,
            in: 0...100_000,
            .count,
            "idle periods to have seen before the histogram is believed"
        ),
        KeepAliveParameter("head", 0.05, in: 0...1, .factor, "share of idle periods allowed to end before it loads"),
        KeepAliveParameter("tail", 0.99, in: 0...1, .factor, "share of idle periods that it outlasts"),
        KeepAliveParameter("margin", 0.1, in: 0...0.9, .factor, "widening of the time between head and tail"),
        KeepAliveParameter(
            "variation",
            2,
            in: 0...1000,
            .factor,
            "coefficient of variation of the bins from which the histogram is believed"
        ),
        KeepAliveParameter(
            "outOfBounds",
            0.5,
            in: 0...1,
            .factor,
            "share of longer idle periods above which the next one is forecast instead"
        ),
        KeepAliveParameter("forecastMargin", 0.15, in: 0...0.9, .factor, "time kept before and after that forecast"),
        KeepAliveParameter(
            "memory",
            0,
            in: 0...1e9,
            .count,
            "idle periods after which older ones count half; 0: all count alike for ever"
        ),
    ]
}
