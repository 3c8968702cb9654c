import Glibc
import Simulator

/// Takes one of the simulator's measurements: `kernel`, `model`, `autoscaled`, `functions`, `idle`, `reproducible`.
///
/// Prints one line of name and numbers; `Benchmarks/simulator.py` runs it beside its peer.
@main
struct SimulatorBenchmark {
    static func main() {
        let arguments = CommandLine.arguments
        let servers = arguments.count > 2 ? Int(arguments[2]) ?? 10 : 10
        let count = arguments.count > 3 ? Int(arguments[3]) ?? 1_000_000 : 1_000_000
        switch arguments.count > 1 ? arguments[1] : "" {
        case "kernel": Self.report(SimulatorSpeed.kernel(servers: servers, customers: count))
        case "model": Self.report(SimulatorSpeed.model(servers: servers, requests: count, policy: "fixed"))
        case "autoscaled": Self.report(SimulatorSpeed.model(servers: servers, requests: count, policy: "pilotlight"))
        case "idle":
            Self.report(SimulatorSpeed.idle(services: arguments.count > 2 ? Int(arguments[2]) ?? 10_000 : 10_000))
        case "functions" where arguments.count > 3:
            guard let trace = try? TraceImporter().read(arguments[2]) else {
                print("cannot read \(arguments[2])")
                exit(1)
            }
            Self.report(SimulatorSpeed.functions(trace, policy: arguments[3]))
        case "reproducible":
            for row in ReproducibilityCheck.run(seed: 1).rows {
                print(row.isMet ? "equal" : "DIFFERENT", row.scenario, row.jobs, row.fingerprints)
            }
        default:
            print("usage: SimulatorBenchmark kernel|model|autoscaled SERVERS COUNT | functions CSV POLICY | idle COUNT")
            print("       SimulatorBenchmark reproducible")
            exit(2)
        }
    }

    private static func report(_ row: SimulatorSpeed.Row) {
        print(
            "\(row.name): events=\(row.events) cpu_s=\(row.cpuSeconds) events_per_s=\(row.eventsPerSecond)",
            "peak_kib=\(SimulatorSpeed.peakBytes / 1024) wq=\(row.meanWait) calls=\(row.calls) cold=\(row.cold)",
            "made_up=\(row.looksMadeUpFor)"
        )
    }
}
