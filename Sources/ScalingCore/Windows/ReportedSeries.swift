/// One kind of measurement of one revision, second by second, as its reporters tell it.
///
/// Time moves on with reports only: while nobody reports, averages stay what they were, neither sinking towards zero
/// nor rising because old seconds leave the window. Seconds that nobody reported are unknown, and averages leave them
/// out.
struct ReportedSeries: Sendable, Equatable {
    private var reporters: ReporterLevels
    private(set) var series: LoadSeries

    init(stableSeconds: Int, shortSeconds: Int, ageLimitSeconds: Int) {
        self.reporters = ReporterLevels(ageLimitSeconds: ageLimitSeconds)
        self.series = LoadSeries(stableSeconds: stableSeconds, shortSeconds: shortSeconds)
    }

    /// Takes in a report; one from before the newest second counts for that second.
    mutating func record(_ load: Double, from reporter: String, second: Int64) {
        let second = max(second, self.series.newest ?? .min)
        self.reporters.report(LoadUnits.units(of: load), from: reporter, second: second)
        self.series.advance(to: second)
        self.series.replaceNewest(self.reporters.total)
    }

    mutating func leave(_ reporter: String) {
        self.reporters.leave(reporter)
        self.series.replaceNewest(self.reporters.isEmpty ? nil : self.reporters.total)
    }

    /// Takes over other window lengths; what was recorded stays as far as it fits.
    mutating func resize(stableSeconds: Int, shortSeconds: Int, ageLimitSeconds: Int) {
        self.reporters.ageLimitSeconds = Int64(ageLimitSeconds)
        self.series = self.series.resized(stableSeconds: stableSeconds, shortSeconds: shortSeconds)
    }
}
