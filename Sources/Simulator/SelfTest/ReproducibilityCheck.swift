import ScalingCore
import SimulationKit
public import StructuredData

/// Runs scenarios with one seed on one thread and on two, both twice, and compares the hashes of all results.
public struct ReproducibilityCheck: Sendable {
    /// What one scenario gave.
    public struct Row: Sendable, Equatable {
        public let scenario: String
        /// SHA-256 of all results, by run.
        public let fingerprints: [String]
        /// Threads, by run.
        public let jobs: [Int]

        public var isMet: Bool { Set(self.fingerprints).count == 1 }
    }

    public let rows: [Row]

    public var isGood: Bool { self.rows.allSatisfy(\.isMet) }

    /// Every run has several replications, so that two threads have something to divide.
    private static let rule = PrecisionRule(minimum: 6, maximum: 6, relativeHalfWidth: nil)

    public static func run(seed: UInt64) -> ReproducibilityCheck {
        ReproducibilityCheck(
            rows: [Self.quietServices, Self.sharedNodes].map { scenario in
                let experiment = Experiment(
                    variants: ScalingPolicyName.allCases.map { policy in
                        var scenario = scenario
                        for service in scenario.services.indices {
                            scenario.services[service].policy = PolicyReference(name: policy.rawValue)
                        }
                        return Experiment.Variant(name: policy.rawValue, scenario: scenario)
                    },
                    seed: seed,
                    replications: Self.rule,
                    catalogue: .basic
                )
                let jobs = [1, 2, 1, 2]
                let fingerprints = jobs.map { experiment.run(jobs: $0).fingerprint }
                return Row(scenario: scenario.name, fingerprints: fingerprints, jobs: jobs)
            }
        )
    }

    public var table: ReportTable {
        ReportTable(
            title: "Same seed, same bytes",
            columns: ["scenario", "threads", "meaning", ""],
            rows: self.rows.map { row in
                [
                    .init(row.scenario),
                    .init(row.jobs.map(String.init).joined(separator: ", ")),
                    .init(row.isMet ? "SHA-256 \(row.fingerprints[0])" : row.fingerprints.joined(separator: " ")),
                    row.isMet ? .init("equal", .good) : .init("DIFFERENT", .bad),
                ]
            },
            note:
                "Each scenario runs under both policies, six replications each, once for every number of threads named."
        )
    }

    public var json: JSONValue {
        .array(
            self.rows.map { row in
                [
                    "scenario": .string(row.scenario),
                    "threads": .array(row.jobs.map { .int(Int64($0)) }),
                    "sha256": .array(row.fingerprints.map { .string($0) }),
                    "isMet": .bool(row.isMet),
                ]
            }
        )
    }
}

// MARK: - Scenarios

extension ReproducibilityCheck {
    /// Services that rest, wake up and start from zero.
    private static var quietServices: Scenario {
        let services = (0..<12).map { index in
            ServiceModel(
                name: "service-\(index)",
                workloads: [
                    .open(RenewalProcess(interarrival: .lognormal(mean: 5 * Double(index + 1), squaredVariation: 8)))
                ],
                entry: .gateway(GatewayModel(containerConcurrency: 10)),
                serving: .slots(SlotServing(slots: 10, time: .lognormal(mean: 0.5, squaredVariation: 2))),
                startup: StartupModel(warmUp: .lognormal(mu: 1, sigma: 0.5)),
                scaling: ScalingConfiguration(target: 7, total: 10)
            )
        }
        return Scenario(
            name: "twelve services that are quiet at times",
            horizonSeconds: 3600,
            warmUpSeconds: 300,
            services: services,
            recording: RecordingOptions(timelineSeconds: 60, hasDecisions: true, hasStarts: true)
        )
    }

    /// Services that share nodes which fail, with starts that fail, clients that try again and late reports.
    private static var sharedNodes: Scenario {
        let services = (0..<3).map { index in
            ServiceModel(
                name: "service-\(index)",
                workloads: [.open(RenewalProcess.poisson(rate: 10 * Double(index + 1)))],
                entry: .gateway(GatewayModel(containerConcurrency: 4, queueCapacity: 50, retry: RetryModel())),
                serving: .slots(SlotServing(slots: 4, time: .lognormal(mean: 0.4, squaredVariation: 2))),
                startup: StartupModel(
                    scheduling: .uniform(from: 0.1, to: 0.5),
                    weights: Artifact(name: "weights-\(index)", bytes: 4e9),
                    warmUp: .lognormal(mu: 1, sigma: 0.5),
                    failureShare: 0.05
                ),
                scaling: ScalingConfiguration(target: 2.5, total: 4),
                resources: ReplicaResources(cpu: 4, memoryBytes: 30e9, gpus: 1, gpuType: "gpu"),
                initialReplicas: 1
            )
        }
        let pool = NodePool(
            name: "gpu",
            gpuType: "gpu",
            capacity: ReplicaResources(cpu: 16, memoryBytes: 100e9, gpus: 2),
            maxNodes: 20,
            provisioning: .lognormal(mu: 3, sigma: 0.3),
            idleSeconds: 100,
            bytesPerSecond: 1e9
        )
        return Scenario(
            name: "three services on nodes that are lost",
            horizonSeconds: 1800,
            warmUpSeconds: 120,
            services: services,
            cluster: ClusterModel(pools: [pool]),
            faults: [Fault(when: .every(.exponential(mean: 300)), kind: .nodeLost(pool: nil))],
            metrics: MetricPipeline(lagSeconds: 0.7, activators: 2),
            recording: RecordingOptions(timelineSeconds: 10, hasDecisions: true, hasStarts: true)
        )
    }
}
