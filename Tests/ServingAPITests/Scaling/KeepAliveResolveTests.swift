import ServingAPI
import StructuredData
import Testing

@Suite("the keep-alive annotations")
struct KeepAliveResolveTests {
    private static func resolve(_ annotations: [String: String]) throws -> ScalingSpec {
        try ScalingSpec.resolve(defaults: ScalingDefaults(), annotations: annotations)
    }

    @Test("a rule is taken over with its numbers, durations in seconds")
    func ruleWithParameters() throws {
        let scaling = try Self.resolve([
            "autoscaling.pilotlight.dev/keep-alive": "hybrid-histogram",
            "autoscaling.pilotlight.dev/keep-alive-parameters": "range=2h, minSamples=20,",
        ])
        #expect(
            scaling.keepAlive
                == KeepAliveSpec(policy: "hybrid-histogram", parameters: ["range": 7200, "minSamples": 20])
        )
        #expect(try ScalingSpec(json: scaling.json) == scaling)
    }

    @Test("without the annotation there is no rule, in the revision's text neither")
    func noRule() throws {
        let scaling = try Self.resolve([:])
        #expect(scaling.keepAlive == nil)
        #expect(scaling.json["keepAlive"] == nil)
    }

    @Test("an unknown rule is refused with the nearest one")
    func unknownRule() {
        let problems = #expect(throws: ProblemList.self) {
            try Self.resolve(["autoscaling.pilotlight.dev/keep-alive": "hybrid-histogramm"])
        }
        #expect(problems?.description.contains("did you mean 'hybrid-histogram'?") == true)
    }

    @Test("every wrong number is told at once, with what it must be")
    func wrongParameters() {
        let problems = #expect(throws: ProblemList.self) {
            try Self.resolve([
                "autoscaling.pilotlight.dev/keep-alive": "fixed",
                "autoscaling.pilotlight.dev/keep-alive-parameters": "keep=10, kep=3s, keep, keep=9000h",
            ])
        }
        let messages = problems?.problems.map(\.message) ?? []
        #expect(messages.count == 4)
        #expect(messages.first == "sets 'keep' to '10', but it must be a duration from 0s to 720h")
        #expect(messages[1].contains("did you mean 'keep'?"))
        #expect(messages[2] == "has 'keep' where 'name=value' is due")
    }

    @Test("numbers without a rule, and a rule beside Knative's policy, are refused")
    func contradictions() {
        #expect(throws: ProblemList.self) {
            try Self.resolve(["autoscaling.pilotlight.dev/keep-alive-parameters": "keep=10s"])
        }
        #expect(throws: ProblemList.self) {
            try Self.resolve(["autoscaling.pilotlight.dev/keep-alive": "fixed", "pilotlight.dev/policy": "knative"])
        }
    }
}
