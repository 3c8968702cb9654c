import ArgumentParser
import Simulator

/// How fast this machine simulates.
struct SimulateBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how many events a second this machine simulates, on a queue and on the whole model.",
        discussion: """
            Counts CPU time, one core: the queue M/M/c at 90 % load with 10, 100 and 1,000 servers on the events alone,
            through the whole model, and with the autoscaler in the loop; then a day of 10,000 idle services. These are
            the figures that Benchmarks/simulator.py sets beside SimPy.

            With --trace, a table of calls by minute, also a day of functions under three policies.
            """
    )

    @Option(help: "Millions of events of each measurement of a queue, about.") var events = 4.0

    @Option(help: ArgumentHelp("A table of calls by minute to play for a day.", valueName: "file"))
    var trace: String?

    func validate() throws {
        guard self.events > 0, self.events <= 10_000 else { throw ValidationError("--events is \(self.events)") }
    }

    func run() throws {
        let requests = max(1000, Int(self.events * 1e6 / 2))
        for servers in SimulatorSpeed.sizes {
            Self.show(SimulatorSpeed.kernel(servers: servers, customers: requests))
            for policy in ["fixed", "pilotlight"] {
                Self.show(SimulatorSpeed.model(servers: servers, requests: requests, policy: policy))
            }
        }
        Self.show(SimulatorSpeed.idle(services: 10_000))
        if let trace { try self.functions(trace) }
        let peak = NumberText.decimal(Double(SimulatorSpeed.peakBytes) / 1_048_576, places: 0)
        StandardStream.output.write("memory at most \(peak) MiB\n")
    }

    private func functions(_ path: String) throws {
        let trace: Trace
        do {
            trace = try TraceImporter().read(path)
        } catch {
            StandardStream.error.write("pilotlight: \(error)\n")
            throw ExitCode(2)
        }
        for policy in ["per-request", "pilotlight", "knative"] {
            Self.show(SimulatorSpeed.functions(trace, policy: policy))
        }
    }

    private static func show(_ row: SimulatorSpeed.Row) {
        let name = row.name.count < 44 ? row.name + String(repeating: " ", count: 44 - row.name.count) : row.name
        let rate = NumberText.significant(row.eventsPerSecond / 1e6)
        let seconds = NumberText.significant(row.cpuSeconds)
        StandardStream.output.write("\(name)  \(rate) million events a second and core, \(seconds) s of CPU\n")
    }
}
