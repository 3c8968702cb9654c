import Testing

@testable import ScalingCore

@Suite("IdleTimeHistogram")
struct IdleTimeHistogramTests {
    /// The same by counting, slowly.
    private struct Reference {
        var bins: [Int]

        func firstBin(reaching share: Double) -> Int {
            let count = Double(self.bins.reduce(0, +))
            var sum = 0
            for (bin, value) in self.bins.enumerated() {
                sum += value
                if Double(sum) >= share * count { return bin }
            }
            return self.bins.count - 1
        }

        var variation: Double {
            let mean = Double(self.bins.reduce(0, +)) / Double(self.bins.count)
            let square = self.bins.map { Double($0 * $0) }.reduce(0, +) / Double(self.bins.count)
            return max(0, square - mean * mean).squareRoot() / mean
        }
    }

    @Test("quantiles and variation are those of plain counting", arguments: [1, 2, 7, 120, 240, 256])
    func agreesWithCounting(binCount: Int) {
        var state: UInt64 = 88_172_645_463_325_252
        var histogram = IdleTimeHistogram(binCount: binCount)
        var reference = Reference(bins: [Int](repeating: 0, count: binCount))
        for round in 0..<400 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let bin = Int(state % UInt64(binCount)) * Int(state >> 40 & 1)
            histogram.record(bin: bin)
            reference.bins[bin] += 1
            if round == 200 {
                histogram.halve()
                reference.bins = reference.bins.map { $0 / 2 }
            }
            for share in [0.05, 0.5, 0.99, 1] {
                #expect(histogram.firstBin(reaching: share) == reference.firstBin(reaching: share), "round \(round)")
            }
            #expect(abs(histogram.variation - reference.variation) < 1e-9, "round \(round)")
        }
        #expect(histogram.count == reference.bins.reduce(0, +))
    }

    @Test("a single observation varies as published: the square root of 239 with 240 bins")
    func oneObservation() {
        var histogram = IdleTimeHistogram(binCount: 240)
        histogram.record(bin: 17)
        #expect(abs(histogram.variation - 239.0.squareRoot()) < 1e-12)
    }
}
