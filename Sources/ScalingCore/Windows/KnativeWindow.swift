/// The average of a window as Knative computes it, one bucket a second.
///
/// Values written in the same second add up, because several reporters write. A second without a value inside the
/// series counts as zero, but missing seconds at its end shrink the divisor, so that the average may rise when reports
/// stop.
struct KnativeWindow: Sendable, Equatable {
    private(set) var seconds: Int
    private var buckets: [Double]
    private var firstWrite: Int64 = 0
    /// `nil` before the first write.
    private var lastWrite: Int64?

    init(seconds: Int) {
        precondition(seconds >= 1, "seconds: \(seconds)")
        self.seconds = seconds
        self.buckets = Array(repeating: 0, count: seconds)
    }

    /// Whether the newest value is older than the window.
    func isEmpty(at second: Int64) -> Bool {
        guard let lastWrite else { return true }
        return second - lastWrite > Int64(self.seconds)
    }

    mutating func record(_ value: Double, second: Int64) {
        guard let lastWrite else {
            self.start(at: second, value)
            return
        }
        let gap = second - lastWrite
        guard gap > -Int64(self.seconds) else { return }
        if gap >= Int64(self.seconds) {
            self.start(at: second, value)
            return
        }
        if gap > 0 {
            for cleared in (lastWrite + 1)...second { self.buckets[self.bucket(of: cleared)] = 0 }
            self.lastWrite = second
        } else {
            self.firstWrite = min(self.firstWrite, second)
        }
        self.buckets[self.bucket(of: second)] += value
    }

    /// The mean of the seconds there are, rounded to six decimals; zero once the window has passed without a value.
    func linearAverage(at second: Int64) -> Double {
        guard let lastWrite else { return 0 }
        let gap = max(0, second - lastWrite)
        guard gap < Int64(self.seconds) else { return 0 }
        let kept = Int64(self.seconds) - gap
        var sum = 0.0
        // In the order of age, which the rounding of sums depends on, and without a division for every second.
        var place = self.bucket(of: lastWrite)
        for _ in 0..<kept {
            sum += self.buckets[place]
            place = place == 0 ? self.seconds - 1 : place - 1
        }
        let span = lastWrite - self.firstWrite + 1
        return (sum / Double(min(span, kept)) * 1e6).rounded() / 1e6
    }

    /// The mean with weights that fall with age and do not add up to one, as Knative leaves them.
    func weightedAverage(at second: Int64) -> Double {
        guard let lastWrite else { return 0 }
        let gap = max(0, second - lastWrite)
        guard gap < Int64(self.seconds) else { return 0 }
        let coefficient = ExponentialWeight.knativeCoefficient(seconds: self.seconds)
        var weight = coefficient * ExponentialWeight.power(1 - coefficient, Int(gap))
        var sum = 0.0
        var place = self.bucket(of: lastWrite)
        for _ in 0..<(Int64(self.seconds) - gap) {
            sum += self.buckets[place] * weight
            weight *= 1 - coefficient
            place = place == 0 ? self.seconds - 1 : place - 1
        }
        return sum
    }

    func average(at second: Int64, _ aggregation: WindowAggregation) -> Double {
        switch aggregation {
        case .linear: self.linearAverage(at: second)
        case .weightedExponential: self.weightedAverage(at: second)
        }
    }

    /// The most of any second that still counts.
    var highest: Double { self.buckets.reduce(0) { max($0, $1) } }

    /// The newest second with at least `least`; `nil` when there is none.
    func newest(atLeast least: Double) -> Int64? {
        guard let lastWrite else { return nil }
        return (0..<Int64(self.seconds)).lazy.map { lastWrite - $0 }.first {
            self.buckets[self.bucket(of: $0)] >= least
        }
    }

    /// Makes the window cover `seconds`; the newest values stay as far as they fit.
    mutating func resize(to seconds: Int) {
        guard seconds != self.seconds else { return }
        var resized = KnativeWindow(seconds: seconds)
        if let lastWrite {
            let kept = Int64(min(seconds, self.seconds))
            let oldest = max(self.firstWrite, lastWrite - kept + 1)
            for second in oldest...lastWrite { resized.record(self.buckets[self.bucket(of: second)], second: second) }
        }
        self = resized
    }

    private mutating func start(at second: Int64, _ value: Double) {
        for index in self.buckets.indices { self.buckets[index] = 0 }
        self.firstWrite = second
        self.lastWrite = second
        self.buckets[self.bucket(of: second)] = value
    }

    private func bucket(of second: Int64) -> Int {
        let remainder = Int(second % Int64(self.seconds))
        return remainder < 0 ? remainder + self.seconds : remainder
    }
}
