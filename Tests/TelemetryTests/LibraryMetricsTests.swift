import CoreMetrics
import Telemetry
import Testing

@Suite("Metrics of libraries")
struct LibraryMetricsTests {
    @Test("every kind of instrument appears under a name Prometheus accepts")
    func kinds() async throws {
        let registry = MetricsRegistry()
        let factory = LibraryMetrics(registry)
        factory.makeCounter(label: "hb.requests", dimensions: [("hb.uri", "/x"), ("le", "1")]).increment(by: 2)
        factory.makeFloatingPointCounter(label: "bytes_total", dimensions: []).increment(by: 1.5)
        let meter = factory.makeMeter(label: "active-requests", dimensions: [])
        meter.set(Int64(5))
        meter.decrement(by: 2)
        factory.makeRecorder(label: "size", dimensions: [], aggregate: true).record(Int64(3))
        factory.makeRecorder(label: "9lives", dimensions: [], aggregate: false).record(9.0)
        factory.makeTimer(label: "hb.request.duration", dimensions: []).recordNanoseconds(250_000_000)
        let parsed = try ExpositionParser(await registry.exposition())
        func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
            parsed.samples.first { $0.name == name && $0.labels == labels }?.value
        }
        #expect(value("hb_requests_total", ["hb_uri": "/x", "label_le": "1"]) == 2)
        #expect(value("bytes_total") == 1.5)
        #expect(value("active_requests") == 3)
        #expect(value("size_sum") == 3)
        #expect(value("_9lives") == 9)
        #expect(value("hb_request_duration_seconds_sum") == 0.25)
    }

    @Test("a library cannot end the program by taking a name twice, and nothing of it is reported then")
    func collision() async {
        let registry = MetricsRegistry()
        registry.gauge("a_total", help: "A.").set(1)
        LibraryMetrics(registry).makeCounter(label: "a", dimensions: []).increment(by: 1)
        #expect(await registry.exposition() == "# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n")
    }

    @Test("a destroyed instrument is no longer reported")
    func destroyed() async {
        let registry = MetricsRegistry()
        let factory = LibraryMetrics(registry)
        let counter = factory.makeCounter(label: "a", dimensions: [("x", "1")])
        counter.increment(by: 1)
        factory.destroyCounter(counter)
        #expect(await registry.exposition() == "")
    }
}
