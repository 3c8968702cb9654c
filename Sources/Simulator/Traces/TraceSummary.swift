public import StructuredData

/// A trace in figures.
public struct TraceSummary: Sendable, Equatable {
    /// Least, quartiles, tail, greatest and mean of something.
    public struct Spread: Sendable, Equatable {
        public let mean: Double
        /// Standard deviation by mean; 0 when the mean is.
        public let variation: Double
        public let least: Double
        public let median: Double
        public let p90: Double
        public let p99: Double
        public let greatest: Double

        /// - Returns: `nil` without values.
        init?(_ values: [Double]) {
            guard !values.isEmpty else { return nil }
            let sorted = values.sorted()
            func at(_ share: Double) -> Double {
                let position = share * Double(sorted.count - 1)
                let low = Int(position)
                let high = min(low + 1, sorted.count - 1)
                return sorted[low] + (sorted[high] - sorted[low]) * (position - Double(low))
            }
            let mean = values.reduce(0, +) / Double(values.count)
            let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            self.mean = mean
            self.variation = mean > 0 ? square.squareRoot() / mean : 0
            (self.least, self.greatest) = (sorted[0], sorted[sorted.count - 1])
            (self.median, self.p90, self.p99) = (at(0.5), at(0.9), at(0.99))
        }
    }

    public let name: String
    public let format: TraceFormat
    public let sha256: String
    public let requests: Int
    public let services: Int
    /// Services that were called at all.
    public let calledServices: Int
    /// The share of the requests that the most called service has.
    public let largestShare: Double
    public let durationSeconds: Double
    public let ratePerSecond: Double
    /// Seconds between requests; `nil` when requests were only counted.
    public let interarrival: Spread?
    /// Requests by step of a minute, or of the trace's own length, quiet steps included.
    public let requestsByStep: Spread?
    public let stepSeconds: Double
    /// The variance of requests by step by their mean: 1 for a Poisson process.
    public let dispersion: Double
    /// Seconds of service, where they are known.
    public let duration: Spread?
    public let inputTokens: Spread?
    public let outputTokens: Spread?
    /// The share of prompt tokens that an earlier request of the trace had at its beginning.
    public let sharedTokenShare: Double?
    /// The share of cold requests among those of which it is known.
    public let coldShare: Double?
    public let problems: TraceProblems

    private static let mostSteps = 100_000.0

    public init(_ trace: Trace) {
        self.name = trace.name
        self.format = trace.format
        self.sha256 = trace.sha256
        self.requests = trace.count
        self.services = trace.services.count
        self.durationSeconds = trace.durationSeconds
        self.ratePerSecond = trace.durationSeconds > 0 ? Double(trace.count) / trace.durationSeconds : 0
        self.problems = trace.problems
        var step = 60.0
        if case .counts(let counts) = trace.content { step = counts.stepSeconds }
        // A stamp that is off by a century must not fill the memory with steps.
        let widening = (trace.durationSeconds / step / Self.mostSteps).rounded(.up)
        self.stepSeconds = step * max(1, widening)
        let counts = trace.counted(stepSeconds: self.stepSeconds)
        let calls = counts.steps.map { $0.reduce(0) { $0 + Int($1.calls) } }
        self.calledServices = calls.count { $0 > 0 }
        self.largestShare = trace.count > 0 ? Double(calls.max() ?? 0) / Double(trace.count) : 0
        // The last step may be a short one, which would look like a lull.
        let whole = Int((trace.durationSeconds / self.stepSeconds).rounded(.down))
        var bySteps = [Double](repeating: 0, count: max(1, min(counts.stepCount, whole)))
        for step in counts.steps.joined() where Int(step.step) < bySteps.count {
            bySteps[Int(step.step)] += Double(step.calls)
        }
        self.requestsByStep = Spread(bySteps)
        self.dispersion = self.requestsByStep.map { $0.variation * $0.variation * $0.mean } ?? 0
        guard case .requests(let requests) = trace.content else {
            (self.interarrival, self.duration, self.inputTokens, self.outputTokens) = (nil, nil, nil, nil)
            (self.sharedTokenShare, self.coldShare) = (nil, nil)
            return
        }
        self.interarrival = Spread(zip(requests, requests.dropFirst()).map { Double($1.arrival - $0.arrival) / 1e9 })
        self.duration = Spread(requests.filter { $0.duration >= 0 }.map { Double($0.duration) / 1e9 })
        self.inputTokens = Spread(requests.filter { $0.inputTokens >= 0 }.map { Double($0.inputTokens) })
        self.outputTokens = Spread(requests.filter { $0.outputTokens >= 0 }.map { Double($0.outputTokens) })
        let sharing = requests.filter { $0.sharedTokens >= 0 }
        let prompt = sharing.reduce(0) { $0 + Int($1.inputTokens) }
        self.sharedTokenShare =
            prompt > 0 ? Double(sharing.reduce(0) { $0 + Int($1.sharedTokens) }) / Double(prompt) : nil
        let told = requests.count { $0.start != .unknown }
        self.coldShare = told > 0 ? Double(requests.count { $0.start == .cold }) / Double(told) : nil
    }
}

extension TraceSummary {
    /// Every figure; what is not known is left out.
    public var json: JSONValue {
        var json: JSONValue = ["name": .string(self.name), "format": .string(self.format.rawValue)]
        if !self.sha256.isEmpty { json["sha256"] = .string(self.sha256) }
        json["requests"] = JSONValue(self.requests)
        json["services"] = JSONValue(self.services)
        json["calledServices"] = JSONValue(self.calledServices)
        json["largestShare"] = .double(self.largestShare)
        json["durationSeconds"] = .double(self.durationSeconds)
        json["ratePerSecond"] = .double(self.ratePerSecond)
        json["stepSeconds"] = .double(self.stepSeconds)
        json["dispersion"] = .double(self.dispersion)
        let spreads: [(String, Spread?)] = [
            ("interarrivalSeconds", self.interarrival), ("requestsByStep", self.requestsByStep),
            ("durationSecondsOfRequests", self.duration), ("inputTokens", self.inputTokens),
            ("outputTokens", self.outputTokens),
        ]
        for (name, spread) in spreads { if let spread { json[name] = spread.json } }
        if let sharedTokenShare { json["sharedTokenShare"] = .double(sharedTokenShare) }
        if let coldShare { json["coldShare"] = .double(coldShare) }
        json["problems"] = self.problems.json
        return json
    }
}

extension TraceSummary.Spread {
    public var json: JSONValue {
        [
            "mean": .double(self.mean), "variation": .double(self.variation), "least": .double(self.least),
            "median": .double(self.median), "p90": .double(self.p90), "p99": .double(self.p99),
            "greatest": .double(self.greatest),
        ]
    }
}
