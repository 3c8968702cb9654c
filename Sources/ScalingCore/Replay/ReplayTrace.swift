import StructuredData

/// A recorded series of moments with the settings that were in force.
struct ReplayTrace: Sendable, Equatable {
    /// The number of the trace in its list, or its name.
    let label: JSONValue
    let configuration: ScalingConfiguration
    let readyAtStart: Int
    let steps: [ReplayStep]

    /// Settings of a trace that names none: those of the closed-loop scenarios.
    private static let defaults = ScalingConfiguration(
        policy: .knative,
        target: 7,
        total: 10,
        targetBurstCapacity: 211
    )

    /// The names of the settings in a trace, by their names in `ScalingConfiguration`.
    private static let keys: [String: String] = [
        "target": "Target", "total": "Total", "targetBurstCapacity": "TBC", "panicThreshold": "PanicThreshold",
        "maxScaleUpRate": "Up", "maxScaleDownRate": "Down", "stableWindowSeconds": "StableWindowS",
        "panicWindowSeconds": "PanicWindowS", "scaleDownDelaySeconds": "DelayS", "activationScale": "ActivationScale",
    ]

    /// Reads a trace that names its settings.
    init(label: JSONValue, _ reader: FieldReader) {
        var settings = Self.defaults
        settings.target = reader.requiredNumber("Target")
        settings.total = reader.requiredNumber("Total")
        settings.targetBurstCapacity = reader.number("TBC") ?? settings.targetBurstCapacity
        settings.panicThreshold = reader.number("PanicThreshold") ?? settings.panicThreshold
        settings.maxScaleUpRate = reader.number("Up") ?? settings.maxScaleUpRate
        settings.maxScaleDownRate = reader.number("Down") ?? settings.maxScaleDownRate
        settings.stableWindowSeconds = reader.int("StableWindowS") ?? settings.stableWindowSeconds
        settings.panicWindowSeconds =
            reader.int("PanicWindowS")
            ?? PanicWindow.seconds(stableWindowSeconds: max(1, settings.stableWindowSeconds), percentage: 10)
        settings.scaleDownDelaySeconds = reader.number("DelayS") ?? 0
        settings.activationScale = reader.int("ActivationScale") ?? settings.activationScale
        settings.isReachable = reader.bool("Reachable") ?? true
        self.label = label
        self.readyAtStart = reader.int("StartReady", in: 0...ReplicaCount.limit) ?? 0
        self.configuration = settings
        let wrong = Set(reader.problems.map(\.path))
        for problem in settings.problems {
            let key = Self.keys[problem.path] ?? problem.path
            // What is absent or of the wrong type was reported as that.
            guard reader.has(key), !wrong.contains(reader.path.member(key).description) else { continue }
            reader.report(problem.message, at: key)
        }
        if !reader.has("Steps") { reader.report("is required", at: "Steps") }
        self.steps = reader.children("Steps").map(ReplayStep.init)
        reader.refuseUnknownMembers()
        Self.reportDisorder(self.steps, reader, at: reader.path.member("Steps"))
    }

    /// Reads a bare list of steps, for which the settings of the scenarios hold.
    init(name: String, steps reader: FieldReader) {
        self.label = .string(name)
        self.configuration = Self.defaults
        self.readyAtStart = 0
        self.steps = reader.children(name).map(ReplayStep.init)
        Self.reportDisorder(self.steps, reader, at: reader.path.member(name))
    }

    private static func reportDisorder(_ steps: [ReplayStep], _ reader: FieldReader, at path: FieldPath) {
        for (index, (earlier, later)) in zip(steps, steps.dropFirst()).enumerated()
        where later.seconds < earlier.seconds {
            let message = "is \(NumberText.of(later.seconds)), before the step in front of it"
            reader.report(message, at: path.element(index + 1).member("t"))
        }
    }
}
