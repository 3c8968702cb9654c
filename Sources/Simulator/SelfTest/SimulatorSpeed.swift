import ScalingCore
import SimulationKit

/// Measures the simulator itself, on one core.
public enum SimulatorSpeed {
    public struct Row: Sendable {
        public let name: String
        public let events: UInt64
        public let seconds: Double
    }

    /// - Parameter millions: Events of each measurement, about.
    public static func rows(millions: Double) -> [Row] {
        let queue = AnalyticModel.queue(
            "bench",
            workload: AnalyticModel.poisson(80),
            service: .exponential(mean: 1),
            servers: 100,
            seconds: millions * 1e6 / 160
        )
        var whole = queue
        whole.services[0].policy = PolicyReference(name: "pilotlight")
        whole.services[0].scaling = ScalingConfiguration(target: 2.8, total: 4, maxScale: 200, initialScale: 0)
        whole.services[0].entry = .gateway(GatewayModel(containerConcurrency: 4))
        whole.services[0].serving = .slots(SlotServing(slots: 4, time: .exponential(mean: 1)))
        whole.services[0].startup = StartupModel(warmUp: .lognormal(mu: 2, sigma: 0.5))
        whole.services[0].initialReplicas = 0
        return [
            Self.measured("M/M/100, a fixed number of replicas", queue),
            Self.measured("the same load under the live policy", whole),
        ]
    }

    private static func measured(_ name: String, _ scenario: Scenario) -> Row {
        var scenario = scenario
        scenario.recording.hasConcurrencyLaw = false
        let clock = ContinuousClock()
        var events: UInt64 = 0
        let time = clock.measure { events = SimulationRun(scenario: scenario, seed: 1).run().events }
        return Row(name: name, events: events, seconds: time / .seconds(1))
    }
}
