extension ScalingDefaults {
    /// Every key that can be set, Knative's first.
    public static let settings: [ScalingSetting] = Self.targets + Self.windows + Self.bounds + Self.own

    private static let targets: [ScalingSetting] = [
        ScalingSetting(
            key: "container-concurrency-target-percentage",
            defaultText: "70",
            accepted: "above 0 and at most 100 (a value of at most 1 counts as a fraction)",
            meaning: "Share of a replica's concurrency that is aimed at. Applies to the concurrency metric only."
        ) { text, defaults in
            guard let value = DecimalText.parse(text), value > 0, value <= 100 else { return false }
            defaults.concurrencyTargetFraction = value > 1 ? value / 100 : value
            return true
        },
        .number(
            "container-concurrency-target-default",
            \.concurrencyTarget,
            "100",
            "a number above 0",
            "Concurrency of a replica when the service sets no `containerConcurrency`.",
            where: { $0 > 0 }
        ),
        .number(
            "requests-per-second-target-default",
            \.requestsPerSecondTarget,
            "200",
            "a number of at least 0.01",
            "Requests per second of a replica; 70 % of it is aimed at.",
            where: { $0 >= 0.01 }
        ),
        .number(
            "target-burst-capacity",
            \.targetBurstCapacity,
            "211",
            "a number of at least 0, or -1 for no limit",
            "Burst that is absorbed without queueing in replicas.",
            where: { $0 >= 0 || $0 == -1 }
        ),
    ]

    private static let windows: [ScalingSetting] = [
        .wholeSeconds(
            "stable-window",
            \.stableWindowSeconds,
            "60s",
            "a duration of whole seconds from 6s to 1h",
            "Averaging window of the stable value, and how long panic lasts after its last cause.",
            in: .seconds(6)...(.seconds(3600))
        ),
        .number(
            "panic-window-percentage",
            \.panicWindowPercentage,
            "10",
            "a number from 1 to 100",
            "The panic window as a share of the stable window.",
            where: { (1...100).contains($0) }
        ),
        .number(
            "panic-threshold-percentage",
            \.panicThresholdPercentage,
            "200",
            "a number above 0",
            "Panic begins when the panic window wants this share of the ready replicas.",
            where: { $0 > 0 }
        ),
        .number(
            "max-scale-up-rate",
            \.maxScaleUpRate,
            "1000",
            "a number above 1",
            "Most that one decision multiplies the ready replicas by.",
            where: { $0 > 1 }
        ),
        .number(
            "max-scale-down-rate",
            \.maxScaleDownRate,
            "2",
            "a number above 1",
            "Most that one decision divides the ready replicas by.",
            where: { $0 > 1 }
        ),
        .wholeSeconds(
            "scale-down-delay",
            \.scaleDownDelaySeconds,
            "0s",
            "a duration of whole seconds from 0s to 1h",
            "How long fewer replicas must be wanted before there are fewer.",
            in: .zero ... .seconds(3600)
        ),
    ]

    private static let bounds: [ScalingSetting] = [
        .bool("enable-scale-to-zero", \.enableScaleToZero, "true", "When false, the last replica stays."),
        .duration(
            "scale-to-zero-grace-period",
            \.scaleToZeroGraceSeconds,
            "30s",
            "a duration above 0s",
            "How long the activator must have been in the path before the last replica may go.",
            where: { $0 > .zero }
        ),
        .duration(
            "scale-to-zero-pod-retention-period",
            \.scaleToZeroPodRetentionSeconds,
            "0s",
            "a duration of at least 0s",
            "Time for which the last replica is kept after the service fell silent."
        ),
        .int("initial-scale", \.initialScale, "1", atLeast: 0, "Replicas that a new service starts with."),
        .bool(
            "allow-zero-initial-scale",
            \.allowZeroInitialScale,
            "false",
            "Lets services start with no replica at all."
        ),
        .int(
            "min-scale",
            \.minScale,
            "1",
            atLeast: 0,
            "`minReplicas` of services that set none. KServe's default; Knative's own is 0."
        ),
        .int("max-scale", \.maxScale, "0", atLeast: 0, "`maxReplicas` of services that set none; 0 for no limit."),
        .int(
            "max-scale-limit",
            \.maxScaleLimit,
            "0",
            atLeast: 0,
            "The highest limit that a service may ask for; 0 for no limit."
        ),
        ScalingSetting(
            key: "pod-autoscaler-class",
            defaultText: "kpa.autoscaling.knative.dev",
            accepted: "'kpa.autoscaling.knative.dev', the only class that is served",
            meaning: "Accepted for compatibility."
        ) { text, _ in text == "kpa.autoscaling.knative.dev" },
        .number(
            "activator-capacity",
            \.activatorCapacity,
            "100",
            "a number of at least 1",
            "Concurrent requests that one activator is assumed to take.",
            where: { $0 >= 1 }
        ),
        .duration(
            "progress-deadline",
            \.progressDeadlineSeconds,
            "600s",
            "a duration above 0s",
            "How long a replica may take to become ready.",
            where: { $0 > .zero }
        ),
    ]

    private static let own: [ScalingSetting] = [
        ScalingSetting(
            key: "policy",
            defaultText: "pilotlight",
            accepted: "'pilotlight' or 'knative'",
            meaning: "Which decider computes replica counts."
        ) { text, defaults in
            guard let policy = ScalingSpec.Policy(rawValue: text) else { return false }
            defaults.policy = policy
            return true
        },
        .int("queue-capacity", \.queueCapacity, "10000", atLeast: 0, "Requests of one service that may wait."),
        .duration(
            "cold-start-timeout",
            \.coldStartTimeoutSeconds,
            "600s",
            "a duration above 0s",
            "How long a request may wait for a replica.",
            where: { $0 > .zero }
        ),
        .duration(
            "response-start-timeout",
            \.responseStartTimeoutSeconds,
            "300s",
            "a duration above 0s",
            "`timeout` of services that set none: from forwarding a request to the head of its response.",
            where: { $0 > .zero }
        ),
        .duration(
            "idle-timeout",
            \.idleTimeoutSeconds,
            "0s",
            "a duration of at least 0s",
            "Longest silence in the middle of a response; 0s for no limit."
        ),
    ]
}
