public import ScalingCore

/// The comparison of keep-alive rules that the literature makes: cold starts of the third quartile against memory.
public struct PolicyTable: Sendable, Equatable {
    public struct Row: Sendable, Equatable {
        /// As `hybrid240_min10`: the name of the reference values.
        public let name: String
        public let configuration: KeepAliveConfiguration
        public let thirdQuartileColdPercent: Double
        /// Loaded and idle time in per cent of what keeping everything for ten minutes takes.
        public let wastePercent: Double
        public let alwaysColdPercent: Double
    }

    public let rows: [Row]

    /// The rules of the reference values.
    public static let standardRules: [(name: String, configuration: KeepAliveConfiguration)] = {
        let fixed = [5, 10, 20, 30, 45, 60, 90, 120, 240].map { minutes in
            ("fixed_\(minutes)", KeepAliveConfiguration(.fixed, parameters: ["keep": Double(60 * minutes)]))
        }
        let hybrid = [(240, 0), (240, 2), (240, 5), (240, 10), (240, 20), (120, 10)].map { minutes, samples in
            (
                "hybrid\(minutes)_min\(samples)",
                KeepAliveConfiguration(
                    .hybridHistogram,
                    parameters: ["range": Double(60 * minutes), "minSamples": Double(samples)]
                )
            )
        }
        return fixed + [("no_unload", KeepAliveConfiguration(.noUnload))] + hybrid
    }()

    public init(
        counts: TraceCounts,
        rules: [(name: String, configuration: KeepAliveConfiguration)] = standardRules
    ) {
        let study = KeepAliveStudy(counts: counts)
        let tenMinutes = study.outcome(of: KeepAliveConfiguration(.fixed, parameters: ["keep": 600])).wastedSeconds
        self.rows = rules.map { name, configuration in
            let outcome = study.outcome(of: configuration)
            let functions = Double(max(1, outcome.coldPercents.count))
            return Row(
                name: name,
                configuration: configuration,
                thirdQuartileColdPercent: outcome.thirdQuartileColdPercent,
                wastePercent: tenMinutes > 0 ? 100 * outcome.wastedSeconds / tenMinutes : 0,
                alwaysColdPercent: 100 * Double(outcome.alwaysCold) / functions
            )
        }
    }
}
