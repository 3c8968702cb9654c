/// The rules by which a service without load may be kept loaded, by the names that users write.
public enum KeepAliveName: String, Sendable, Hashable, CaseIterable {
    case fixed
    case skiRental = "ski-rental"
    case hybridHistogram = "hybrid-histogram"
    case noUnload = "no-unload"
    case seasonalNaive = "seasonal-naive"
    case holtWinters = "holt-winters"
    case fft
    case markov
    case movingAverage = "moving-average"

    /// What the rule does, as one sentence of a list.
    public var meaning: String {
        switch self {
        case .fixed: "Unloads after a fixed time without load."
        case .skiRental:
            "Unloads once being idle has cost as much as the next cold start will: at most twice the cheapest."
        case .hybridHistogram:
            "Learns how long idle periods last, unloads in between and loads again shortly before the next request."
        case .noUnload: "Never unloads what was loaded once."
        case .seasonalNaive: "Expects at each time of the day what the days before had at that time."
        case .holtWinters: "Follows level, trend and season of the load and is ready for its upper quantile."
        case .fft: "Continues the slow waves of the last hour."
        case .markov: "Learns which level of load follows which."
        case .movingAverage: "Expects what the last steps had on average."
        }
    }
}
