import StructuredData

/// Brings fields, annotations and defaults together: a field wins over an annotation, an annotation over the default.
struct ScalingResolver {
    let defaults: ScalingDefaults
    let annotations: AnnotationReader
    let component: ComponentExtension
    let componentPath: FieldPath

    func scaling() -> ScalingSpec {
        var scaling = ScalingSpec()
        scaling.policy = self.choice("policy", ScalingSpec.Policy.allCases) ?? self.defaults.policy
        scaling.metric = self.metric
        (scaling.target, scaling.total) = self.target(of: scaling.metric)
        self.resolveWindows(&scaling)
        self.resolveBounds(&scaling)
        self.resolveStarts(&scaling)
        scaling.keepAlive = self.keepAlive(for: scaling.policy)
        return scaling
    }

    func limits() -> RequestLimits {
        let timeout = self.component.timeoutSeconds ?? 0
        return RequestLimits(
            containerConcurrency: self.containerConcurrency,
            queueCapacity: self.annotations.int(AnnotationName.queueCapacity, atLeast: 0)
                ?? self.defaults.queueCapacity,
            responseStartTimeoutSeconds: timeout > 0 ? Double(timeout) : self.defaults.responseStartTimeoutSeconds,
            idleTimeoutSeconds: self.annotations.seconds(AnnotationName.idleTimeout, "of at least 0s") { $0 >= .zero }
                ?? self.defaults.idleTimeoutSeconds,
            coldStartTimeoutSeconds: self.annotations.seconds(AnnotationName.coldStartTimeout, "above 0s") {
                $0 > .zero
            }
                ?? self.defaults.coldStartTimeoutSeconds
        )
    }

    // MARK: Metric and target

    private var containerConcurrency: Int { max(0, self.component.containerConcurrency ?? 0) }

    /// What is scaled on: concurrency instead of a metric that is not supported yet.
    private var metric: ScalingSpec.Metric {
        if let field = self.component.scaleMetric { return field == .rps ? .rps : .concurrency }
        if self.component.targetConcurrency != nil { return .concurrency }
        return self.annotations.written(Self.key("metric"))?.text == "rps" ? .rps : .concurrency
    }

    /// Whether the target that was written belongs to a metric that is scaled on: 80 % of a processor is no
    /// concurrency of 80.
    private var isTargetOfMetric: Bool {
        if let field = self.component.scaleMetric { return field == .concurrency || field == .rps }
        if self.component.targetConcurrency != nil { return true }
        guard let annotation = self.annotations.written(Self.key("metric")) else { return true }
        return annotation.text == "concurrency" || annotation.text == "rps"
    }

    /// Target and total of a replica, as Knative computes them.
    private func target(of metric: ScalingSpec.Metric) -> (target: Double, total: Double) {
        let limit = Double(self.containerConcurrency)
        var total: Double
        var utilization: Double
        switch metric {
        case .rps:
            total = self.defaults.requestsPerSecondTarget
            // Fixed by Knative: only the annotation changes it.
            utilization = 0.7
        case .concurrency:
            total = limit > 0 ? limit : self.defaults.concurrencyTarget
            utilization = self.defaults.concurrencyTargetFraction
        }
        let annotated = self.annotations.number(Self.key("target"), "a number of at least 0.01") { $0 >= 0.01 }
        if let wanted = self.component.writtenTarget ?? annotated, self.isTargetOfMetric {
            total = metric == .concurrency && limit > 0 ? min(wanted, limit) : wanted
        }
        let percentage = self.annotations.number(
            Self.key("target-utilization-percentage"),
            "a number from 1 to 100",
            where: { (1...100).contains($0) }
        )
        if let percentage { utilization = percentage / 100 }
        return (max(0.01, utilization * total), total)
    }

    // MARK: Windows and rates

    private func resolveWindows(_ scaling: inout ScalingSpec) {
        let hour = Duration.seconds(3600)
        scaling.stableWindowSeconds =
            self.annotations.wholeSeconds(Self.key("window"), "from 6s to 1h", in: .seconds(6)...hour)
            ?? self.defaults.stableWindowSeconds
        let share =
            self.annotations.number(Self.key("panic-window-percentage"), "a number from 1 to 100") {
                (1...100).contains($0)
            } ?? self.defaults.panicWindowPercentage
        let panicWindow = (Double(scaling.stableWindowSeconds) * share / 100).rounded(.toNearestOrAwayFromZero)
        scaling.panicWindowSeconds = max(1, Int(panicWindow))
        let threshold =
            self.annotations.number(Self.key("panic-threshold-percentage"), "a number from 110 to 1000") {
                (110...1000).contains($0)
            } ?? self.defaults.panicThresholdPercentage
        scaling.panicThreshold = threshold / 100
        scaling.maxScaleUpRate = self.defaults.maxScaleUpRate
        scaling.maxScaleDownRate = self.defaults.maxScaleDownRate
        scaling.scaleDownDelaySeconds =
            self.annotations.wholeSeconds(Self.key("scale-down-delay"), "from 0s to 1h", in: .zero...hour)
            ?? self.defaults.scaleDownDelaySeconds
        scaling.targetBurstCapacity =
            self.annotations.number(Self.key("target-burst-capacity"), "a number of at least 0, or -1") {
                $0 >= 0 || $0 == -1
            } ?? self.defaults.targetBurstCapacity
        scaling.aggregation =
            self.annotations.choice(
                Self.key("metric-aggregation-algorithm"),
                [
                    ("linear", .linear), ("weighted-exponential", .weightedExponential),
                    ("weightedExponential", .weightedExponential),
                ]
            ) ?? .linear
    }

    // MARK: Bounds

    private func resolveBounds(_ scaling: inout ScalingSpec) {
        let annotatedMin = self.annotations.int(Self.key("min-scale"), atLeast: 0)
        let annotatedMax = self.annotations.int(Self.key("max-scale"), atLeast: 0)
        scaling.minScale = max(0, self.component.minReplicas ?? annotatedMin ?? self.defaults.minScale)
        scaling.maxScale = max(0, self.component.maxReplicas ?? annotatedMax ?? self.defaults.maxScale)
        if self.annotations.written(AnnotationName.autoscalerClass)?.text == "none" {
            // Nothing scales: there are as many replicas as there are to be at least.
            scaling.maxScale = max(1, scaling.minScale)
        }
        let areBothFields = self.component.minReplicas != nil && self.component.maxReplicas != nil
        if scaling.maxScale > 0, scaling.minScale > scaling.maxScale, !areBothFields {
            self.annotations.report(
                "at least \(scaling.minScale) replicas are wanted, but at most \(scaling.maxScale) are allowed",
                at: self.place("minReplicas", "min-scale")
            )
        }
        let limit = self.defaults.maxScaleLimit
        if limit > 0, !(1...limit).contains(scaling.maxScale) {
            self.annotations.report(
                "is \(scaling.maxScale), but must be from 1 to \(limit), the limit that the operator set",
                at: self.place("maxReplicas", "max-scale")
            )
        }
    }

    private func resolveStarts(_ scaling: inout ScalingSpec) {
        let initial = self.annotations.int(Self.key("initial-scale"), atLeast: 0) ?? self.defaults.initialScale
        let isAllowed = initial > 0 || self.defaults.allowZeroInitialScale
        scaling.initialScale = isAllowed ? initial : max(1, self.defaults.initialScale)
        if let activation = self.annotations.int(Self.key("activation-scale"), atLeast: 2) {
            scaling.activationScale = activation
            let highest = scaling.maxScale == 0 ? Int.max : scaling.maxScale
            if activation < scaling.minScale || activation > highest {
                let upper = scaling.maxScale == 0 ? "" : " and at most \(scaling.maxScale)"
                self.annotations.report(
                    "is \(activation), but must be at least \(scaling.minScale)\(upper), as the replicas are",
                    at: self.place("activationScale", "activation-scale")
                )
            }
        }
        scaling.enableScaleToZero = self.defaults.enableScaleToZero
        scaling.scaleToZeroGraceSeconds = self.defaults.scaleToZeroGraceSeconds
        scaling.scaleToZeroPodRetentionSeconds =
            self.annotations.seconds(Self.key("scale-to-zero-pod-retention-period"), "from 0s to 1h") {
                (.zero ... .seconds(3600)).contains($0)
            } ?? self.defaults.scaleToZeroPodRetentionSeconds
        scaling.progressDeadlineSeconds =
            self.annotations.seconds(AnnotationName.progressDeadline, "above 0s") { $0 > .zero }
            ?? self.defaults.progressDeadlineSeconds
    }

    // MARK: Names and places

    private static func key(_ name: String) -> String { AnnotationName.autoscalingPrefix + name }

    private func choice<Choice: RawRepresentable<String>>(_ name: String, _ choices: [Choice]) -> Choice? {
        self.annotations.choice(AnnotationName.ownPrefix + name, choices.map { ($0.rawValue, $0) })
    }

    /// Where the author can mend a bound: at the annotation, if there is one, else at the field.
    private func place(_ field: String, _ annotation: String) -> FieldPath {
        self.annotations.written(Self.key(annotation))?.path ?? self.componentPath.member(field)
    }
}

extension ComponentExtension {
    /// The target in either of its forms; `nil` when none was written, and when one is no target at all.
    var writtenTarget: Double? {
        guard let target = self.scaleTarget ?? self.targetConcurrency, target > 0 else { return nil }
        return Double(target)
    }
}
