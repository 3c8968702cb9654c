import CoreMetrics

/// One instrument of a registry under the names by which `swift-metrics` calls it.
///
/// A method that does not fit the kind does nothing; the factory never hands such an instrument out.
final class LibraryInstrument: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler
{
    enum Kind: Sendable {
        case counter(Telemetry.Counter)
        case gauge(Telemetry.Gauge)
        case histogram(Histogram)
    }

    let name: String
    let labels: [String: String]
    private let kind: Kind

    init(name: String, labels: [String: String], kind: Kind) {
        self.name = name
        self.labels = labels
        self.kind = kind
    }

    func increment(by amount: Int64) {
        guard case .counter(let counter) = self.kind, amount > 0 else { return }
        counter.increment(by: Int(amount))
    }

    func increment(by amount: Double) {
        guard amount.isFinite else { return }
        switch self.kind {
        case .counter(let counter): if amount > 0 { counter.add(amount) }
        case .gauge(let gauge): gauge.add(amount)
        case .histogram: break
        }
    }

    func decrement(by amount: Double) {
        guard case .gauge(let gauge) = self.kind, amount.isFinite else { return }
        gauge.add(-amount)
    }

    func set(_ value: Int64) { self.record(Double(value)) }
    func set(_ value: Double) { self.record(value) }
    func record(_ value: Int64) { self.record(Double(value)) }

    func record(_ value: Double) {
        switch self.kind {
        case .counter: break
        case .gauge(let gauge): gauge.set(value)
        case .histogram(let histogram): histogram.record(value)
        }
    }

    func recordNanoseconds(_ duration: Int64) { self.record(Double(duration) / 1e9) }

    func reset() {
        switch self.kind {
        case .counter(let counter): counter.reset()
        case .gauge(let gauge): gauge.set(0.0)
        case .histogram(let histogram): histogram.reset()
        }
    }
}
