import RoutingCore
import ScalingCore
import SimulationKit

/// Scenarios of one service without anything that theory does not know: no delays, no limits but those of the case.
enum AnalyticModel {
    /// A service of `servers` replicas that each take one request at a time.
    static func queue(
        _ name: String,
        workload: WorkloadModel,
        service: Distribution,
        servers: Int,
        room: Int = 100_000_000,
        seconds: Double
    ) -> Scenario {
        let gateway = GatewayModel(
            containerConcurrency: 1,
            queueCapacity: room,
            waitTimeoutSeconds: .infinity
        )
        let service = ServiceModel(
            name: name,
            workloads: [workload],
            entry: .gateway(gateway),
            serving: .slots(SlotServing(slots: 1, time: service)),
            scaling: ScalingConfiguration(target: 1, total: 1, initialScale: 0),
            policy: PolicyReference(name: "fixed", parameters: ["replicas": .number(Double(servers))]),
            initialReplicas: servers,
            drainSeconds: 1_000_000
        )
        return Self.scenario(name, service, seconds: seconds)
    }

    /// A service that orders a replica for every request that finds none free.
    static func perRequest(
        _ name: String,
        workload: WorkloadModel,
        serving: SlotServing,
        start: Distribution,
        most: Int = 0,
        policy: PolicyReference,
        choice: ReplicaChoice = .leastLoaded,
        seconds: Double
    ) -> Scenario {
        let gateway = GatewayModel(
            containerConcurrency: 1,
            queueCapacity: 100_000_000,
            waitTimeoutSeconds: .infinity,
            choice: choice
        )
        let service = ServiceModel(
            name: name,
            workloads: [workload],
            entry: .gateway(gateway),
            serving: .slots(serving),
            startup: StartupModel(warmUp: start),
            scaling: ScalingConfiguration(target: 1, total: 1, maxScale: most, initialScale: 0),
            policy: policy,
            drainSeconds: 1_000_000
        )
        return Self.scenario(name, service, seconds: seconds)
    }

    private static func scenario(_ name: String, _ service: ServiceModel, seconds: Double) -> Scenario {
        var recording = RecordingOptions()
        recording.hasConcurrencyLaw = true
        return Scenario(
            name: name,
            horizonSeconds: seconds * 1.05,
            // Far longer than any of these systems needs to forget that it began empty.
            warmUpSeconds: seconds * 0.05,
            services: [service],
            recording: recording
        )
    }

    static func poisson(_ rate: Double) -> WorkloadModel { .open(RenewalProcess.poisson(rate: rate)) }
}
