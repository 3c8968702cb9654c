import ScalingCore
import SimulationKit
import StructuredData
import Testing

@testable import Simulator

@Suite("scenario files")
struct ScenarioReaderTests {
    static let small = """
        version: 1
        name: small
        horizon: 1h
        services:
          - name: chat
            workload:
              - poisson: {rate: 10/s}
            serving:
              slots: {time: 200ms}
        """

    static func plan(_ text: String) throws(ProblemList) -> ScenarioPlan {
        try ScenarioDocument(text: text).plan(catalogue: .basic)
    }

    /// The problems of a text, each as `line: message`.
    static func problems(_ text: String) -> [String] {
        do {
            _ = try Self.plan(text)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test("what is left out has the documented default") func defaults() throws {
        let plan = try Self.plan(Self.small.replacing("serving:", with: "policy: {name: fixed}\n    serving:"))
        let service = try #require(plan.scenario.services.first)
        #expect(plan.seed == 1)
        #expect(plan.scenario.horizonSeconds == 3600)
        #expect(plan.scenario.warmUpSeconds == 0 && !plan.findsWarmUp)
        #expect(plan.replications == PrecisionRule(minimum: 5, maximum: 5, relativeHalfWidth: nil))
        #expect(service.scaling.target == 70 && service.scaling.total == 100)
        #expect(service.entry == .gateway(GatewayModel()))
        #expect(service.serving == .slots(SlotServing(time: .constant(0.2))))
        #expect(service.startup == StartupModel())
        #expect(service.drainSeconds == 300)
        #expect(plan.scenario.metrics == MetricPipeline())
    }

    @Test("every problem is told at once, each with its line and the right name where there is one") func problems() {
        let text = """
            version: 1
            name: small
            horizont: 1h
            horizon: 3600
            services:
              - name: chat
                workload:
                  - poisson: {rate: 10}
                serving:
                  slots: {time: 200ms, slot: 4}
                policy: {name: fixd}
                gateway: {queueCapacity: many}
            """
        let policies = PolicyCatalogue.basic.factories.map(\.description.name).joined(separator: ", ")
        #expect(
            Self.problems(text) == [
                "line 3: horizont: unknown field; did you mean 'horizon'?",
                "line 4: horizon: is 3600 without a unit: write a duration, such as 640s or 1h30m",
                "line 8: services[0].workload[0].poisson.rate: is 10 without a unit: write a rate, such as 10/s",
                "line 10: services[0].serving.slots.slot: unknown field; did you mean 'slots'?",
                "line 11: services[0].policy.name: is 'fixd', but must be one of \(policies); did you mean 'fixed'?",
                "line 12: services[0].gateway.queueCapacity: must be a whole number, but is the string \"many\"",
            ]
        )
    }

    @Test("a choice takes exactly one of its ways") func choices() {
        let text = Self.small.replacing("slots: {time: 200ms}", with: "slots: {time: 1s}\n      sharing: {time: 1s}")
        #expect(
            Self.problems(text.replacing("serving:", with: "policy: {name: fixed}\n    serving:")) == [
                "line 9: services[0].serving: must have exactly one of slots, sharing, batching, tokens, "
                    + "but has slots and sharing"
            ]
        )
    }

    @Test("a service that stands for many becomes many") func count() throws {
        let text = Self.small.replacing("- name: chat", with: "- name: dev\n    count: 3\n    policy: {name: fixed}")
        #expect(try Self.plan(text).scenario.services.map(\.name) == ["dev-1", "dev-2", "dev-3"])
    }

    @Test("parameters of a policy have the policy's units") func policyParameters() throws {
        let keep = Self.small.replacing(
            "serving:",
            with: "policy: {name: per-request, parameters: {keepAlive: 10m}}\n    serving:"
        )
        #expect(try Self.plan(keep).scenario.services[0].policy.number("keepAlive") == 600)
        #expect(
            Self.problems(keep.replacing("10m", with: "600")) == [
                "line 8: services[0].policy.parameters.keepAlive: is 600 without a unit: write a duration, such as "
                    + "640s or 1h30m"
            ]
        )
        #expect(
            Self.problems(keep.replacing("keepAlive", with: "keepalife")).first?.hasSuffix("did you mean 'keepAlive'?")
                == true
        )
    }

    @Test("fields are set by their path, through the names of elements") func settings() throws {
        let document = try ScenarioDocument(text: Self.small)
        let changed = try document.setting("services.chat.policy.name", to: "fixed")
            .setting("services.0.policy.parameters.replicas", to: 3)
            .setting("services.*.drain", to: "5s")
        let service = try changed.plan(catalogue: .basic).scenario.services[0]
        #expect(service.policy == PolicyReference(name: "fixed", parameters: ["replicas": .number(3)]))
        #expect(service.drainSeconds == 5)
        #expect(throws: Problem.self) { try document.setting("services.chad.drain", to: "5s") }
        #expect(throws: Problem.self) { try document.setting("name.first", to: "x") }
    }

    @Test("the fingerprint is that of what is said, not of how it is laid out") func fingerprint() throws {
        let document = try ScenarioDocument(text: Self.small)
        let other = try ScenarioDocument(
            text: "# a comment\nname: small\n" + Self.small.replacing("name: small\n", with: "")
        )
        #expect(document.fingerprint == other.fingerprint)
        #expect(try document.setting("horizon", to: "2h").fingerprint != document.fingerprint)
    }
}
