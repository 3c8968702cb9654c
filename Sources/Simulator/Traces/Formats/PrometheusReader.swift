import StructuredData

/// Reads the answer of `query_range`: a matrix of series, one service each.
///
/// A series whose name ends in `_total`, `_count` or `_sum`, or that nobody named, counts up and is told apart from its
/// resets; any other is a rate a second.
struct PrometheusReader {
    private let file: String
    private var problems = TraceProblems()

    init(file: String) {
        self.file = file
    }

    /// What came out of the file: counts by step, and when the first step began.
    struct Outcome {
        var services: [TraceService]
        var counts: TraceCounts
        var startUnixSeconds: Double
        var problems: TraceProblems
    }

    private struct Series {
        var name: String
        var isCounter: Bool
        var points: [(time: Double, value: Double)]
    }

    mutating func read(_ json: JSONValue) throws(TraceError) -> Outcome {
        guard json["status"]?.stringValue ?? "success" == "success" else {
            throw TraceError(path: self.file, detail: "is the answer to a query that failed")
        }
        guard let result = (json["data"]?["result"] ?? json["result"])?.arrayValue,
            json["data"]?["resultType"]?.stringValue ?? "matrix" == "matrix"
        else {
            throw TraceError(
                path: self.file,
                detail: "holds no matrix",
                hint: "export the answer of /api/v1/query_range"
            )
        }
        let series = result.enumerated().compactMap { self.series($1, number: $0) }
        let times = series.flatMap { $0.points.map(\.time) }
        guard let start = times.min(), let end = times.max(), end > start else {
            throw TraceError(path: self.file, detail: "holds fewer than two moments")
        }
        let gaps = series.flatMap { zip($0.points, $0.points.dropFirst()).map { $1.time - $0.time } }
        let step = gaps.filter { $0 > 0 }.min() ?? 60
        let steps = ((end - start) / step).rounded(.up)
        guard steps < 1_000_000 else { throw TraceError(path: self.file, detail: "spans \(steps) steps") }
        let stepCount = Int(steps) + 1
        let counts = TraceCounts(
            stepSeconds: step,
            stepCount: stepCount,
            steps: series.map { self.steps($0, start: start, step: step) }
        )
        return Outcome(
            services: series.map { TraceService(name: $0.name) },
            counts: counts,
            startUnixSeconds: start,
            problems: self.problems
        )
    }

    private mutating func series(_ json: JSONValue, number: Int) -> Series? {
        let labels = json["metric"]?.objectValue ?? JSONObject()
        let metric = labels["__name__"]?.stringValue ?? ""
        var points: [(time: Double, value: Double)] = []
        for (index, pair) in (json["values"]?.arrayValue ?? []).enumerated() {
            let value = pair[1]?.stringValue.flatMap(Double.init) ?? pair[1]?.doubleValue
            guard let time = pair[0]?.doubleValue, let value, value.isFinite, value >= 0, time.magnitude < 1e11 else {
                let place = "data.result[\(number)].values[\(index)]"
                let problem = TraceProblem(file: self.file, line: 1, field: place, reason: "is no time and number")
                self.problems.skip(problem)
                continue
            }
            points.append((time, value))
        }
        points.sort { $0.time < $1.time }
        guard !points.isEmpty else { return nil }
        let known = ["service", "revision", "inferenceservice", "app", "job", "deployment"]
        let namespace = labels["namespace"]?.stringValue.map { "\($0)/" } ?? ""
        let name = known.lazy.compactMap { labels[$0]?.stringValue }.first ?? "series-\(number)"
        let isCounter = metric.isEmpty || ["_total", "_count", "_sum"].contains { metric.hasSuffix($0) }
        return Series(name: namespace + name, isCounter: isCounter, points: points)
    }

    /// Calls by step; fractions are carried over, so that none are lost.
    private func steps(_ series: Series, start: Double, step: Double) -> [TraceCounts.Step] {
        var steps: [TraceCounts.Step] = []
        var carried = 0.0
        for (before, point) in zip(series.points, series.points.dropFirst()) {
            // A counter that fell began anew.
            let risen = point.value >= before.value ? point.value - before.value : point.value
            carried += series.isCounter ? risen : before.value * (point.time - before.time)
            let calls = carried.rounded(.down)
            guard calls >= 1 else { continue }
            carried -= calls
            let index = Int32(((before.time - start) / step).rounded())
            let whole = Int32(clamping: Int64(min(calls, 2e9)))
            steps.append(TraceCounts.Step(step: index, calls: whole))
        }
        return steps
    }
}
