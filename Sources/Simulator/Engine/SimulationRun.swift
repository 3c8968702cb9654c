/// One run of a scenario.
public struct SimulationRun: Sendable {
    public var scenario: Scenario
    public var seed: UInt64
    public var replication: Int
    public var catalogue: PolicyCatalogue
    /// Whether services with nothing to decide are looked at all the same: slower, with the same result.
    public var keepsAllAwake = false

    public init(
        scenario: Scenario,
        seed: UInt64,
        replication: Int = 0,
        catalogue: PolicyCatalogue = .basic
    ) {
        self.scenario = scenario
        self.seed = seed
        self.replication = replication
        self.catalogue = catalogue
    }

    /// Runs to the horizon.
    ///
    /// - Parameter isStopped: Asked every few thousand events; when it answers `true` the run ends early and its result
    ///   covers the time until then.
    public func run(isStopped: () -> Bool = { false }) -> RunResult {
        var simulation = Simulation(self)
        simulation.run(isStopped: isStopped)
        return simulation.finished()
    }
}
