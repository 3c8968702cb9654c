public import CoreMetrics

/// Brings what libraries report through `swift-metrics` into a registry.
///
/// Dots and dashes become underscores; counters end in `_total` and timers, in seconds, in `_seconds`. A name that the
/// registry already holds as another kind is counted but not reported, because a library must not be able to end the
/// program.
public struct LibraryMetrics: MetricsFactory {
    private let registry: MetricsRegistry

    public init(_ registry: MetricsRegistry) {
        self.registry = registry
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.counter(label, dimensions)
    }

    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        self.counter(label, dimensions)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.gauge(label, dimensions)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return self.gauge(label, dimensions) }
        return self.histogram(MetricName.sanitized(label), label, dimensions, buckets: .count)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = Self.name(label, suffix: "_seconds")
        return self.histogram(name, label, dimensions, buckets: .latency)
    }

    public func destroyCounter(_ handler: any CounterHandler) { self.remove(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { self.remove(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { self.remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { self.remove(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { self.remove(handler) }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> LibraryInstrument {
        let (name, labels) = (Self.name(label, suffix: "_total"), Self.labels(dimensions))
        let counter = self.registry.counterUnlessTaken(name, help: Self.help(label), labels: labels) ?? Counter()
        return LibraryInstrument(name: name, labels: labels, kind: .counter(counter))
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> LibraryInstrument {
        let (name, labels) = (MetricName.sanitized(label), Self.labels(dimensions))
        let gauge = self.registry.gaugeUnlessTaken(name, help: Self.help(label), labels: labels) ?? Gauge()
        return LibraryInstrument(name: name, labels: labels, kind: .gauge(gauge))
    }

    private func histogram(
        _ name: String,
        _ label: String,
        _ dimensions: [(String, String)],
        buckets: HistogramBuckets
    ) -> LibraryInstrument {
        let labels = Self.labels(dimensions)
        let histogram = self.registry.histogramUnlessTaken(
            name,
            help: Self.help(label),
            labels: labels,
            buckets: buckets
        )
        return LibraryInstrument(name: name, labels: labels, kind: .histogram(histogram ?? Histogram(buckets)))
    }

    private func remove(_ handler: AnyObject) {
        guard let instrument = handler as? LibraryInstrument else { return }
        self.registry.remove(instrument.name, labels: instrument.labels)
    }

    private static func help(_ label: String) -> String { "Reported by a library as \(label)." }

    private static func name(_ label: String, suffix: String) -> String {
        let name = MetricName.sanitized(label)
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    private static func labels(_ dimensions: [(String, String)]) -> [String: String] {
        Dictionary(dimensions.map { (MetricName.sanitizedLabel($0.0), $0.1) }, uniquingKeysWith: { $1 })
    }
}
