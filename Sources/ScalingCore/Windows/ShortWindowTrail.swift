/// Where the short window's average has been lately: its peaks, and what it did not fall below.
struct ShortWindowTrail: Sendable, Equatable {
    private var peaks: MaximumWindow
    /// Negated, so that their maximum is the lowest.
    private var lows: MaximumWindow

    /// - Parameters:
    ///   - peakSeconds: How far back a peak can be asked for.
    ///   - lowSeconds: The span of which the lowest average counts.
    init(peakSeconds: Int, lowSeconds: Int) {
        self.peaks = MaximumWindow(length: max(1, peakSeconds))
        self.lows = MaximumWindow(length: max(1, lowSeconds))
    }

    /// Takes in the average of a second.
    mutating func record(_ average: Double, second: Int64) {
        let units = LoadUnits.units(of: average)
        self.peaks.record(units, slot: second)
        self.lows.record(-units, slot: second)
    }

    /// Takes in what is needed for another reason than the average, and what shall therefore be kept.
    mutating func recordNeed(_ load: Double, second: Int64) {
        self.peaks.record(LoadUnits.units(of: load), slot: second)
    }

    /// The highest of the last `seconds`, the one that `second` names included; zero when nothing is known.
    func peak(over seconds: Double, at second: Int64) -> Double {
        let slots = ReplicaCount.saturating(max(1, seconds.rounded(.up)))
        return self.peaks.maximum(at: second, over: slots).map(LoadUnits.load(of:)) ?? 0
    }

    /// What the average did not fall below for a whole short window, or since there are averages.
    func sustained(at second: Int64) -> Double {
        self.lows.maximum(at: second).map { LoadUnits.load(of: -$0) } ?? 0
    }

    mutating func resize(peakSeconds: Int, lowSeconds: Int) {
        self.peaks.resize(to: max(1, peakSeconds))
        self.lows.resize(to: max(1, lowSeconds))
    }
}
