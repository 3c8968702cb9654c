import SimulationKit

/// The law that fits measured times best, of those that scenario files can say.
///
/// Each candidate has the measured moments; the one with the highest likelihood, less a penalty for its parameters
/// (BIC), is taken. The Kolmogorov-Smirnov distance says how good the best is.
public struct LawFit: Sendable {
    public struct Candidate: Sendable {
        /// As a scenario file takes it.
        public let text: String
        /// Lower is better.
        public let bic: Double
        /// From the measurements, 0 to 1.
        public let distance: Double
    }

    public let count: Int
    /// The best first.
    public let candidates: [Candidate]
    public let median: Double
    public let p99: Double

    /// Laws are fitted from so many measurements on; fewer are used as they are.
    static let least = 30

    public init(_ values: [Double]) {
        let positive = values.filter { $0 > 0 }.sorted()
        self.count = values.count
        self.median = positive.isEmpty ? 0 : positive[positive.count / 2]
        self.p99 = positive.isEmpty ? 0 : positive[min(positive.count - 1, Int(0.99 * Double(positive.count)))]
        guard positive.count >= Self.least else {
            self.candidates = []
            return
        }
        let found = [Self.exponential(positive), Self.lognormal(positive), Self.weibull(positive)]
        self.candidates = found.sorted { $0.bic < $1.bic }
    }

    /// For people: the law to write, and how good it is.
    public var text: String {
        guard let best = self.candidates.first else {
            return "\(self.count) measurements are too few for a law (\(Self.least)): use them as they are, "
                + "{empirical: [...]}.\n"
        }
        let limit = 1.36 / Double(self.count).squareRoot()
        var lines = [best.text, ""]
        lines.append(
            "\(self.count) measurements, median \(FigureUnit.seconds.text(self.median)), p99 "
                + "\(FigureUnit.seconds.text(self.p99))."
        )
        let distance = NumberText.significant(best.distance)
        if best.distance > limit {
            lines.append(
                "Even the best law is \(distance) away (Kolmogorov-Smirnov; \(NumberText.significant(limit)) would be "
                    + "chance): the times may be of several kinds. Write {quantiles: [...]} or a mixture."
            )
        } else {
            lines.append("It lies \(distance) away (Kolmogorov-Smirnov), no more than chance explains.")
        }
        for other in self.candidates.dropFirst() {
            lines.append("Worse: \(other.text)  (BIC +\(NumberText.significant(other.bic - best.bic)))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Candidates

    private static func exponential(_ values: [Double]) -> Candidate {
        let mean = Moments(values).mean
        let likelihood = -Double(values.count) * (ElementaryFunctions.log(mean) + 1)
        return self.candidate("{exponential: {mean: \(self.seconds(mean))}}", likelihood, parameters: 1, values) {
            1 - ElementaryFunctions.exp(-$0 / mean)
        }
    }

    private static func lognormal(_ values: [Double]) -> Candidate {
        let logs = values.map(ElementaryFunctions.log)
        let moments = Moments(logs)
        let sigma = max(moments.standardDeviation, 1e-9)
        let count = Double(values.count)
        let likelihood =
            -logs.reduce(0, +) - count * (ElementaryFunctions.log(sigma) + 0.918_938_533_204_672_8 + 0.5)
        let median = ElementaryFunctions.exp(moments.mean)
        let text = "{lognormal: {median: \(self.seconds(median)), sigma: \(NumberText.significant(sigma))}}"
        return self.candidate(text, likelihood, parameters: 2, values) {
            NormalLaw.share(below: (ElementaryFunctions.log($0) - moments.mean) / sigma)
        }
    }

    /// By the slope of the doubly logarithmic plot, then a few Newton steps on the likelihood.
    private static func weibull(_ values: [Double]) -> Candidate {
        let logs = values.map(ElementaryFunctions.log)
        let meanLog = logs.reduce(0, +) / Double(logs.count)
        var shape = 1.2 / max(Moments(logs).standardDeviation, 1e-6)
        for _ in 0..<60 {
            let powers = logs.map { ElementaryFunctions.exp(shape * $0) }
            let sum = powers.reduce(0, +)
            let first = zip(powers, logs).reduce(0) { $0 + $1.0 * $1.1 } / sum
            let second = zip(powers, logs).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / sum
            let error = first - 1 / shape - meanLog
            let slope = second - first * first + 1 / (shape * shape)
            let next = shape - error / slope
            shape = next > 0 ? next : shape / 2
        }
        let count = Double(values.count)
        let power = logs.reduce(0) { $0 + ElementaryFunctions.exp(shape * $1) } / count
        let scale = ElementaryFunctions.power(power, 1 / shape)
        let logScale = ElementaryFunctions.log(scale)
        let likelihood =
            count * (ElementaryFunctions.log(shape) - logScale) + (shape - 1) * (meanLog - logScale) * count - count
        let text = "{weibull: {shape: \(NumberText.significant(shape)), scale: \(self.seconds(scale))}}"
        return self.candidate(text, likelihood, parameters: 2, values) {
            1 - ElementaryFunctions.exp(-ElementaryFunctions.power($0 / scale, shape))
        }
    }

    private static func candidate(
        _ text: String,
        _ logLikelihood: Double,
        parameters: Double,
        _ values: [Double],
        _ share: (Double) -> Double
    ) -> Candidate {
        let bic = parameters * ElementaryFunctions.log(Double(values.count)) - 2 * logLikelihood
        let distance = Distance.kolmogorovSmirnov(of: values, from: share)?.distance ?? 1
        return Candidate(text: text, bic: bic, distance: distance)
    }

    private static func seconds(_ value: Double) -> String {
        value < 1
            ? "\(NumberText.significant(value * 1000, digits: 4))ms" : "\(NumberText.significant(value, digits: 4))s"
    }
}
