import Glibc

/// Answers rows, as fast as it can.
protocol Side {
    var name: String { get }

    /// What is not measured.
    func prepare(rows: Int) async throws

    /// Returns once so many rows are answered.
    func answer(rows: Int) async throws

    func close() async
}

/// What rows cost.
struct Measurement {
    var rowsPerSecond: Double
    /// Processor time of the whole process.
    var microsecondsPerRow: Double

    static func of(_ side: any Side, rows: Int) async throws -> Measurement {
        try await side.prepare(rows: rows)
        let clock = ContinuousClock()
        let (start, used) = (clock.now, Self.processorSeconds())
        try await side.answer(rows: rows)
        let seconds = (clock.now - start) / .seconds(1)
        return Measurement(
            rowsPerSecond: Double(rows) / seconds,
            microsecondsPerRow: (Self.processorSeconds() - used) * 1e6 / Double(rows)
        )
    }

    static func median(of measurements: [Measurement]) -> Measurement {
        func middle(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        return Measurement(
            rowsPerSecond: middle(measurements.map(\.rowsPerSecond)),
            microsecondsPerRow: middle(measurements.map(\.microsecondsPerRow))
        )
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
