/// Reports metrics when they are asked for, from state that is kept elsewhere.
///
/// For meters on a hot path: they count in plain values that their thread owns, and the collector copies those.
public protocol MetricsCollector: Sendable {
    func collect() async -> [MetricFamily]
}
