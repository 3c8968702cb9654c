/// What each reporter said last, and how long ago.
///
/// Reporters are few (activators), so they stand in a list. A reporter that falls silent keeps its level until the age
/// limit. Then it is forgotten if another one reports, because its requests have gone there; if none does, the load as
/// a whole is not known.
struct ReporterLevels: Sendable, Equatable {
    private struct Reporter: Sendable, Equatable {
        let name: String
        /// Mean of the reports of `second`, in load units.
        var level: Int64
        var second: Int64
        var sum: Int64
        var reports: Int64
    }

    /// Reporters send every second; one that sent within so many seconds is alive.
    private static let freshSeconds: Int64 = 3

    var ageLimitSeconds: Int64
    /// Sum of the levels.
    private(set) var total: Int64 = 0
    private var reporters: [Reporter] = []
    /// No reporter can be too old before this second.
    private var nextDue = Int64.max
    private var newestReport = Int64.min

    init(ageLimitSeconds: Int) {
        self.ageLimitSeconds = Int64(max(1, ageLimitSeconds))
    }

    /// Takes in a report.
    ///
    /// - Returns: By how much the total of `second` changed.
    mutating func report(_ units: Int64, from name: String, second: Int64) -> Int64 {
        self.newestReport = max(self.newestReport, second)
        self.nextDue = min(self.nextDue, second + self.ageLimitSeconds + 1)
        guard let index = self.reporters.firstIndex(where: { $0.name == name }) else {
            self.reporters.append(Reporter(name: name, level: units, second: second, sum: units, reports: 1))
            self.total += units
            return units
        }
        // Two reports in one second are one that was late and one that was not: their mean is the second's load.
        let isSameSecond = self.reporters[index].second == second
        let sum = isSameSecond ? self.reporters[index].sum + units : units
        let reports = isSameSecond ? self.reporters[index].reports + 1 : 1
        let level = sum / reports
        let change = level - self.reporters[index].level
        self.reporters[index].level = level
        self.reporters[index].second = second
        self.reporters[index].sum = sum
        self.reporters[index].reports = reports
        self.total += change
        return change
    }

    /// Forgets a reporter that said goodbye.
    ///
    /// - Returns: By how much the total changed.
    mutating func leave(_ name: String) -> Int64 {
        guard let index = self.reporters.firstIndex(where: { $0.name == name }) else { return 0 }
        let level = self.reporters.remove(at: index).level
        self.total -= level
        return -level
    }

    /// The total at `second` with silent reporters held or forgotten, or `nil` when it is not known.
    mutating func level(at second: Int64) -> Int64? {
        guard !self.reporters.isEmpty else { return nil }
        guard second >= self.nextDue else { return self.total }
        let oldest = second - self.ageLimitSeconds
        let isAnyFresh = self.newestReport > second - Self.freshSeconds
        if isAnyFresh {
            self.reporters.removeAll { $0.second < oldest }
            self.total = self.reporters.reduce(0) { $0 + $1.level }
        }
        // The fresh report may be that of a reporter which has left since.
        guard let eldest = self.reporters.map(\.second).min() else { return nil }
        self.nextDue = eldest + self.ageLimitSeconds + 1
        return second < self.nextDue ? self.total : nil
    }
}
