import ArgumentParser
import Simulator

/// How fast this machine simulates.
struct SimulateBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how many events a second this machine simulates, on a queue and on the whole model.",
        discussion: "Benchmarks/simulator.py sets the same queue beside SimPy. Results depend on what else runs."
    )

    @Option(help: "Millions of events of each measurement, about.") var events = 10.0

    func run() throws {
        for row in SimulatorSpeed.rows(millions: max(self.events, 0.1)) {
            let rate = NumberText.significant(Double(row.events) / row.seconds / 1e6)
            let name = row.name.count < 44 ? row.name + String(repeating: " ", count: 44 - row.name.count) : row.name
            StandardStream.output.write("\(name)  \(rate) million events a second on one core\n")
        }
    }
}
