public import StructuredData

/// Whether a service without load should be loaded now, why, and when to ask again.
public struct KeepAlivePlan: Sendable, Equatable {
    /// What the plan was made from, with the numbers of its sentence.
    public enum Basis: Sendable, Equatable {
        /// A time that was set.
        case fixed
        /// Too few idle periods to learn from: so many.
        case fewSamples(Int)
        /// Idle periods, so many, of all lengths.
        case noPattern(Int)
        /// The histogram of so many idle periods.
        case histogram(Int)
        /// The next idle period was forecast, in seconds, because most are longer than the histogram.
        case forecastIdleTime(Double)
        /// The load was forecast; the highest of the steps that matter, `nil` while too little was seen.
        case forecastLoad(Double?)
    }

    public let name: KeepAliveName
    public let isWarm: Bool
    /// Time since the load ended; `nil` when there was none yet.
    public let idleSeconds: Double?
    /// When it is loaded in this idle period; `nil` when that is decided anew from step to step.
    public let window: KeepAliveWindow?
    public let basis: Basis
    /// Seconds after which the answer may be another; `nil`: only load can change it.
    public let changesInSeconds: Double?

    /// As part of a sentence: what keeps it loaded or lets it go, with the numbers.
    public var explanation: String {
        switch self.basis {
        case .forecastLoad(let load): self.forecastSentence(load)
        default: self.windowSentence
        }
    }

    private var windowSentence: String {
        guard let window, let idle = self.idleSeconds else { return "keep-alive '\(self.name.rawValue)'" }
        let state =
            window.prewarmSeconds > 0
            ? "loads it from \(Self.text(window.prewarmSeconds)) to \(Self.text(window.endSeconds)) after the last load"
            : "keeps it loaded for \(Self.text(window.endSeconds)) after the last load"
        let reason =
            switch self.basis {
            case .fixed, .forecastLoad: ""
            case .fewSamples(let count): ", as \(NumberText.counted(count, "idle period")) say too little"
            case .noPattern(let count): ", as \(NumberText.counted(count, "idle period")) show no pattern"
            case .histogram(let count): ", by \(NumberText.counted(count, "idle period"))"
            case .forecastIdleTime(let seconds): ", as the next idle period is expected to last \(Self.text(seconds))"
            }
        return "keep-alive '\(self.name.rawValue)' \(state)\(reason), and \(Self.text(idle)) have passed"
    }

    private func forecastSentence(_ load: Double?) -> String {
        guard let load else { return "keep-alive '\(self.name.rawValue)' has seen too little to forecast" }
        let verb = self.isWarm ? "keeps it loaded" : "lets it go"
        return "keep-alive '\(self.name.rawValue)' \(verb), for it expects a load of \(NumberText.of(load))"
    }

    private static func text(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "ever" }
        return seconds < 120
            ? "\(NumberText.of(seconds, digits: 1)) s" : "\(NumberText.of(seconds / 60, digits: 1)) min"
    }
}

extension KeepAlivePlan {
    /// The plan with its numbers; what does not apply is left out.
    public var json: JSONValue {
        var json: JSONValue = ["policy": .string(self.name.rawValue), "isWarm": .bool(self.isWarm)]
        if let idleSeconds { json["idleSeconds"] = .double(idleSeconds) }
        if let window {
            json["prewarmSeconds"] = .double(window.prewarmSeconds)
            if window.endSeconds.isFinite { json["endSeconds"] = .double(window.endSeconds) }
        }
        if let changesInSeconds { json["changesInSeconds"] = .double(changesInSeconds) }
        return json
    }
}
