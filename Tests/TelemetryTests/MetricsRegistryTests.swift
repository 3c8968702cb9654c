import Telemetry
import Testing

@Suite("Metrics registry")
struct MetricsRegistryTests {
    @Test("the same name and labels give the same instrument, other labels another")
    func instruments() async {
        let registry = MetricsRegistry()
        registry.counter("a_total", help: "A.", labels: ["x": "1"]).increment()
        registry.counter("a_total", help: "A.", labels: ["x": "1"]).increment(by: 2)
        registry.counter("a_total", help: "A.", labels: ["x": "2"]).add(0.5)
        #expect(
            await registry.exposition() == """
                # HELP a_total A.
                # TYPE a_total counter
                a_total{x="1"} 3
                a_total{x="2"} 0.5

                """
        )
    }

    @Test("names, labels and samples stand in order, each help and type once")
    func order() async {
        let registry = MetricsRegistry()
        registry.register(Fixed(.gauge("b", help: "B.", samples: [MetricSample(2, labels: ["z": "1", "a": "2"])])))
        registry.register(Fixed(.gauge("a", help: "A.", 1)))
        registry.register(
            Fixed(.gauge("b", help: "B again.", samples: [MetricSample(1, labels: ["z": "1", "a": "1"])]))
        )
        #expect(
            await registry.exposition() == """
                # HELP a A.
                # TYPE a gauge
                a 1
                # HELP b B.
                # TYPE b gauge
                b{a="1",z="1"} 1
                b{a="2",z="1"} 2

                """
        )
    }

    @Test("histograms are cumulative and end with their sum and count")
    func histogram() async {
        let registry = MetricsRegistry()
        let histogram = registry.histogram(
            "h_seconds",
            help: "H.",
            labels: ["s": "x"],
            buckets: HistogramBuckets([0.5, 1])
        )
        for value in [0.25, 0.75, 0.75, 3] { histogram.record(value) }
        #expect(
            await registry.exposition() == """
                # HELP h_seconds H.
                # TYPE h_seconds histogram
                h_seconds_bucket{s="x",le="0.5"} 1
                h_seconds_bucket{s="x",le="1"} 3
                h_seconds_bucket{s="x",le="+Inf"} 4
                h_seconds_sum{s="x"} 4.75
                h_seconds_count{s="x"} 4

                """
        )
    }

    @Test("label values and help texts are escaped")
    func escaping() async {
        let registry = MetricsRegistry()
        registry.gauge("g", help: "line\nbreak \\ \"q\"", labels: ["l": "a\"b\\c\nd\r\n"]).set(1)
        #expect(
            await registry.exposition()
                == "# HELP g line\\nbreak \\\\ \"q\"\n# TYPE g gauge\ng{l=\"a\\\"b\\\\c\\nd\r\\n\"} 1\n"
        )
    }

    @Test(
        "numbers are written as Prometheus reads them",
        arguments: [
            (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e15, "1000000000000000"),
            (1e300, "1e+300"), (-0.25, "-0.25"), (3, "3"), (1.5e-7, "1.5e-07"),
        ]
    )
    func numbers(value: Double, text: String) async {
        let registry = MetricsRegistry()
        registry.gauge("g", help: "G.").set(value)
        #expect(await registry.exposition().hasSuffix("\ng \(text)\n"))
    }

    @Test("of two samples with equal labels, and of two kinds under one name, the first stands")
    func duplicates() async {
        let registry = MetricsRegistry()
        registry.register(Fixed(.gauge("a", help: "A.", 1)))
        registry.register(Fixed(.gauge("a", help: "A.", 2)))
        registry.register(Fixed(.counter("a", help: "A.", samples: [MetricSample(3, labels: ["x": "1"])])))
        #expect(await registry.exposition() == "# HELP a A.\n# TYPE a gauge\na 1\n")
    }

    @Test("what was removed is no longer reported")
    func remove() async {
        let registry = MetricsRegistry()
        registry.gauge("a", help: "A.", labels: ["x": "1"]).set(1)
        registry.remove("a", labels: ["x": "1"])
        #expect(await registry.exposition() == "")
    }

    @Test("one name for two kinds is a programmer's error")
    func twoKinds() async {
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.counter("a", help: "A.")
            _ = registry.gauge("a", help: "A.")
        }
    }

    @Test("a name that Prometheus would refuse is a programmer's error")
    func badName() async {
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().counter("a-b", help: "A.") }
        await #expect(processExitsWith: .failure) { _ = MetricSample(1, labels: ["le": "1"]) }
    }

    @Test("counters lose nothing when many tasks count at once")
    func concurrentCounting() async {
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.increment()
                        counter.add(0.5)
                    }
                }
            }
        }
        #expect(counter.value == 12_000)
    }
}

/// Reports one family.
struct Fixed: MetricsCollector {
    let family: MetricFamily

    init(_ family: MetricFamily) {
        self.family = family
    }

    func collect() async -> [MetricFamily] { [self.family] }
}
