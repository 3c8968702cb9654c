import ServingAPI
import StructuredData
import Testing

@Suite("ScalingDefaults")
struct ScalingDefaultsTests {
    @Test("every setting's default text says what the default is", arguments: ScalingDefaults.settings.map(\.key))
    func defaultTexts(key: String) throws {
        let setting = try #require(ScalingDefaults.settings.first { $0.key == key })
        #expect(try ScalingDefaults(settings: [key: setting.defaultText]) == ScalingDefaults())
    }

    @Test("no key twice") func uniqueKeys() {
        #expect(Set(ScalingDefaults.settings.map(\.key)).count == ScalingDefaults.settings.count)
    }

    @Test("every setting reaches its own value") func everySetting() throws {
        let defaults = try ScalingDefaults(settings: [
            "container-concurrency-target-percentage": "80", "container-concurrency-target-default": "50",
            "requests-per-second-target-default": "300", "target-burst-capacity": "-1", "stable-window": "1m30s",
            "panic-window-percentage": "20", "panic-threshold-percentage": "150", "max-scale-up-rate": "10",
            "max-scale-down-rate": "1.5", "enable-scale-to-zero": "false", "scale-to-zero-grace-period": "500ms",
            "scale-to-zero-pod-retention-period": "5s", "initial-scale": "0", "allow-zero-initial-scale": "true",
            "min-scale": "2", "max-scale": "9", "max-scale-limit": "10", "scale-down-delay": "15s",
            "activator-capacity": "200", "progress-deadline": "2m", "policy": "knative", "queue-capacity": "5",
            "cold-start-timeout": "10s", "response-start-timeout": "20s", "idle-timeout": "30s",
        ])
        var expected = ScalingDefaults()
        expected.concurrencyTargetFraction = 0.8
        expected.concurrencyTarget = 50
        expected.requestsPerSecondTarget = 300
        expected.targetBurstCapacity = -1
        expected.stableWindowSeconds = 90
        expected.panicWindowPercentage = 20
        expected.panicThresholdPercentage = 150
        expected.maxScaleUpRate = 10
        expected.maxScaleDownRate = 1.5
        expected.enableScaleToZero = false
        expected.scaleToZeroGraceSeconds = 0.5
        expected.scaleToZeroPodRetentionSeconds = 5
        expected.initialScale = 0
        expected.allowZeroInitialScale = true
        expected.minScale = 2
        expected.maxScale = 9
        expected.maxScaleLimit = 10
        expected.scaleDownDelaySeconds = 15
        expected.activatorCapacity = 200
        expected.progressDeadlineSeconds = 120
        expected.policy = .knative
        expected.queueCapacity = 5
        expected.coldStartTimeoutSeconds = 10
        expected.responseStartTimeoutSeconds = 20
        expected.idleTimeoutSeconds = 30
        #expect(defaults == expected)
    }

    @Test(
        "the edges of the ranges",
        arguments: [
            ("container-concurrency-target-percentage", ["0.5", "1", "100"], ["0", "100.1", "-1", "70%"]),
            ("container-concurrency-target-default", ["0.1"], ["0", "0.001", "nan"]),
            ("requests-per-second-target-default", ["0.01"], ["0.009"]),
            ("target-burst-capacity", ["0", "-1", "0.5"], ["-2", "-0.5", "inf"]),
            ("stable-window", ["6s", "1h"], ["5s", "1h1s", "6.5s", "60", "ten"]),
            ("panic-window-percentage", ["1", "100"], ["0.9", "101"]),
            ("panic-threshold-percentage", ["50", "2000"], ["0", "-5"]),
            ("max-scale-up-rate", ["1.01"], ["1", "0.5"]),
            ("max-scale-down-rate", ["1.01"], ["1"]),
            ("enable-scale-to-zero", ["true", "False"], ["yes", "1", ""]),
            ("scale-to-zero-grace-period", ["1ms"], ["0s", "-1s"]),
            ("scale-to-zero-pod-retention-period", ["0s"], ["-1s"]),
            ("initial-scale", ["1"], ["0", "-1", "1.5"]),
            ("min-scale", ["0", "3"], ["-1"]),
            ("max-scale", ["0", "1"], ["-1"]),
            ("max-scale-limit", ["0"], ["5"]),
            ("scale-down-delay", ["0s", "1h"], ["1.5s", "2h"]),
            ("pod-autoscaler-class", ["kpa.autoscaling.knative.dev"], ["hpa.autoscaling.knative.dev"]),
            ("activator-capacity", ["1"], ["0.5"]),
            ("policy", ["knative"], ["Knative"]),
            ("queue-capacity", ["0"], ["-1"]),
            ("cold-start-timeout", ["1ms"], ["0s"]),
            ("idle-timeout", ["0s"], ["-1s"]),
        ]
    )
    func edges(key: String, right: [String], wrong: [String]) {
        for text in right {
            #expect(throws: Never.self) { try ScalingDefaults(settings: [key: text]) }
        }
        for text in wrong {
            let found = #expect(throws: ProblemList.self) { try ScalingDefaults(settings: [key: text]) }
            #expect(found?.problems.count == 1, "\(key)=\(text)")
            #expect(found?.problems.first?.path == key)
        }
    }

    @Test("every problem is reported at once, and the key that was meant") func everyProblem() {
        let found = #expect(throws: ProblemList.self) {
            try ScalingDefaults(settings: ["stable-windw": "60s", "min-scale": "5", "max-scale": "3", "policy": "kpa"])
        }
        #expect(
            found?.problems.map(\.description) == [
                "policy: is 'kpa', but must be 'pilotlight' or 'knative'",
                "stable-windw: unknown setting; did you mean 'stable-window'?",
                "max-scale: 'max-scale' is 3, but must be 0 or at least 'min-scale', which is 5",
            ]
        )
    }
}
