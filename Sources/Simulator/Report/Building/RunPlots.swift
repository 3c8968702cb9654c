import SimulationKit

/// The pictures of one variant.
enum RunPlots {
    static func plots(_ variant: VariantOutcome) -> [Plot] {
        var plots: [Plot] = []
        if let timeline = variant.digests.first?.result?.timeline, timeline.steps.count > 1 {
            plots.append(Self.replicas(timeline))
            plots.append(Self.load(timeline))
        }
        if variant.latency.count > 0 { plots.append(Self.tail([(variant.name, variant.latency)])) }
        if let phases = Self.phases([variant]) { plots.append(phases) }
        return plots
    }

    private static func line(
        _ name: String,
        _ timeline: Timeline,
        isStepped: Bool = false,
        _ value: (Timeline.Step) -> Double
    ) -> Plot.Line {
        let points = timeline.steps.enumerated().map { index, step in
            (x: Double(index) * timeline.stepSeconds, y: value(step))
        }
        return Plot.Line(name: name, points: points, isStepped: isStepped)
    }

    /// Replicas and queues of several variants under the same arrivals.
    static func sideBySide(_ variants: [VariantOutcome]) -> [Plot] {
        let timelines = variants.compactMap { variant -> (name: String, timeline: Timeline)? in
            guard let timeline = variant.digests.first?.result?.timeline, timeline.steps.count > 1 else { return nil }
            return (variant.name, timeline)
        }
        guard !timelines.isEmpty else { return [] }
        let replicas = timelines.map { name, timeline in
            Self.line(name, timeline) { Double($0.readyMilli + $0.startingMilli) / 1000 }
        }
        let waiting = timelines.map { name, timeline in
            Self.line(name, timeline) { Double($0.waitingMilli) / 1000 }
        }
        return [
            .timeLine(
                "Replicas over time",
                caption: "Ready and starting, first replication; all variants meet the same requests.",
                axis: "replicas",
                unit: .number,
                replicas
            ),
            .timeLine(
                "Requests that wait over time",
                caption: "For a replica, first replication.",
                axis: "requests",
                unit: .number,
                waiting
            ),
        ]
    }

    private static func replicas(_ timeline: Timeline) -> Plot {
        var lines = [
            Self.line("ready", timeline) { Double($0.readyMilli) / 1000 },
            Self.line("starting", timeline) { Double($0.startingMilli) / 1000 },
            Self.line("asked for", timeline, isStepped: true) { Double($0.desired) },
        ]
        if timeline.steps.contains(where: { $0.nodes > 0 }) {
            lines.append(Self.line("nodes", timeline, isStepped: true) { Double($0.nodes) })
        }
        return .timeLine(
            "Replicas over time",
            caption: "First replication, averaged over steps of \(FigureUnit.seconds.text(timeline.stepSeconds)).",
            axis: "replicas",
            unit: .number,
            lines
        )
    }

    private static func load(_ timeline: Timeline) -> Plot {
        var lines = [
            Self.line("requests under way", timeline) { Double($0.concurrencyMilli) / 1000 },
            Self.line("waiting for a replica", timeline) { Double($0.waitingMilli) / 1000 },
        ]
        if timeline.steps.contains(where: { $0.failed > 0 }) {
            lines.append(Self.line("failed in the step", timeline, isStepped: true) { Double($0.failed) })
        }
        return .timeLine(
            "Load and queue over time",
            caption: "First replication. What waits has no replica; the distance between the lines is being worked on.",
            axis: "requests",
            unit: .number,
            lines
        )
    }

    /// The share of requests that took longer, for several variants.
    static func tail(_ histograms: [(name: String, histogram: LatencyHistogram)]) -> Plot {
        let lines = histograms.map { name, histogram in
            var longer = Double(histogram.count)
            let total = Double(histogram.count)
            var points: [(x: Double, y: Double)] = []
            for bucket in histogram.occupied {
                longer -= Double(bucket.count)
                points.append((Double(bucket.upper) / 1e9, max(longer, 0.5) / total))
            }
            return Plot.Line(name: name, points: Self.thinned(points))
        }
        return .tail(
            "How long requests take",
            caption: "Read at 1 %: so many seconds does the slowest hundredth of the requests take or more. Both axes "
                + "are logarithmic; all replications together.",
            lines
        )
    }

    /// At most a few hundred points: a line on a screen has no more.
    private static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
        let step = max(points.count / 300, 1)
        return points.enumerated().filter { $0.offset.isMultiple(of: step) || $0.offset == points.count - 1 }
            .map(\.element)
    }

    /// Where the time of a start goes; `nil` when nothing started.
    static func phases(_ variants: [VariantOutcome]) -> Plot? {
        let inStart: [ReplicaPhase] = [.pending, .provisioning, .imagePull, .weights, .warmUp]
        let stacks = variants.compactMap { variant -> Plot.Stack? in
            let seconds = variant.phaseSeconds
            let parts = inStart.map { (name: $0.description, value: seconds[$0.rawValue]) }.filter { $0.value > 0 }
            return parts.isEmpty ? nil : Plot.Stack(name: variant.name, parts: parts)
        }
        guard !stacks.isEmpty else { return nil }
        return .stacks(
            "Cold starts by phase",
            caption: "Mean time of a start from its order until ready, over all starts that ended.",
            axis: "time of a start",
            unit: .seconds,
            stacks
        )
    }
}
