import Telemetry

/// What the controllers report about their work.
struct ControllerMeters: MetricsCollector {
    private let looks = Counter()
    private let writes = Counter()
    private let failures = Counter()

    /// - Parameter hasWritten: `false` when everything was as it should be.
    func reconciled(hasWritten: Bool) {
        self.looks.increment()
        if hasWritten { self.writes.increment() }
    }

    func failed() {
        self.looks.increment()
        self.failures.increment()
    }

    func collect() async -> [MetricFamily] {
        [
            .counter("pilotlight_controller_looks_total", help: "Looks at a service.", self.looks.value),
            .counter(
                "pilotlight_controller_looks_with_writes_total",
                help: "Looks at a service that led to a write.",
                self.writes.value
            ),
            .counter(
                "pilotlight_controller_looks_failed_total",
                help: "Looks at a service that ended with an error and are repeated.",
                self.failures.value
            ),
        ]
    }
}
