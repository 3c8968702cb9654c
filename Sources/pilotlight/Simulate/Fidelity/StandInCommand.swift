import ArgumentParser

/// What `simulate fidelity` serves; started by the platform, not by people.
struct StandInCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stand-in",
        abstract: "Serve a model that only waits, for `simulate fidelity`.",
        shouldDisplay: false
    )

    @Option(help: "The port on loopback to listen on.") var port: UInt16
    @Option(help: "The least seconds that loading takes.") var loadLow: Double
    @Option(help: "The most seconds that loading takes.") var loadHigh: Double

    func validate() throws {
        guard 0...self.loadHigh ~= self.loadLow, self.loadHigh <= 3600 else {
            throw ValidationError("--load-low and --load-high are no range of seconds")
        }
    }

    func run() throws {
        let load = Double.random(in: self.loadLow...self.loadHigh)
        try StandInReplica(port: self.port, loadSeconds: load).run()
    }
}
