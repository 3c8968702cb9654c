import ScalingCore

extension PolicyCatalogue {
    /// What others do and what papers propose: yardsticks, and candidates for production.
    public static let literature = PolicyCatalogue(
        [
            KeepAliveScalingPolicy.factory(.fixed), KeepAliveScalingPolicy.factory(.skiRental),
            KeepAliveScalingPolicy.factory(.hybridHistogram), KeepAliveScalingPolicy.factory(.noUnload),
            PredictivePolicy.factory(.seasonalNaive), PredictivePolicy.factory(.holtWinters),
            PredictivePolicy.factory(.fft), PredictivePolicy.factory(.markov), PredictivePolicy.factory(.movingAverage),
            WarmPoolPolicy.factory, GreedyDualPolicy.factory, HorizontalPolicy.factory, TwoLoopPolicy.factory,
            OraclePolicy.factory, SubprocessPolicy.factory,
        ]
    )
}
