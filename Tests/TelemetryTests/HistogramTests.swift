import Telemetry
import Testing

@Suite("Histogram")
struct HistogramTests {
    @Test("a value on a bound belongs to the bound's bucket, one above the last to the bucket without end")
    func bounds() {
        var data = HistogramData(HistogramBuckets([1, 2, 4]))
        for value in [-1, 0, 1, 1.000001, 2, 3, 4, 4.1, .infinity] { data.record(value) }
        #expect(data.counts == [3, 2, 2, 2])
        #expect(data.count == 9)
        #expect(data.sum == .infinity)
    }

    @Test("not-a-number is left out")
    func notANumber() {
        var data = HistogramData(HistogramBuckets([1]))
        data.record(.nan)
        #expect(data.count == 0)
        #expect(data.sum == 0)
    }

    @Test("bucket search agrees with looking at every bound", arguments: [HistogramBuckets.latency, .count])
    func searchAgrees(buckets: HistogramBuckets) {
        let values = buckets.bounds.flatMap { [$0.nextDown, $0, $0.nextUp] }
        for value in values {
            var data = HistogramData(buckets)
            data.record(value)
            let expected = buckets.bounds.firstIndex { value <= $0 } ?? buckets.bounds.count
            #expect(data.counts[expected] == 1)
        }
    }

    @Test("merging adds")
    func merge() {
        var left = HistogramData(.latency)
        var right = HistogramData(.latency)
        var both = HistogramData(.latency)
        for value in [0.0001, 0.2, 7] {
            left.record(value)
            both.record(value)
        }
        for value in [0.2, 1e6] {
            right.record(value)
            both.record(value)
        }
        left.merge(right)
        #expect(left == both)
    }

    @Test(
        "a quantile is found by a straight line within its bucket",
        arguments: [(0.0, 0.0), (0.25, 0.5), (0.5, 1.0), (0.75, 1.5), (1.0, 2.0)]
    )
    func quantile(quantile: Double, expected: Double) {
        var data = HistogramData(HistogramBuckets([1, 2, 4]))
        for value in [0.5, 0.6, 1.5, 1.6] { data.record(value) }
        #expect(data.quantile(quantile) == expected)
    }

    @Test("a quantile above every bound is the highest bound, and of nothing there is none")
    func quantileEnds() {
        var data = HistogramData(HistogramBuckets([1, 2]))
        #expect(data.quantile(0.5) == nil)
        data.record(100)
        #expect(data.quantile(0.5) == 2)
    }

    @Test("bounds that do not ascend are refused")
    func refusedBounds() async {
        await #expect(processExitsWith: .failure) { _ = HistogramBuckets([1, 1]) }
    }
}
