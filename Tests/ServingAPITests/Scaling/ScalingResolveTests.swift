import ServingAPI
import StructuredData
import Testing

@Suite("ScalingSpec.resolve")
struct ScalingResolveTests {
    struct TargetRow: Sendable, CustomTestStringConvertible {
        let number: Int
        var metric: ComponentExtension.ScaleMetric = .concurrency
        var containerConcurrency = 0
        var settings: [String: String] = [:]
        var annotations: [String: String] = [:]
        let target: Double
        let total: Double
        var testDescription: String { "vector \(self.number)" }
    }

    /// Knative's own table of targets.
    static let targets = [
        TargetRow(number: 66, containerConcurrency: 10, settings: fraction("0.8"), target: 8, total: 10),
        TargetRow(
            number: 67,
            containerConcurrency: 12,
            settings: fraction("0.8"),
            annotations: ["target-utilization-percentage": "75"],
            target: 9,
            total: 12
        ),
        TargetRow(number: 68, containerConcurrency: 1, settings: fraction("0.8"), target: 0.8, total: 1),
        TargetRow(
            number: 69,
            settings: [
                "container-concurrency-target-percentage": "0.3", "container-concurrency-target-default": "2",
            ],
            target: 0.6,
            total: 2
        ),
        TargetRow(
            number: 70,
            settings: fraction("0.001"),
            annotations: ["target": "1"],
            target: 0.01,
            total: 1
        ),
        TargetRow(
            number: 71,
            containerConcurrency: 1,
            settings: fraction("1"),
            annotations: ["target": "10"],
            target: 1,
            total: 1
        ),
        TargetRow(number: 72, settings: fraction("1"), annotations: ["target": "500"], target: 500, total: 500),
        TargetRow(number: 73, metric: .rps, target: 140, total: 200),
        TargetRow(number: 74, metric: .rps, annotations: ["target": "1"], target: 0.7, total: 1),
        TargetRow(
            number: 75,
            metric: .rps,
            annotations: ["target-utilization-percentage": "75"],
            target: 150,
            total: 200
        ),
        TargetRow(
            number: 76,
            metric: .rps,
            settings: ["requests-per-second-target-default": "300"],
            target: 210,
            total: 300
        ),
    ]

    static func fraction(_ text: String) -> [String: String] { ["container-concurrency-target-percentage": text] }

    static func prefixed(_ annotations: [String: String]) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: annotations.map {
                ($0.contains("/") ? $0 : "autoscaling.knative.dev/\($0)", $1)
            }
        )
    }

    static func resolve(
        _ annotations: [String: String] = [:],
        _ component: ComponentExtension = ComponentExtension(),
        settings: [String: String] = [:]
    ) throws -> ScalingSpec {
        try ScalingSpec.resolve(
            defaults: ScalingDefaults(settings: settings),
            annotations: Self.prefixed(annotations),
            component: component
        )
    }

    @Test("targets and totals are Knative's", arguments: targets) func target(row: TargetRow) throws {
        let component = ComponentExtension(scaleMetric: row.metric, containerConcurrency: row.containerConcurrency)
        let scaling = try Self.resolve(row.annotations, component, settings: row.settings)
        #expect(abs(scaling.target - row.target) < 1e-9)
        #expect(scaling.total == row.total)
    }

    @Test(
        "panic windows round half up to whole seconds, at least one",
        arguments: [
            ("6s", "10", 1), ("10s", "10", 1), ("15s", "10", 2), ("30s", "10", 3), ("60s", "10", 6), ("90s", "10", 9),
            ("10s", "25", 3), ("30s", "25", 8), ("90s", "25", 23), ("15s", "50", 8), ("60s", "1", 1), ("1h", "1", 36),
        ]
    )
    func panicWindow(window: String, percentage: String, seconds: Int) throws {
        let scaling = try Self.resolve(["window": window, "panic-window-percentage": percentage])
        #expect(scaling.panicWindowSeconds == seconds)
    }

    @Test("without fields and annotations: Knative's defaults, and KServe's one replica") func nothing() throws {
        var expected = ScalingSpec()
        expected.minScale = 1
        #expect(try Self.resolve() == expected)
    }

    @Test("every annotation reaches its own setting") func everyAnnotation() throws {
        let scaling = try Self.resolve([
            "metric": "rps", "target": "50", "target-utilization-percentage": "80", "target-burst-capacity": "-1",
            "min-scale": "2", "max-scale": "20", "initial-scale": "3", "activation-scale": "4",
            "scale-down-delay": "15m", "scale-to-zero-pod-retention-period": "1m5s", "window": "40s",
            "panic-window-percentage": "20", "panic-threshold-percentage": "110",
            "metric-aggregation-algorithm": "weightedExponential", "serving.knative.dev/progress-deadline": "30s",
            "pilotlight.dev/policy": "knative",
        ])
        let expected = ScalingSpec(
            policy: .knative,
            metric: .rps,
            target: 40,
            total: 50,
            targetBurstCapacity: -1,
            panicThreshold: 1.1,
            stableWindowSeconds: 40,
            panicWindowSeconds: 8,
            minScale: 2,
            maxScale: 20,
            initialScale: 3,
            activationScale: 4,
            scaleDownDelaySeconds: 900,
            scaleToZeroPodRetentionSeconds: 65,
            aggregation: .weightedExponential,
            progressDeadlineSeconds: 30
        )
        #expect(scaling == expected)
    }

    @Test("every default reaches its own setting") func everyDefault() throws {
        let scaling = try Self.resolve(settings: [
            "policy": "knative", "target-burst-capacity": "7", "stable-window": "30s",
            "panic-threshold-percentage": "300",
            "max-scale-up-rate": "3", "max-scale-down-rate": "4", "enable-scale-to-zero": "false",
            "scale-to-zero-grace-period": "5s", "scale-to-zero-pod-retention-period": "6s", "initial-scale": "2",
            "min-scale": "0", "max-scale": "8", "scale-down-delay": "9s", "progress-deadline": "10s",
        ])
        let expected = ScalingSpec(
            policy: .knative,
            targetBurstCapacity: 7,
            panicThreshold: 3,
            stableWindowSeconds: 30,
            panicWindowSeconds: 3,
            maxScaleUpRate: 3,
            maxScaleDownRate: 4,
            minScale: 0,
            maxScale: 8,
            initialScale: 2,
            scaleDownDelaySeconds: 9,
            scaleToZeroGraceSeconds: 5,
            scaleToZeroPodRetentionSeconds: 6,
            enableScaleToZero: false,
            progressDeadlineSeconds: 10
        )
        #expect(scaling == expected)
    }

    @Test("the older spelling is found, and the newer one wins") func olderSpelling() throws {
        #expect(try Self.resolve(["minScale": "3", "targetBurstCapacity": "5"]).minScale == 3)
        #expect(try Self.resolve(["targetBurstCapacity": "5"]).targetBurstCapacity == 5)
        #expect(try Self.resolve(["minScale": "3", "min-scale": "2"]).minScale == 2)
        #expect(try Self.resolve(["scaleToZeroPodRetentionPeriod": "7s"]).scaleToZeroPodRetentionSeconds == 7)
    }

    @Test("fields win over annotations") func fieldsWin() throws {
        let component = ComponentExtension(minReplicas: 0, maxReplicas: 4, scaleTarget: 10, scaleMetric: .concurrency)
        let scaling = try Self.resolve(["min-scale": "2", "max-scale": "9", "target": "5", "metric": "rps"], component)
        #expect(scaling.minScale == 0)
        #expect(scaling.maxScale == 4)
        #expect(scaling.metric == .concurrency)
        #expect(scaling.total == 10)
        #expect(scaling.target == 7)
    }

    @Test("targetConcurrency is a short form") func targetConcurrency() throws {
        var component = ComponentExtension()
        component.targetConcurrency = 4
        let scaling = try Self.resolve(["metric": "rps"], component)
        #expect(scaling.metric == .concurrency)
        #expect(scaling.total == 4)
    }

    @Test("a target of processor use is no target of concurrency") func processorTarget() throws {
        let component = ComponentExtension(scaleTarget: 80, scaleMetric: .cpu)
        #expect(try Self.resolve([:], component).total == 100)
        #expect(try Self.resolve(["metric": "cpu", "target": "80"]).total == 100)
        #expect(try Self.resolve(["target": "80"]).total == 80)
    }

    @Test("a fixed number of replicas neither grows nor shrinks") func fixed() throws {
        let scaling = try Self.resolve(
            ["serving.kserve.io/autoscalerClass": "none"],
            ComponentExtension(minReplicas: 3, maxReplicas: 9)
        )
        #expect(scaling.minScale == 3)
        #expect(scaling.maxScale == 3)
    }

    @Test("starting with none is a wish until the operator allows it") func zeroInitialScale() throws {
        #expect(try Self.resolve(["initial-scale": "0"]).initialScale == 1)
        let allowed = try Self.resolve(["initial-scale": "0"], settings: ["allow-zero-initial-scale": "true"])
        #expect(allowed.initialScale == 0)
    }

    @Test(
        "wrong annotations are reported",
        arguments: [
            ("target", "0"), ("target", "ten"), ("target-utilization-percentage", "0.5"), ("min-scale", "-1"),
            ("max-scale", "1.5"), ("initial-scale", "x"), ("activation-scale", "1"), ("scale-down-delay", "90"),
            ("scale-down-delay", "2h"), ("scale-down-delay", "1.5s"), ("window", "5s"), ("window", "61m"),
            ("panic-window-percentage", "0"), ("panic-threshold-percentage", "109"),
            ("panic-threshold-percentage", "1001"), ("metric-aggregation-algorithm", "exponential"),
            ("target-burst-capacity", "-2"), ("scale-to-zero-pod-retention-period", "2h"), ("min-scale", ""),
            ("serving.knative.dev/progress-deadline", "0s"), ("pilotlight.dev/policy", "KPA"),
        ]
    )
    func wrongAnnotation(name: String, text: String) {
        let found = #expect(throws: ProblemList.self) { try Self.resolve([name: text]) }
        #expect(found?.problems.count == 1)
        let full = name.contains("/") ? name : "autoscaling.knative.dev/\(name)"
        #expect(found?.problems.first?.path == "metadata.annotations[\"\(full)\"]")
    }

    @Test("bounds must fit each other and the operator's limit") func bounds() {
        let found = #expect(throws: ProblemList.self) { try Self.resolve(["min-scale": "5", "max-scale": "3"]) }
        #expect(
            found?.description
                == "metadata.annotations[\"autoscaling.knative.dev/min-scale\"]: "
                + "at least 5 replicas are wanted, but at most 3 are allowed"
        )
        let settings = ["max-scale": "5", "max-scale-limit": "10"]
        let unlimited = #expect(throws: ProblemList.self) {
            try Self.resolve([:], ComponentExtension(maxReplicas: 0), settings: settings)
        }
        #expect(
            unlimited?.description
                == "spec.predictor.maxReplicas: is 0, but must be from 1 to 10, the limit that the operator set"
        )
        #expect(throws: ProblemList.self) { try Self.resolve(["min-scale": "3", "activation-scale": "2"]) }
        #expect(throws: ProblemList.self) { try Self.resolve(["max-scale": "3", "activation-scale": "4"]) }
    }

    @Test("a service's own timeouts and limits, else the operator's") func limits() throws {
        var service = InferenceService(
            metadata: ObjectMetadata(
                name: "iris",
                namespace: "default",
                annotations: ["pilotlight.dev/queue-capacity": "5", "pilotlight.dev/cold-start-timeout": "90s"]
            ),
            spec: InferenceServiceSpec(predictor: PredictorSpec())
        )
        var defaults = ScalingDefaults()
        defaults.idleTimeoutSeconds = 3
        #expect(
            try service.predictorScaling(defaults: defaults).limits
                == RequestLimits(
                    containerConcurrency: 0,
                    queueCapacity: 5,
                    responseStartTimeoutSeconds: 300,
                    idleTimeoutSeconds: 3,
                    coldStartTimeoutSeconds: 90
                )
        )
        service.spec.predictor.component = ComponentExtension(
            containerConcurrency: 2,
            timeoutSeconds: 30,
            annotations: ["pilotlight.dev/queue-capacity": "6", "autoscaling.knative.dev/minScale": "x"]
        )
        let found = #expect(throws: ProblemList.self) { try service.predictorScaling(defaults: defaults) }
        #expect(
            found?.problems.map(\.path) == ["spec.predictor.annotations[\"autoscaling.knative.dev/minScale\"]"]
        )
        service.spec.predictor.component.annotations["autoscaling.knative.dev/minScale"] = nil
        let limits = try service.predictorScaling(defaults: defaults).limits
        #expect(limits.containerConcurrency == 2)
        #expect(limits.queueCapacity == 6)
        #expect(limits.responseStartTimeoutSeconds == 30)
    }
}
