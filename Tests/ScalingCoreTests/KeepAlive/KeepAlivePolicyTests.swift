import ScalingCore
import StructuredData
import Testing
import Timekeeping

@Suite("KeepAlivePolicy")
struct KeepAlivePolicyTests {
    private static func policy(_ name: KeepAliveName, _ parameters: [String: Double] = [:]) -> KeepAlivePolicy {
        KeepAlivePolicy(KeepAliveConfiguration(name, parameters: parameters))
    }

    /// A policy that has seen idle periods of these lengths, in minutes, and has been idle since the returned instant.
    private static func trained(
        _ policy: KeepAlivePolicy,
        idleMinutes: [Double]
    ) -> (policy: KeepAlivePolicy, idleSince: MonotonicInstant) {
        var policy = policy
        var now = MonotonicInstant.zero
        policy.loadBegan(at: now)
        policy.loadEnded(at: now)
        for minutes in idleMinutes {
            now = now.advanced(by: .seconds(60 * minutes))
            policy.loadBegan(at: now)
            policy.loadEnded(at: now)
        }
        return (policy, now)
    }

    @Test("before the first load nothing is kept loaded, whatever the rule", arguments: KeepAliveName.allCases)
    func nothingBeforeTheFirstLoad(name: KeepAliveName) {
        var policy = Self.policy(name)
        #expect(!policy.plan(at: .seconds(5)).isWarm)
    }

    @Test("a fixed time keeps loaded to its very end, and says when it ends")
    func fixedTime() {
        var policy = Self.policy(.fixed, ["keep": 600])
        policy.loadBegan(at: .zero)
        policy.loadEnded(at: .seconds(10))
        let within = policy.plan(at: .seconds(310))
        #expect(within.isWarm)
        #expect(abs((within.changesInSeconds ?? 0) - 300) < 1e-6)
        #expect(policy.plan(at: .seconds(610)).isWarm)
        let after = policy.plan(at: .seconds(610.001))
        #expect(!after.isWarm)
        #expect(after.changesInSeconds == nil)
        #expect(
            within.explanation
                == "keep-alive 'fixed' keeps it loaded for 10 min after the last load, and 5 min have passed"
        )
    }

    @Test("load in between starts the time anew")
    func loadRestarts() {
        var policy = Self.policy(.fixed, ["keep": 60])
        policy.loadBegan(at: .zero)
        policy.loadEnded(at: .seconds(1))
        policy.loadBegan(at: .seconds(50))
        policy.loadEnded(at: .seconds(55))
        #expect(policy.plan(at: .seconds(110)).isWarm)
        #expect(!policy.plan(at: .seconds(116)).isWarm)
    }

    @Test("what is never unloaded stays, and there is nothing to ask again for")
    func noUnload() {
        var policy = Self.policy(.noUnload)
        policy.loadBegan(at: .zero)
        policy.loadEnded(at: .zero)
        let plan = policy.plan(at: .seconds(1e8))
        #expect(plan.isWarm)
        #expect(plan.changesInSeconds == nil)
    }

    @Test("one idle period is not believed although its bins vary enough")
    func fewSamplesAreNotBelieved() {
        let (trained, idleSince) = Self.trained(Self.policy(.hybridHistogram), idleMinutes: [30])
        var policy = trained
        let plan = policy.plan(at: idleSince.advanced(by: .seconds(60)))
        #expect(plan.basis == .fewSamples(1))
        #expect(plan.window == KeepAliveWindow(endSeconds: 14_400))
        let (eager, _) = Self.trained(Self.policy(.hybridHistogram, ["minSamples": 0]), idleMinutes: [30])
        #expect(eager.idleWindow == KeepAliveWindow(prewarmSeconds: 1620, endSeconds: 1.1 * 31 * 60))
    }

    @Test("regular idle periods are bridged unloaded and met loaded, earlier by the time that loading takes")
    func histogramPrewarms() throws {
        let (trained, idleSince) = Self.trained(
            Self.policy(.hybridHistogram),
            idleMinutes: [Double](repeating: 30, count: 12)
        )
        var policy = trained
        let early = policy.plan(at: idleSince.advanced(by: .seconds(60)))
        #expect(!early.isWarm)
        #expect(abs(try #require(early.changesInSeconds) - (1620 - 60)) < 1e-6)
        #expect(policy.plan(at: idleSince.advanced(by: .seconds(1620))).isWarm)
        #expect(!policy.plan(at: idleSince.advanced(by: .seconds(1590))).isWarm)
        #expect(policy.plan(at: idleSince.advanced(by: .seconds(1590)), leadSeconds: 40).isWarm)
        #expect(!policy.plan(at: idleSince.advanced(by: .seconds(2100))).isWarm)
        #expect(
            early.explanation
                == "keep-alive 'hybrid-histogram' loads it from 27 min to 34.1 min after the last load, "
                + "by 12 idle periods, and 60 s have passed"
        )
    }

    @Test("idle periods longer than the histogram are forecast from the last ones")
    func longIdlePeriodsAreForecast() {
        let (policy, _) = Self.trained(Self.policy(.hybridHistogram), idleMinutes: [300, 300, 300])
        #expect(policy.idleWindow == KeepAliveWindow(prewarmSeconds: 0.85 * 18_000, endSeconds: 1.15 * 18_000))
    }

    @Test("idle periods without a pattern fall back to the whole range")
    func evenlySpreadIdlePeriods() {
        let (trained, now) = Self.trained(Self.policy(.hybridHistogram), idleMinutes: (1..<200).map(Double.init))
        var policy = trained
        #expect(policy.plan(at: now).basis == .noPattern(199))
    }

    @Test("a short memory follows a change of habits")
    func memoryForgets() {
        let habits = [Double](repeating: 10, count: 200) + [Double](repeating: 100, count: 60)
        let (forgetful, _) = Self.trained(Self.policy(.hybridHistogram, ["memory": 20]), idleMinutes: habits)
        let (elephant, _) = Self.trained(Self.policy(.hybridHistogram), idleMinutes: habits)
        #expect((forgetful.idleWindow?.prewarmSeconds ?? 0) > 5000)
        #expect((elephant.idleWindow?.prewarmSeconds ?? 0) == 540)
    }

    @Test(
        "a daily visitor is expected at the same hour of the next day",
        arguments: [KeepAliveName.seasonalNaive, .holtWinters]
    )
    func seasonsAreLearned(name: KeepAliveName) {
        var policy = Self.policy(name, ["step": 3600, "period": 86_400, "keep": 60, "deviations": 0])
        for day in 0..<3 {
            let nine = MonotonicInstant.seconds(Double(day) * 86_400 + 9 * 3600 + 60)
            policy.loadBegan(3, at: nine)
            policy.loadEnded(at: nine.advanced(by: .seconds(600)))
            _ = policy.plan(at: nine.advanced(by: .seconds(7200)))
        }
        #expect(!policy.plan(at: .seconds(3 * 86_400 + 8 * 3600)).isWarm)
        #expect(policy.plan(at: .seconds(3 * 86_400 + 9 * 3600 + 5)).isWarm)
        #expect(!policy.plan(at: .seconds(3 * 86_400 + 11 * 3600)).isWarm)
    }

    @Test("a snapshot taken over decides as the one it was taken of", arguments: KeepAliveName.allCases)
    func snapshotsRestore(name: KeepAliveName) throws {
        let parameters = ["period": 3600.0, "window": 8]
        let known = parameters.filter { parameter in name.parameters.contains { $0.name == parameter.key } }
        var (policy, idleSince) = Self.trained(
            Self.policy(name, known),
            idleMinutes: (0..<150).map { $0 % 7 == 0 ? 300 : 20 }
        )
        let taken = idleSince.advanced(by: .seconds(30))
        let text = policy.snapshot(at: taken).jsonText()
        var restored = Self.policy(name, known)
        #expect(restored.restore(try JSONParser.parse(text), ageSeconds: 90, at: .seconds(1000)))
        let again = policy.plan(at: taken.advanced(by: .seconds(90)))
        let plan = restored.plan(at: .seconds(1000))
        #expect(plan.isWarm == again.isWarm)
        #expect(plan.window == again.window)
        #expect(plan.basis == again.basis || name == .markov || name == .holtWinters)
        #expect(abs((plan.idleSeconds ?? 0) - (again.idleSeconds ?? 0)) < 1e-6)
        var other = Self.policy(name == .fixed ? .noUnload : .fixed)
        #expect(!other.restore(try JSONParser.parse(text), ageSeconds: 0, at: .zero))
    }

    @Test("a snapshot that makes no sense is no reason to fall over")
    func hostileSnapshots() throws {
        for text in [
            #"{"policy":"hybrid-histogram","bins":[[-1,5],[1e9,1],[3,-4],[3,99999999999],["x"],7],"outOfBounds":-3}"#,
            #"{"policy":"hybrid-histogram","bins":5,"last":[null,-1,1e400]}"#,
            #"{"policy":"hybrid-histogram","idleSeconds":-5}"#,
            #"[]"#,
        ] {
            guard let json = try? JSONParser.parse(text) else { continue }
            var policy = Self.policy(.hybridHistogram)
            policy.restore(json, ageSeconds: 1, at: .seconds(1))
            policy.loadBegan(at: .seconds(2))
            policy.loadEnded(at: .seconds(3))
            #expect(policy.plan(at: .seconds(4)).isWarm)
        }
    }

    @Test("names and parameters that are not known are refused with the nearest right one")
    func unknownNames() throws {
        let name = #expect(throws: ProblemList.self) { try KeepAliveConfiguration(named: "hybrid", parameters: [:]) }
        #expect(name?.description.contains("must be one of fixed, ski-rental, hybrid-histogram") == true)
        let parameter = #expect(throws: ProblemList.self) {
            try KeepAliveConfiguration(named: "fixed", parameters: ["kep": 3, "keep": -1])
        }
        #expect(parameter?.problems.map(\.path) == ["keep", "kep"])
        #expect(parameter?.problems.last?.message.contains("did you mean 'keep'?") == true)
        #expect(try KeepAliveConfiguration(named: "fixed", parameters: ["keep": 30]).parameters == ["keep": 30])
    }
}
