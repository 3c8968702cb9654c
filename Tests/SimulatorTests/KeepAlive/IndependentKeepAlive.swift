/// Keep-alive rules computed a second time, straight from the papers' words and sharing nothing with what ships: gap by
/// gap, every histogram sorted anew.
enum IndependentKeepAlive {
    enum Rule {
        case fixed(minutes: Int)
        case never
        case hybrid(rangeMinutes: Int, minSamples: Int)

        /// `fixed_10`, `no_unload` or `hybrid240_min5`.
        init?(named name: String) {
            let parts = name.split(separator: "_")
            if name == "no_unload" {
                self = .never
            } else if parts.count == 2, parts[0] == "fixed", let minutes = Int(parts[1]) {
                self = .fixed(minutes: minutes)
            } else if parts.count == 2, let range = Int(parts[0].dropFirst(6)), let least = Int(parts[1].dropFirst(3)) {
                self = .hybrid(rangeMinutes: range, minSamples: least)
            } else {
                return nil
            }
        }
    }

    /// - Returns: The third quartile of the shares of cold calls in per cent, and loaded idle time in minutes.
    static func outcome(_ calls: [[Int]], _ rule: Rule) -> (thirdQuartile: Double, waste: Double) {
        var shares: [Double] = []
        var waste = 0.0
        for row in calls {
            let minutes = row.indices.filter { row[$0] > 0 }
            guard let last = minutes.last else { continue }
            var cold = 1
            var gaps: [Int] = []
            for (minute, next) in zip(minutes, minutes.dropFirst()) {
                let gap = next - minute
                let (from, to) = Self.window(rule, gaps)
                if Double(gap) < from || Double(gap) > to { cold += 1 }
                waste += max(0, min(Double(gap), to) - from)
                gaps.append(gap)
            }
            let (from, to) = Self.window(rule, gaps)
            waste += max(0, min(Double(row.count - last), to) - from)
            shares.append(100 * Double(cold) / Double(row.reduce(0, +)))
        }
        return (Self.quartile(shares.sorted()), waste)
    }

    /// From when to when it is loaded, in minutes after the last call.
    private static func window(_ rule: Rule, _ gaps: [Int]) -> (from: Double, to: Double) {
        switch rule {
        case .fixed(let minutes): return (0, Double(minutes))
        case .never: return (0, .infinity)
        case .hybrid(let range, let least):
            let standard = (from: 0.0, to: Double(range))
            guard !gaps.isEmpty else { return standard }
            let inside = gaps.filter { $0 < range }.sorted()
            if 2 * (gaps.count - inside.count) > gaps.count {
                let next = Self.forecast(gaps.suffix(50).map { Double($0) })
                return (0.85 * next, 1.15 * next)
            }
            guard gaps.count >= least else { return standard }
            var bins = [Double](repeating: 0, count: range)
            for gap in inside { bins[gap] += 1 }
            let mean = bins.reduce(0, +) / Double(range)
            let variance = bins.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(range)
            guard variance.squareRoot() >= 2 * mean else { return standard }
            // The first bins that five and ninety-nine of a hundred gaps reach, the upper one to its end.
            func bin(_ share: Double) -> Int {
                inside[max(0, Int((share * Double(inside.count)).rounded(.up)) - 1)]
            }
            return (0.9 * Double(bin(0.05)), 1.1 * Double(bin(0.99) + 1))
        }
    }

    /// First-order autoregression; the mean of fewer than four.
    private static func forecast(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        guard values.count >= 4 else { return mean }
        let off = values.map { $0 - mean }
        let below = off.dropLast().reduce(0) { $0 + $1 * $1 }
        let above = zip(off, off.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        return mean + min(max(below > 0 ? above / below : 0, -1), 1) * (off.last ?? 0)
    }

    /// Linear between ranks.
    private static func quartile(_ sorted: [Double]) -> Double {
        let rank = 0.75 * Double(sorted.count - 1)
        let low = Int(rank)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (rank - Double(low)) * (sorted[high] - sorted[low])
    }
}
