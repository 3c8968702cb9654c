import SimulationKit

/// Finds out how much of a run's beginning does not belong to its steady state.
public enum WarmUpPilot {
    /// What a pilot run says.
    public struct Finding: Sendable, Equatable {
        /// `nil`: the run never settles; it is too short, or has no steady state.
        public var seconds: Double?
        /// In words, for the report.
        public var text: String
    }

    /// A replication that no experiment has, so that the pilot's luck is not that of the runs it serves.
    private static let replication = 1_000_000

    /// Runs the scenario once with nothing cut off, and applies MSER-5 to its replicas and to its load.
    public static func warmUp(
        of scenario: Scenario,
        seed: UInt64,
        catalogue: PolicyCatalogue,
        isStopped: () -> Bool = { false }
    ) -> Finding {
        var pilot = scenario
        pilot.warmUpSeconds = 0
        // Enough steps for groups of five to be many, and few enough to be averages.
        pilot.recording.timelineSeconds = scenario.horizonSeconds / 2000
        let run = SimulationRun(scenario: pilot, seed: seed, replication: Self.replication, catalogue: catalogue)
        let timeline = run.run(isStopped: isStopped).timeline
        let replicas = timeline.steps.map { Double($0.readyMilli + $0.startingMilli) }
        let load = timeline.steps.map { Double($0.concurrencyMilli) }
        guard let first = WarmUp.truncation(of: replicas), let second = WarmUp.truncation(of: load) else {
            return Finding(seconds: nil, text: "none: the pilot run never settles, so all of it counts")
        }
        let seconds = Double(max(first, second)) * timeline.stepSeconds
        let share = seconds / scenario.horizonSeconds
        guard share <= 0.25 else {
            let cut = FigureUnit.seconds.text(seconds)
            return Finding(seconds: seconds, text: "\(cut) by MSER-5 on a pilot run; more than a quarter of the run")
        }
        return Finding(seconds: seconds, text: "\(FigureUnit.seconds.text(seconds)) by MSER-5 on a pilot run")
    }
}
