public import ScalingCore
import Timekeeping

/// What keep-alive rules would have cost and saved on a trace of calls by step, one copy a function, without running it.
///
/// The grid is the trace's own step, calls take no time, the first call of a function is cold, and a call as late as the
/// very end of the window is warm. These are the assumptions under which keep-alive rules are compared in the
/// literature (Shahrad et al., ATC 2020), so figures can be compared with published ones.
public struct KeepAliveStudy: Sendable {
    public let counts: TraceCounts

    public init(counts: TraceCounts) {
        self.counts = counts
    }

    /// What one rule came to.
    public struct Outcome: Sendable, Equatable {
        /// Of each function that was called at all: calls that found it unloaded, in per cent of its calls.
        public var coldPercents: [Double] = []
        public var calls: Int64 = 0
        public var coldCalls: Int64 = 0
        /// Time for which functions were loaded without being called, over all functions.
        public var wastedSeconds = 0.0
        /// Functions all of whose calls were cold.
        public var alwaysCold = 0

        /// What three quarters of the functions are below, between neighbours as numpy's `percentile` does it.
        public var thirdQuartileColdPercent: Double {
            let sorted = self.coldPercents.sorted()
            guard let last = sorted.last else { return 0 }
            let position = 0.75 * Double(sorted.count - 1)
            let low = sorted[Int(position)]
            let high = Int(position) + 1 < sorted.count ? sorted[Int(position) + 1] : last
            return low + (high - low) * (position - position.rounded(.down))
        }
    }

    public func outcome(of configuration: KeepAliveConfiguration) -> Outcome {
        var outcome = Outcome()
        for steps in self.counts.steps where !steps.isEmpty {
            self.add(steps, KeepAlivePolicy(configuration), to: &outcome)
        }
        return outcome
    }

    private func add(_ steps: [TraceCounts.Step], _ policy: KeepAlivePolicy, to outcome: inout Outcome) {
        var policy = policy
        var cold: Int64 = 0
        var calls: Int64 = 0
        var last: Double?
        for step in steps {
            let now = Double(step.step) * self.counts.stepSeconds
            calls += Int64(step.calls)
            if let last {
                let wasWarm = Self.pass(from: last, to: now, &policy, &outcome.wastedSeconds)
                if !wasWarm { cold += 1 }
            } else {
                cold += 1
            }
            policy.loadBegan(Double(step.calls), at: .seconds(now))
            policy.loadEnded(at: .seconds(now))
            last = now
        }
        if let last {
            let end = Double(self.counts.stepCount) * self.counts.stepSeconds
            _ = Self.pass(from: last, to: end, &policy, &outcome.wastedSeconds)
        }
        outcome.calls += calls
        outcome.coldCalls += cold
        outcome.coldPercents.append(100 * Double(cold) / Double(calls))
        if cold == calls { outcome.alwaysCold += 1 }
    }

    /// Lets an idle period pass.
    ///
    /// - Returns: Whether it is loaded when the period ends.
    private static func pass(
        from start: Double,
        to end: Double,
        _ policy: inout KeepAlivePolicy,
        _ wasted: inout Double
    ) -> Bool {
        if let window = policy.idleWindow {
            wasted += window.loadedSeconds(of: end - start)
            return window.contains(end - start)
        }
        var now = start
        while true {
            let plan = policy.plan(at: .seconds(now))
            let next = plan.changesInSeconds.map { now + $0 } ?? .infinity
            if plan.isWarm { wasted += min(next, end) - now }
            // What is decided for the step of the call itself still counts.
            guard next <= end else { return plan.isWarm }
            now = max(next, now + 1e-3)
        }
    }
}
