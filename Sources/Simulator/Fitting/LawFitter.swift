import SimulationKit

/// Fits laws to measured durations: picks by Schwarz's criterion, judges by the Kolmogorov-Smirnov distance.
///
/// Because the parameters come from the same sample, the distance is judged against samples of the fitted law that are
/// fitted anew (parametric bootstrap), not against tables. A law that the sample rejects gives way to the sample itself.
///
/// ```swift
/// let outcome = LawFitter(samples: seconds).best(seed: 1)
/// outcome.chosen.law  // ready for a StartupModel
/// ```
public struct LawFitter: Sendable {
    public static let leastSamples = 30
    public static let leastSamplesOfMixtures = 200
    /// A law that would produce so poor a match in fewer than one of a hundred cases is rejected.
    public static let rejection = 0.01

    /// Positive durations that were seen whole, ascending.
    public let samples: [Double]
    /// Durations that were cut off: it is known only that they are longer than this.
    public let censored: [Double]

    /// Values that are no positive numbers are left out.
    public init(samples: [Double], censored: [Double] = []) {
        self.samples = samples.filter { $0.isFinite && $0 > 0 }.sorted()
        self.censored = censored.filter { $0.isFinite && $0 > 0 }.sorted()
    }

    /// What came of a fit.
    public struct Outcome: Sendable, Equatable {
        public let chosen: FittedLaw
        /// Every law that could be tried, the best first.
        public let candidates: [FittedLaw]
        public let samples: Int
        public let censored: Int
        /// What a reader must know: too few samples, a rejected law, cut-off durations that were ignored.
        public let remarks: [String]
    }

    /// - Parameter bootstraps: Samples that the winner's distance is judged against; 0: it is not judged, below 99 it is
    ///     judged but never rejected.
    /// - Returns: `nil` without samples.
    public func best(bootstraps: Int = 99, seed: UInt64) -> Outcome? {
        guard let first = self.samples.first, let last = self.samples.last else { return nil }
        var remarks: [String] = []
        let empirical = self.fit(.empirical, .empirical(EmpiricalLaw(sample: self.samples)))
        if last - first <= 1e-9 * last {
            let constant = self.fit(.constant, .constant(first))
            return self.outcome(constant, [constant], remarks)
        }
        let families = LawFamily.allCases.filter {
            $0 != .constant && $0 != .empirical && self.samples.count >= $0.leastSamples
                && (self.censored.isEmpty || $0.takesCensored)
        }
        guard !families.isEmpty else {
            remarks.append(
                "\(self.samples.count) samples are fewer than \(Self.leastSamples): they are used as they are"
            )
            return self.outcome(empirical, [empirical], remarks)
        }
        if !self.censored.isEmpty {
            remarks.append("\(self.censored.count) durations were cut off, so only laws that allow for it were tried")
        }
        var candidates = families.compactMap { family in
            Self.law(family, self.samples, self.censored).map { self.fit(family, $0) }
        }
        candidates = candidates.filter { $0.bic.isFinite }.sorted { $0.bic < $1.bic }
        guard var winner = candidates.first else { return self.outcome(empirical, [empirical], remarks) }
        // Cut-off durations have no place in the sample's own shares, so there is nothing to judge against.
        if bootstraps > 0, self.censored.isEmpty {
            winner.plausibility = self.plausibility(of: winner, bootstraps: bootstraps, seed: seed)
            candidates[0] = winner
        }
        if let plausibility = winner.plausibility, plausibility <= Self.rejection {
            let distance = (winner.distance * 1000).rounded() / 1000
            remarks.append("even the best law, \(winner.family.rawValue), is rejected: it is \(distance) away")
            return self.outcome(empirical, candidates, remarks)
        }
        return self.outcome(winner, candidates, remarks)
    }

    private func outcome(_ chosen: FittedLaw, _ candidates: [FittedLaw], _ remarks: [String]) -> Outcome {
        Outcome(
            chosen: chosen,
            candidates: candidates,
            samples: self.samples.count,
            censored: self.censored.count,
            remarks: remarks
        )
    }

    private func fit(_ family: LawFamily, _ law: Distribution) -> FittedLaw {
        let seen = self.samples.reduce(0) { $0 + law.logDensity(at: $1) }
        let likelihood = self.censored.reduce(seen) { sum, value in
            sum + ElementaryFunctions.log(max(1e-300, 1 - law.share(below: value)))
        }
        let count = Double(self.samples.count + self.censored.count)
        return FittedLaw(
            family: family,
            law: law,
            logLikelihood: family == .empirical ? 0 : likelihood,
            bic: Double(family.parameters) * ElementaryFunctions.log(count) - 2 * likelihood,
            distance: family == .empirical ? 0 : Self.distance(self.samples, law),
            plausibility: nil
        )
    }

    private func plausibility(of fit: FittedLaw, bootstraps: Int, seed: UInt64) -> Double {
        var farther = 1
        for number in 0..<bootstraps {
            var stream = RandomStream(seed: seed, replication: number, purpose: .bootstrap)
            let sample = self.samples.map { _ in max(1e-12, fit.law.sample(&stream)) }.sorted()
            guard let law = Self.law(fit.family, sample, []) else { continue }
            if Self.distance(sample, law) >= fit.distance { farther += 1 }
        }
        return Double(farther) / Double(bootstraps + 1)
    }

    /// - Parameter samples: Ascending.
    static func distance(_ samples: [Double], _ law: Distribution) -> Double {
        let count = Double(samples.count)
        var distance = 0.0
        for (index, value) in samples.enumerated() {
            let share = law.share(below: value)
            distance = max(distance, abs(share - Double(index) / count), abs(Double(index + 1) / count - share))
        }
        return distance
    }

    private static func law(_ family: LawFamily, _ samples: [Double], _ censored: [Double]) -> Distribution? {
        switch family {
        case .lognormal: LognormalFit.law(samples, censored: censored)
        case .shiftedLognormal: LognormalFit.shiftedLaw(samples)
        case .weibull: PowerLawFits.weibull(samples, censored: censored)
        case .gamma: PowerLawFits.gamma(samples)
        case .twoLognormals: MixtureFit.law(samples, parts: 2)
        case .threeLognormals: MixtureFit.law(samples, parts: 3)
        case .constant, .empirical: nil
        }
    }
}
