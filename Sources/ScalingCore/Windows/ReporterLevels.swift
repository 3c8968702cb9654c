/// What each reporter said last, and when.
///
/// Reporters are few (activators), so they stand in a list. One that falls silent while others report keeps its level
/// until the age limit, so that silence does not read as a drop; then it is forgotten, because its requests have gone
/// to the others.
struct ReporterLevels: Sendable, Equatable {
    private struct Reporter: Sendable, Equatable {
        let name: String
        /// Mean of the reports of `second`, in load units.
        var level: Int64
        var second: Int64
        var sum: Int64
        var reports: Int64
    }

    var ageLimitSeconds: Int64
    /// Sum of the levels.
    private(set) var total: Int64 = 0
    private var reporters: [Reporter] = []
    /// No reporter is too old before this second.
    private var nextDue = Int64.max

    init(ageLimitSeconds: Int) {
        self.ageLimitSeconds = Int64(ageLimitSeconds)
    }

    var isEmpty: Bool { self.reporters.isEmpty }

    /// Takes in a report and forgets who has been silent for too long by then.
    mutating func report(_ units: Int64, from name: String, second: Int64) {
        if let index = self.reporters.firstIndex(where: { $0.name == name }) {
            self.update(index, units, second)
        } else {
            self.reporters.append(Reporter(name: name, level: units, second: second, sum: units, reports: 1))
            self.total += units
            self.nextDue = min(self.nextDue, second + self.ageLimitSeconds + 1)
        }
        guard second >= self.nextDue else { return }
        self.reporters.removeAll { second - $0.second > self.ageLimitSeconds }
        self.total = self.reporters.reduce(0) { $0 + $1.level }
        let eldest = self.reporters.lazy.map(\.second).min() ?? second
        self.nextDue = eldest + self.ageLimitSeconds + 1
    }

    /// Forgets a reporter that said goodbye.
    mutating func leave(_ name: String) {
        guard let index = self.reporters.firstIndex(where: { $0.name == name }) else { return }
        self.total -= self.reporters.remove(at: index).level
    }

    private mutating func update(_ index: Int, _ units: Int64, _ second: Int64) {
        var reporter = self.reporters[index]
        // Two reports in one second are one that was late and one that was not: their mean is the second's load.
        let isSameSecond = reporter.second == second
        reporter.sum = isSameSecond ? reporter.sum + units : units
        reporter.reports = isSameSecond ? reporter.reports + 1 : 1
        reporter.second = second
        let level = reporter.sum / reporter.reports
        self.total += level - reporter.level
        reporter.level = level
        self.reporters[index] = reporter
    }
}
