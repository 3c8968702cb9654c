import Synchronization

/// Everything that one program reports, gathered when Prometheus asks.
public final class MetricsRegistry: Sendable {
    private enum Instrument {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
    }

    private struct InstrumentFamily {
        let help: String
        let kind: MetricFamily.Kind
        var instruments: [[String: String]: Instrument] = [:]
    }

    private struct State {
        var families: [String: InstrumentFamily] = [:]
        var collectors: [any MetricsCollector] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// Adds a collector; it is asked at every exposition from now on.
    public func register(_ collector: any MetricsCollector) {
        self.state.withLock { $0.collectors.append(collector) }
    }

    // MARK: Instruments

    /// The counter of this name and these labels, made at the first call.
    ///
    /// A name has one kind and one help text; to ask for it as another kind is a programmer's error and traps.
    public func counter(_ name: String, help: String, labels: [String: String] = [:]) -> Counter {
        guard let counter = self.counterUnlessTaken(name, help: help, labels: labels) else {
            preconditionFailure("'\(name)' is no counter")
        }
        return counter
    }

    /// The gauge of this name and these labels, made at the first call.
    public func gauge(_ name: String, help: String, labels: [String: String] = [:]) -> Gauge {
        guard let gauge = self.gaugeUnlessTaken(name, help: help, labels: labels) else {
            preconditionFailure("'\(name)' is no gauge")
        }
        return gauge
    }

    /// The histogram of this name and these labels, made at the first call.
    public func histogram(
        _ name: String,
        help: String,
        labels: [String: String] = [:],
        buckets: HistogramBuckets = .latency
    ) -> Histogram {
        guard let histogram = self.histogramUnlessTaken(name, help: help, labels: labels, buckets: buckets) else {
            preconditionFailure("'\(name)' is no histogram")
        }
        return histogram
    }

    // For names that come from libraries, which must not be able to end the program: `nil` when the name is another
    // kind's.

    func counterUnlessTaken(_ name: String, help: String, labels: [String: String]) -> Counter? {
        let instrument = self.instrument(name, help: help, kind: .counter, labels: labels) { .counter(Counter()) }
        guard case .counter(let counter) = instrument else { return nil }
        return counter
    }

    func gaugeUnlessTaken(_ name: String, help: String, labels: [String: String]) -> Gauge? {
        let instrument = self.instrument(name, help: help, kind: .gauge, labels: labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = instrument else { return nil }
        return gauge
    }

    func histogramUnlessTaken(
        _ name: String,
        help: String,
        labels: [String: String],
        buckets: HistogramBuckets
    ) -> Histogram? {
        let instrument = self.instrument(name, help: help, kind: .histogram, labels: labels) {
            .histogram(Histogram(buckets))
        }
        guard case .histogram(let histogram) = instrument else { return nil }
        return histogram
    }

    /// Stops reporting what was counted for these labels, once what they name is gone.
    public func remove(_ name: String, labels: [String: String]) {
        self.state.withLock { state in
            _ = state.families[name]?.instruments.removeValue(forKey: labels)
        }
    }

    private func instrument(
        _ name: String,
        help: String,
        kind: MetricFamily.Kind,
        labels: [String: String],
        make: () -> Instrument
    ) -> Instrument? {
        precondition(MetricName.isValid(name), "not a metric name: '\(name)'")
        for label in labels.keys { precondition(MetricName.isValidLabel(label), "not a label name: '\(label)'") }
        return self.state.withLock { state in
            var family = state.families[name] ?? InstrumentFamily(help: help, kind: kind)
            guard family.kind == kind else { return nil }
            let instrument = family.instruments[labels] ?? make()
            family.instruments[labels] = instrument
            state.families[name] = family
            return instrument
        }
    }

    // MARK: Gathering

    /// Everything as Prometheus reads it: text exposition format 0.0.4, content type
    /// `text/plain; version=0.0.4; charset=utf-8`.
    public func exposition() async -> String {
        PrometheusText.exposition(await self.families())
    }

    /// Everything, one entry a name, names and labels in order.
    public func families() async -> [MetricFamily] {
        let collectors = self.state.withLock { $0.collectors }
        var gathered = self.instrumentFamilies()
        for collector in collectors { gathered += await collector.collect() }
        return PrometheusText.merged(gathered)
    }

    private func instrumentFamilies() -> [MetricFamily] {
        self.state.withLock { $0.families }.map { name, family in
            let samples = family.instruments.map { labels, instrument in
                switch instrument {
                case .counter(let counter): MetricSample(counter.value, labels: labels)
                case .gauge(let gauge): MetricSample(gauge.value, labels: labels)
                case .histogram(let histogram): MetricSample(histogram.snapshot, labels: labels)
                }
            }
            return MetricFamily(name: name, help: family.help, kind: family.kind, samples: samples)
        }
    }
}
