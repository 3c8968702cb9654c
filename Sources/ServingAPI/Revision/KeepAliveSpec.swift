import StructuredData

/// Which rule decides how long a service without load stays loaded, and its numbers; durations are in seconds.
public struct KeepAliveSpec: Sendable, Equatable {
    public var policy: String
    /// Those that were written; the rule has defaults for the others.
    public var parameters: [String: Double]

    public init(policy: String, parameters: [String: Double] = [:]) {
        self.policy = policy
        self.parameters = parameters
    }

    /// What a number may be.
    public struct Bound: Sendable, Equatable {
        public let range: ClosedRange<Double>
        /// Whether it is written as a duration.
        public let isDuration: Bool

        static func seconds(_ range: ClosedRange<Double>) -> Bound { Bound(range: range, isDuration: true) }
        static func number(_ range: ClosedRange<Double>) -> Bound { Bound(range: range, isDuration: false) }
    }

    /// Every rule by its name, with what may be set.
    ///
    /// The rules themselves are `ScalingCore`'s; a test holds the two together.
    public static let known: [String: [String: Bound]] = [
        "fixed": ["keep": .seconds(0...month)],
        "ski-rental": ["coldStartWorth": .seconds(0...month)],
        "hybrid-histogram": [
            "range": .seconds(60...7 * 86_400), "bin": .seconds(1...3600), "minSamples": .number(0...100_000),
            "head": .number(0...1), "tail": .number(0...1), "margin": .number(0...0.9), "variation": .number(0...1000),
            "outOfBounds": .number(0...1), "forecastMargin": .number(0...0.9), "memory": .number(0...1e9),
        ],
        "no-unload": [:],
        "seasonal-naive": forecast.merging(["period": period, "seasons": .number(1...8)]) { $1 },
        "holt-winters": forecast.merging(
            [
                "period": period, "alpha": .number(0.001...1), "beta": .number(0...1), "gamma": .number(0...1),
                "deviations": .number(0...5),
            ]
        ) { $1 },
        "fft": forecast.merging(["window": .number(8...1440), "harmonics": .number(1...100)]) { $1 },
        "markov": forecast,
        "moving-average": forecast.merging(["window": .number(1...1440)]) { $1 },
    ]

    private static let month = 30 * 86_400.0
    private static let period = Bound.seconds(60...14 * 86_400)
    private static let forecast: [String: Bound] = [
        "keep": .seconds(0...month), "step": .seconds(1...3600), "threshold": .number(0.0001...1e6),
    ]
}

extension KeepAliveSpec {
    /// An object `{policy, parameters}`; problems are reported to the reader.
    init(reading reader: FieldReader) {
        self.policy = reader.requiredString("policy")
        self.parameters = [:]
        guard let parameters = reader.child("parameters") else { return }
        for name in parameters.object.keys { self.parameters[name] = parameters.number(name) }
    }

    var json: JSONValue {
        let parameters = self.parameters.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.number($0.value)) }
        return ["policy": .string(self.policy), "parameters": .object(JSONObject(parameters))]
    }
}
