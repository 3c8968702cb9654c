import Telemetry

/// What the store measures about itself.
struct StoreMeters: Sendable {
    /// From the request for durability to its being granted.
    let commitSeconds = Histogram(
        HistogramBuckets([
            0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 1,
        ])
    )
    /// Watches that were ended because their reader fell behind.
    let watchesEnded = Counter()

    func families(objects: [String: Int], watches: Int, version: Int64) -> [MetricFamily] {
        [
            .histogram(
                "pilotlight_store_commit_seconds",
                help: "Time that a transaction takes to become durable.",
                samples: [MetricSample(self.commitSeconds.snapshot)]
            ),
            .gauge(
                "pilotlight_store_objects",
                help: "Objects in the store, by resource.",
                samples: objects.sorted { $0.key < $1.key }.map { MetricSample($0.value, labels: ["resource": $0.key]) }
            ),
            .gauge("pilotlight_store_watches", help: "Watches that are open.", Double(watches)),
            .counter(
                "pilotlight_store_watches_expired_total",
                help: "Watches that were ended because their reader fell behind.",
                self.watchesEnded.value
            ),
            .counter(
                "pilotlight_store_changes_total",
                help: "Changes since the store was made: the resource version of the last one.",
                Double(version)
            ),
        ]
    }
}
