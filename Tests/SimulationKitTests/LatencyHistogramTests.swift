import SimulationKit
import Testing

@Suite("LatencyHistogram")
struct LatencyHistogramTests {
    static func sample(_ seed: UInt64, count: Int = 5000) -> [Int64] {
        var stream = RandomStream(seed: seed, replication: 0, purpose: .sampling)
        let law = Distribution.lognormal(mu: 8, sigma: 5)
        return (0..<count).map { _ in Int64(min(1e18, law.sample(&stream))) }
    }

    @Test("the exact order statistic lies within the bounds, and the estimate within one per cent", arguments: 0..<10)
    func quantiles(seed: UInt64) throws {
        let values = Self.sample(seed).sorted()
        var histogram = LatencyHistogram()
        var random = RandomStream(seed: seed, replication: 1, purpose: .sampling)
        for value in values.shuffled(using: &random) { histogram.record(value) }
        for share in [0.0001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
            let rank = max(1, Int((share * Double(values.count)).rounded(.up)))
            let exact = values[rank - 1]
            let bounds = try #require(histogram.bounds(ofQuantile: share))
            #expect(bounds.lower <= exact && exact <= bounds.upper, "\(share)")
            #expect((histogram.quantile(share) - Double(exact)).magnitude <= 0.01 * Double(exact) + 0.5)
        }
        #expect(histogram.least == values.first)
        #expect(histogram.greatest == values.last)
        #expect(histogram.count == UInt64(values.count))
        #expect((histogram.mean / (values.reduce(0) { $0 + Double($1) } / Double(values.count)) - 1).magnitude < 1e-12)
    }

    @Test("merging gives the histogram of all values, in any order", arguments: 0..<5)
    func merging(seed: UInt64) {
        let parts: [[Int64]] = [Self.sample(seed), Self.sample(seed + 100, count: 10), [], [0, .max / 2]]
        var whole = LatencyHistogram()
        for value in parts.joined() { whole.record(value) }
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            var merged = LatencyHistogram()
            for part in order {
                var histogram = LatencyHistogram()
                for value in parts[part] { histogram.record(value) }
                merged.merge(histogram)
            }
            #expect(merged == whole)
        }
    }

    @Test("every value lies in the bucket that names it") func buckets() {
        var value: Int64 = 0
        while value < .max / 3 {
            for near in [value - 1, value, value + 1] where near >= 0 {
                var histogram = LatencyHistogram()
                histogram.record(near)
                let bucket = histogram.occupied[0]
                #expect(bucket.lower <= near && near <= bucket.upper)
                #expect(Double(bucket.upper - bucket.lower) <= 0.0157 * Double(max(64, near)))
            }
            value = value * 2 + 1
        }
    }

    @Test("shares below a bound count whole buckets") func shares() {
        var histogram = LatencyHistogram()
        for value in 1...100 { histogram.record(Int64(value)) }
        #expect(histogram.share(atMost: 50) == 0.5)
        #expect(histogram.share(atMost: 0) == 0)
        #expect(histogram.share(atMost: 5000) == 1)
        #expect(LatencyHistogram().quantile(0.5).isNaN)
    }

    @Test("time sums carry beyond 64 bits") func timeSums() {
        var sum = TimeSum()
        for _ in 0..<1000 { sum.add(.max, count: 1000) }
        #expect((sum.seconds / (Double(Int64.max) * 1e6 / 1e9) - 1).magnitude < 1e-12)
        var other = TimeSum()
        other.add(5)
        sum.add(other)
        #expect(sum.low != TimeSum().low)
    }
}
