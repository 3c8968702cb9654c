import ScalingCore
import StructuredData
import Testing
import Timekeeping

/// The live autoscaler's decider with a keep-alive rule: one replica, requests now and then.
@Suite("policy pilotlight with a keep-alive rule")
struct PilotlightKeepAliveTests {
    /// A revision whose replicas are ready the moment they are ordered, reported every second while it has any.
    private struct Revision {
        var scaler: RevisionScaler
        var replicas = 0
        var second = 0
        var decision: ScalingDecision?

        init(_ name: KeepAliveName?, _ parameters: [String: Double] = [:], policy: ScalingPolicyName = .pilotlight) {
            var configuration = ScalingConfiguration(policy: policy, target: 1, total: 1)
            configuration.keepAlive = name.map { KeepAliveConfiguration($0, parameters: parameters) }
            self.scaler = RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 0)
        }

        /// Lets time pass with this load, second by second; at zero nobody reports, and only a recheck decides.
        mutating func pass(seconds: Int, load: Double = 0) {
            for _ in 0..<seconds {
                self.second += 1
                if self.replicas > 0 || load > 0 {
                    let sample = LoadSample(averageConcurrency: load, requestsPerSecond: load)
                    self.scaler.record(sample, from: "activator", at: .seconds(Double(self.second)))
                }
                self.decide(waiting: self.replicas == 0 ? Int(load) : 0)
            }
        }

        mutating func decide(waiting: Int) {
            let observation = ReplicaObservation(ready: self.replicas, waitingRequests: waiting)
            let decision = self.scaler.decide(observation, now: .seconds(Double(self.second)))
            self.decision = decision
            self.replicas = decision.desiredReplicas ?? self.replicas
        }

        /// Jumps as the live autoscaler does at zero: to the moment that the last decision asked for.
        mutating func sleepUntilRecheck() -> Double? {
            guard let wait = self.decision?.recheckAfterSeconds else { return nil }
            self.second += Int(wait.rounded(.up))
            self.decide(waiting: 0)
            return wait
        }
    }

    @Test("without a rule the last replica goes after the stable window")
    func withoutRule() {
        var revision = Revision(nil)
        revision.pass(seconds: 5, load: 1)
        revision.pass(seconds: 59)
        #expect(revision.replicas == 1)
        revision.pass(seconds: 10)
        #expect(revision.replicas == 0)
        #expect(revision.decision?.recheckAfterSeconds == nil)
    }

    @Test("a fixed time keeps it beyond the stable window, says so, and then lets it go")
    func fixedTime() throws {
        var revision = Revision(.fixed, ["keep": 300])
        revision.pass(seconds: 5, load: 1)
        revision.pass(seconds: 200)
        #expect(revision.replicas == 1)
        let decision = try #require(revision.decision)
        #expect(decision.isLimited(by: .keepAlive))
        #expect(
            decision.explanation.contains(
                "one is loaded, because keep-alive 'fixed' keeps it loaded for 5 min after the last load, and "
            )
        )
        #expect(decision.json["keepAlive"]?["isWarm"]?.boolValue == true)
        revision.pass(seconds: 98)
        #expect(revision.replicas == 1)
        revision.pass(seconds: 4)
        #expect(revision.replicas == 0)
    }

    @Test("a time shorter than the stable window does not shorten it")
    func stableWindowStays() {
        var revision = Revision(.fixed, ["keep": 5])
        revision.pass(seconds: 5, load: 1)
        revision.pass(seconds: 50)
        #expect(revision.replicas == 1)
    }

    @Test("what was never called goes as without a rule")
    func neverCalled() {
        var revision = Revision(.noUnload)
        revision.replicas = 1
        revision.pass(seconds: 130)
        #expect(revision.replicas == 0)
    }

    @Test("a regular caller finds it loaded although it was unloaded in between, and asleep until then")
    func prewarms() throws {
        var revision = Revision(.hybridHistogram)
        for _ in 0..<12 {
            revision.pass(seconds: 2, load: 1)
            revision.pass(seconds: 1798)
        }
        revision.pass(seconds: 2, load: 1)
        revision.pass(seconds: 120)
        #expect(revision.replicas == 0)
        #expect(revision.decision?.explanation.contains("loads it from 26.1 min to 33 min after the last load") == true)
        let recheck = revision.sleepUntilRecheck()
        let wait = try #require(recheck)
        #expect(revision.replicas == 1)
        #expect(abs(wait - (26.1 * 60 - 120)) < 3)
        // It is not wanted for ever: when nobody comes it goes.
        for _ in 0..<700 where revision.replicas > 0 { revision.pass(seconds: 1) }
        #expect(revision.replicas == 0)
        #expect(revision.decision?.recheckAfterSeconds == nil)
    }

    @Test("loading begins earlier by the time that a start takes")
    func startupIsLead() throws {
        func prewarm(startup: Double?) throws -> Double {
            var revision = Revision(.hybridHistogram)
            for _ in 0..<12 {
                revision.pass(seconds: 2, load: 1)
                revision.pass(seconds: 1798)
            }
            if let startup { revision.scaler.replicaStarted(tookSeconds: startup) }
            revision.pass(seconds: 2, load: 1)
            revision.pass(seconds: 100)
            return try #require(revision.decision?.recheckAfterSeconds)
        }
        let (unknown, known) = (try prewarm(startup: nil), try prewarm(startup: 90))
        #expect(abs(unknown - known - 90) < 1.5)
    }

    @Test("after a restart the rule knows what it had learned")
    func snapshotSurvives() throws {
        var before = Revision(.hybridHistogram)
        for _ in 0..<12 {
            before.pass(seconds: 2, load: 1)
            before.pass(seconds: 1798)
        }
        let now = MonotonicInstant.seconds(Double(before.second))
        let snapshot = try #require(before.scaler.keepAliveSnapshot(at: now))
        var after = Revision(.hybridHistogram)
        after.scaler.restoreKeepAlive(snapshot, ageSeconds: 10, at: .zero)
        after.pass(seconds: 2, load: 1)
        after.pass(seconds: 120)
        #expect(after.replicas == 0)
        #expect(after.decision?.keepAlive?.basis == .histogram(12))
        #expect(Revision(nil).scaler.keepAliveSnapshot(at: .zero) == nil)
    }

    @Test("the minimum is kept whatever the rule says, and Knative's policy does not listen to it")
    func boundsAndKnative() {
        var revision = Revision(.fixed, ["keep": 0])
        var configuration = revision.scaler.configuration
        configuration.minScale = 2
        revision.scaler.reconfigure(configuration, now: .zero)
        revision.pass(seconds: 5, load: 1)
        revision.pass(seconds: 200)
        #expect(revision.replicas == 2)
        var knative = Revision(.noUnload, policy: .knative)
        knative.pass(seconds: 5, load: 1)
        knative.pass(seconds: 200)
        #expect(knative.decision?.keepAlive == nil)
    }

    @Test("changing the rule forgets the old one; changing something else does not")
    func reconfiguring() {
        var revision = Revision(.hybridHistogram, ["minSamples": 2])
        for _ in 0..<3 {
            revision.pass(seconds: 2, load: 1)
            revision.pass(seconds: 600)
        }
        var configuration = revision.scaler.configuration
        configuration.target = 2
        revision.scaler.reconfigure(configuration, now: .seconds(Double(revision.second)))
        revision.pass(seconds: 2, load: 1)
        revision.pass(seconds: 100)
        #expect(revision.decision?.keepAlive?.basis == .histogram(3))
        configuration.keepAlive = KeepAliveConfiguration(.fixed, parameters: ["keep": 200])
        revision.scaler.reconfigure(configuration, now: .seconds(Double(revision.second)))
        revision.pass(seconds: 2, load: 1)
        revision.pass(seconds: 100)
        #expect(revision.decision?.keepAlive?.name == .fixed)
        #expect(revision.replicas == 1)
    }

    @Test("two decisions at one moment are the same")
    func repeatedDecisions() {
        var revision = Revision(.hybridHistogram)
        for _ in 0..<3 {
            revision.pass(seconds: 2, load: 1)
            revision.pass(seconds: 600)
        }
        revision.decide(waiting: 0)
        let first = revision.decision
        revision.decide(waiting: 0)
        #expect(revision.decision == first)
    }
}
