public import SimulationKit
public import StructuredData

/// A law with the parameters that explain a sample best, and how well it does.
public struct FittedLaw: Sendable, Equatable {
    public let family: LawFamily
    public let law: Distribution
    public let logLikelihood: Double
    /// Schwarz's criterion: the lower the better, each parameter costs.
    public let bic: Double
    /// The largest distance between the law's and the sample's cumulative shares.
    public let distance: Double
    /// How often a sample of the law itself would lie as far away, by parametric bootstrap; `nil` when not computed.
    public internal(set) var plausibility: Double?

    public var json: JSONValue {
        var json: JSONValue = ["family": .string(self.family.rawValue), "law": .string("\(self.law)")]
        json["logLikelihood"] = .double(self.logLikelihood)
        json["bic"] = .double(self.bic)
        json["distance"] = .double(self.distance)
        if let plausibility { json["plausibility"] = .double(plausibility) }
        return json
    }
}

/// The laws that start-up phases are tried against.
public enum LawFamily: String, Sendable, Hashable, CaseIterable {
    case constant
    case lognormal
    case shiftedLognormal = "shifted-lognormal"
    case weibull
    case gamma
    case twoLognormals = "two-lognormals"
    case threeLognormals = "three-lognormals"
    case empirical

    /// Numbers that were chosen to suit the sample.
    var parameters: Int {
        switch self {
        case .constant: 1
        case .lognormal, .weibull, .gamma: 2
        case .shiftedLognormal: 3
        case .twoLognormals: 5
        case .threeLognormals: 8
        case .empirical: 0
        }
    }

    /// Samples below which a fit would say more about chance than about the law.
    var leastSamples: Int {
        switch self {
        case .constant, .empirical: 1
        case .lognormal, .shiftedLognormal, .weibull, .gamma: LawFitter.leastSamples
        case .twoLognormals, .threeLognormals: LawFitter.leastSamplesOfMixtures
        }
    }

    /// Whether durations of which only a lower bound is known can be taken into account.
    var takesCensored: Bool { self == .lognormal || self == .weibull }
}
