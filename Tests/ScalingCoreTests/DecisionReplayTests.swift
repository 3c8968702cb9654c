import StructuredData
import Testing

@testable import ScalingCore

@Suite("Replaying recorded decisions")
struct DecisionReplayTests {
    @Test(
        "policy knative decides every tick of the golden files as the original did",
        arguments: [
            (Fixture.traces, 1600), (.scenarios, 490),
        ]
    )
    func golden(fixture: Fixture, steps: Int) throws {
        let replay = try DecisionReplay(json: fixture.json())
        #expect(replay.isVerifiable)
        #expect(replay.firstDifference(policy: .knative) == nil)
        #expect(Array(replay.outcomes(policy: .knative)).count == steps)
    }

    @Test("policy pilotlight differs from the golden files, so a comparison can fail")
    func differs() throws {
        let difference = try #require(
            try DecisionReplay(json: Fixture.scenarios.json()).firstDifference(policy: .pilotlight)
        )
        #expect(difference.description.hasPrefix(#"trace "burst_linear", step "#))
    }

    @Test("a replay repeats itself", arguments: ScalingPolicyName.allCases)
    func repeats(policy: ScalingPolicyName) throws {
        let replay = try DecisionReplay(json: Fixture.traces.json())
        #expect(Array(replay.outcomes(policy: policy)) == Array(replay.outcomes(policy: policy)))
    }

    static let step = #"{"t": 2, "stable": 20, "panic": 20, "ready": 1, "desired": 3, "ebc": -221, "inPanic": true}"#

    static func replay(_ text: String) throws -> DecisionReplay {
        try DecisionReplay(json: JSONParser.parse(text))
    }

    @Test(
        "the first difference is named with its place",
        arguments: [
            ("\"desired\": 3", "\"desired\": 4", "desired is 3, but 4 is recorded"),
            ("\"ebc\": -221", "\"ebc\": 0", "ebc is -221, but 0 is recorded"),
            ("\"inPanic\": true", "\"inPanic\": false", "inPanic is true, but false is recorded"),
            ("\"ready\": 1", "\"ready\": null", "desired is null, but 3 is recorded"),
        ]
    )
    func difference(from: String, to: String, message: String) throws {
        #expect(try Self.replay(#"{"one": [\#(Self.step)]}"#).firstDifference(policy: .knative) == nil)
        let changed = String(Self.step.replacing(from, with: to))
        let difference = try Self.replay(#"{"one": [\#(changed)]}"#).firstDifference(policy: .knative)
        #expect(difference?.description == #"trace "one", step 0 (t = 2 s): "# + message)
    }

    @Test("a line holds the decision, its place and its reason")
    func line() throws {
        let outcome = try #require(Array(Self.replay(#"{"one": [\#(Self.step)]}"#).outcomes(policy: .knative)).first)
        let line = outcome.json
        #expect(line["trace"] == "one")
        #expect(line["step"] == 0)
        #expect(line["t"] == 2.0)
        #expect(line["desiredReplicas"] == 3)
        #expect(line["mode"] == "panic")
        #expect(line["reason"]?.stringValue?.contains("averaged 20 requests in flight") == true)
    }

    @Test("steps without recorded decisions can be replayed, not verified")
    func nothingRecorded() throws {
        let replay = try Self.replay(
            #"[{"Target": 7, "Total": 10, "Steps": [{"t": 0, "stable": null, "panic": null, "ready": 0}]}]"#
        )
        #expect(!replay.isVerifiable)
        #expect(replay.firstDifference(policy: .knative) == nil)
    }

    @Test("everything wrong with a record is said at once, with its place")
    func problems() {
        let text = #"""
            [
              {"Target": 0, "Total": 10, "Up": 1, "Steps": []},
              {"Totel": 10, "Down": "x", "Up": 0, "Steps": [
                {"t": 2, "stable": -1, "panic": "x", "ready": 1.5}, {"t": 1, "starting": [true]}
              ]},
              7
            ]
            """#
        let error = #expect(throws: ProblemList.self) { try Self.replay(text) }
        let paths = error?.problems.map(\.path) ?? []
        #expect(
            paths.sorted() == [
                "[0].Target", "[0].Up", "[1].Down", "[1].Steps[0].panic", "[1].Steps[0].ready", "[1].Steps[0].stable",
                "[1].Steps[1].panic", "[1].Steps[1].ready", "[1].Steps[1].stable", "[1].Steps[1].starting[0]",
                "[1].Steps[1].t", "[1].Target", "[1].Total", "[1].Totel", "[1].Up", "[2]", "[2].Steps", "[2].Target",
                "[2].Total",
            ]
        )
    }

    @Test("what is no record at all is refused", arguments: ["7", "[]", "{}", #"{"a": []}"#, #"{"a": 5}"#])
    func noRecord(text: String) {
        #expect(throws: ProblemList.self) { try Self.replay(text) }
    }
}
