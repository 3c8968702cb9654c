public import ScalingCore
import SimulationKit
import Timekeeping

/// Simulates what was recorded live: the same arrivals with the same work, and starts as long as they were measured.
///
/// Luck that both sides share cannot make them differ: a request works as long as it did, and the first replica that is
/// ordered takes as long as the first one did. Only where the simulation orders more than were ordered live it draws.
/// What nobody recorded is where in its two seconds the autoscaler's clock stood: each replication has another place.
public struct FidelityStudy: Sendable {
    public let recording: LiveRecording
    public let scaling: ScalingConfiguration
    /// Requests that one replica takes at a time.
    public let containerConcurrency: Int
    public var seed: UInt64
    public var replications: Int

    public init(
        recording: LiveRecording,
        scaling: ScalingConfiguration,
        containerConcurrency: Int,
        seed: UInt64 = 1,
        replications: Int = 20
    ) {
        self.recording = recording
        self.scaling = scaling
        self.containerConcurrency = containerConcurrency
        self.seed = seed
        self.replications = replications
    }

    /// The model that the recording gives; `nil` when it has no served request with its work, or no start.
    public var scenario: Scenario? { self.scenario(shiftSeconds: 0) }

    /// Where the arrivals of a replication lie on the autoscaler's clock, evenly over the replications.
    func shiftSeconds(_ replication: Int) -> Double {
        let steps = Self.tickSeconds / Self.stepSeconds
        let step = (Double(replication) * steps / Double(self.replications)).rounded(.down)
        return step.truncatingRemainder(dividingBy: steps) * Self.stepSeconds
    }

    /// How often a live autoscaler looks.
    private static let tickSeconds = 2.0
    /// Of the recorded time line; shifts are multiples of it.
    static let stepSeconds = 0.1

    func scenario(shiftSeconds: Double) -> Scenario? {
        let work = self.recording.requests.filter(\.isServed).compactMap(\.work)
        let starts = self.recording.starts
        guard !work.isEmpty, !starts.isEmpty else { return nil }
        var startup = StartupModel(
            scheduling: Self.law(of: starts.map(\.schedule)),
            warmUp: Self.law(of: starts.map(\.start))
        )
        startup.recorded = self.recording.orders.map { .init(schedulingSeconds: $0.schedule, warmUpSeconds: $0.start) }
        let service = ServiceModel(
            name: "live",
            workloads: [.open(RecordedArrivals(self.recording, shiftSeconds: shiftSeconds))],
            entry: .gateway(
                GatewayModel(
                    containerConcurrency: self.containerConcurrency,
                    readinessDelay: .constant(Self.knownAfterSeconds)
                )
            ),
            serving: .slots(SlotServing(slots: self.containerConcurrency, time: Self.law(of: work))),
            startup: startup,
            scaling: self.scaling,
            drainSeconds: 30
        )
        return Scenario(
            name: "fidelity",
            horizonSeconds: self.recording.seconds + shiftSeconds,
            services: [service],
            recording: RecordingOptions(
                timelineSeconds: Self.stepSeconds,
                hasDecisions: true,
                hasStarts: true,
                hasRequests: true
            )
        )
    }

    /// The activator asks replicas itself, every few milliseconds.
    private static let knownAfterSeconds = 0.003

    /// The values as they were measured: with a few dozen of them no law fits better than themselves.
    private static func law(of values: [Double]) -> Distribution { .empirical(EmpiricalLaw(sample: values)) }

    /// - Returns: `nil` when the recording gives no model, or when it was stopped.
    public func run(jobs: Int, watch: ExperimentWatch = ExperimentWatch()) -> FidelityOutcome? {
        guard self.scenario != nil else { return nil }
        let seed = self.seed
        watch.expect(self.replications)
        let runs = ThreadPool(jobs: jobs).outcomes(
            of: Array(0..<self.replications),
            isCancelled: { watch.isStopped }
        ) { replication -> (result: RunResult, shiftSeconds: Double)? in
            let shift = self.shiftSeconds(replication)
            guard let scenario = self.scenario(shiftSeconds: shift) else { return nil }
            let run = SimulationRun(scenario: scenario, seed: seed, replication: replication, catalogue: .basic)
            let result = run.run { watch.isStopped }
            watch.finishOne(events: result.events)
            return watch.isStopped ? nil : (result, shift)
        }.compactMap(\.self)
        guard runs.count == self.replications else { return nil }
        return FidelityOutcome(recording: self.recording, runs: runs)
    }
}
