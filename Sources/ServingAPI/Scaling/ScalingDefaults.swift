public import StructuredData

/// What a service gets where neither its fields nor its annotations say otherwise.
///
/// The keys, the defaults and the ranges are those of Knative's `config-autoscaler`, but for the few marked as ours in
/// `ScalingDefaults.settings`.
public struct ScalingDefaults: Sendable, Equatable {
    public var policy: ScalingSpec.Policy = .pilotlight
    /// Share of a replica's concurrency that is aimed at, above 0 and at most 1.
    public var concurrencyTargetFraction = 0.7
    /// Concurrency of a replica when the service sets no limit.
    public var concurrencyTarget = 100.0
    public var requestsPerSecondTarget = 200.0
    /// -1 for no limit.
    public var targetBurstCapacity = 211.0
    public var stableWindowSeconds = 60
    public var panicWindowPercentage = 10.0
    public var panicThresholdPercentage = 200.0
    public var maxScaleUpRate = 1000.0
    public var maxScaleDownRate = 2.0
    public var enableScaleToZero = true
    public var scaleToZeroGraceSeconds = 30.0
    public var scaleToZeroPodRetentionSeconds = 0.0
    public var initialScale = 1
    public var allowZeroInitialScale = false
    /// One, as KServe has it; Knative's own is zero.
    public var minScale = 1
    /// Zero for no limit.
    public var maxScale = 0
    /// The highest `max-scale` that a service may ask for; zero for no limit.
    public var maxScaleLimit = 0
    public var scaleDownDelaySeconds = 0
    public var podAutoscalerClass = "kpa.autoscaling.knative.dev"
    /// Concurrent requests that one activator is assumed to take.
    public var activatorCapacity = 100.0
    public var progressDeadlineSeconds = 600.0

    /// Requests of one service that may wait.
    public var queueCapacity = 10_000
    /// How long a request may wait for a replica.
    public var coldStartTimeoutSeconds = 600.0
    /// From forwarding a request to the head of its response.
    public var responseStartTimeoutSeconds = 300.0
    /// Silence in the middle of a response; zero for no limit.
    public var idleTimeoutSeconds = 0.0

    public init() {}

    /// Reads `key: value` pairs, as `--set` takes them; every problem is reported at once, its path the key.
    public init(settings: [String: String]) throws(ProblemList) {
        var problems: [Problem] = []
        for (key, text) in settings.sorted(by: { $0.key < $1.key }) {
            guard let setting = Self.settings.first(where: { $0.key == key }) else {
                let hint = NearestName.hint(for: key, among: Self.settings.map(\.key))
                problems.append(Problem(path: key, message: "unknown setting" + hint))
                continue
            }
            if !setting.apply(text, &self) {
                problems.append(Problem(path: key, message: "is '\(text)', but must be \(setting.accepted)"))
            }
        }
        problems += self.contradictions(among: settings)
        guard problems.isEmpty else { throw ProblemList(problems) }
    }

    /// Values that are right one by one and wrong together, reported at a key that was set.
    private func contradictions(among settings: [String: String]) -> [Problem] {
        var problems: [Problem] = []
        func check(_ isRight: Bool, _ keys: [String], _ message: String) {
            guard !isRight, let key = keys.first(where: { settings[$0] != nil }) else { return }
            problems.append(Problem(path: key, message: message))
        }
        check(
            self.concurrencyTargetFraction * self.concurrencyTarget >= 0.01,
            ["container-concurrency-target-default", "container-concurrency-target-percentage"],
            "the target concurrency and its percentage make \(self.concurrencyTargetFraction * self.concurrencyTarget)"
                + " requests per replica, but it must be at least 0.01"
        )
        check(
            self.initialScale > 0 || self.allowZeroInitialScale,
            ["initial-scale"],
            "is 0, which needs 'allow-zero-initial-scale' to be true"
        )
        check(
            self.maxScale == 0 || self.maxScale >= self.minScale,
            ["max-scale", "min-scale"],
            "'max-scale' is \(self.maxScale), but must be 0 or at least 'min-scale', which is \(self.minScale)"
        )
        check(
            self.maxScaleLimit == 0 || (1...self.maxScaleLimit).contains(self.maxScale),
            ["max-scale", "max-scale-limit"],
            "'max-scale' is \(self.maxScale), but must be from 1 to 'max-scale-limit', which is \(self.maxScaleLimit)"
        )
        return problems
    }
}
