import Glibc
import RoutingCore
import ScalingCore
import SimulationKit
import Simulator

/// Measures the simulator: `kernel`, `model`, `functions`, `idle`.
///
/// Prints one line of name and numbers for each measurement; `Benchmarks/simulator.py` runs it beside its peer.
@main
struct SimulatorBenchmark {
    static func main() {
        let arguments = CommandLine.arguments
        let count = arguments.count > 3 ? Int(arguments[3]) ?? 1_000_000 : 1_000_000
        switch arguments.count > 1 ? arguments[1] : "" {
        case "kernel": Self.kernel(servers: Int(arguments[2]) ?? 10, customers: count)
        case "model": Self.model(servers: Int(arguments[2]) ?? 10, requests: count, policy: "fixed")
        case "autoscaled": Self.model(servers: Int(arguments[2]) ?? 10, requests: count, policy: "pilotlight")
        case "functions": Self.functions(path: arguments[2], policy: arguments.count > 3 ? arguments[3] : "per-request")
        case "idle": Self.idle(services: Int(arguments[2]) ?? 10_000)
        default:
            print("usage: SimulatorBenchmark kernel|model|autoscaled SERVERS COUNT | functions CSV POLICY | idle COUNT")
            exit(2)
        }
    }

    // MARK: Measurements

    /// M/M/c on the queue of events alone: what any model costs at least.
    static func kernel(servers: Int, customers: Int) {
        let (rate, seconds) = (Double(servers) * 0.9, Self.cpuSeconds())
        var arrivals = RandomStream(seed: 1, replication: 0, purpose: .arrivals)
        var sizes = RandomStream(seed: 1, replication: 0, purpose: .requestSize)
        let between = Distribution.exponential(mean: 1 / rate)
        let work = Distribution.exponential(mean: 1)
        var queue = EventQueue()
        var waiting: [Int64] = []
        var head = 0
        var busy = 0
        var left = customers
        var waits = LatencyHistogram()
        var events = 0
        queue.schedule(at: between.sampleNanoseconds(&arrivals), .arrival, kind: 0, argument: 0)
        while let event = queue.next() {
            events += 1
            if event.kind == 0 {
                left -= 1
                let next = event.nanoseconds + between.sampleNanoseconds(&arrivals)
                if left > 0 { queue.schedule(at: next, .arrival, kind: 0, argument: 0) }
                guard busy < servers else {
                    waiting.append(event.nanoseconds)
                    continue
                }
                busy += 1
                waits.record(0)
                let end = event.nanoseconds + work.sampleNanoseconds(&sizes)
                queue.schedule(at: end, .completion, kind: 1, argument: 0)
            } else if head < waiting.count {
                waits.record(event.nanoseconds - waiting[head])
                head += 1
                if head == waiting.count {
                    waiting.removeAll(keepingCapacity: true)
                    head = 0
                }
                let end = event.nanoseconds + work.sampleNanoseconds(&sizes)
                queue.schedule(at: end, .completion, kind: 1, argument: 0)
            } else {
                busy -= 1
            }
        }
        Self.report("kernel", events: events, since: seconds, extra: "wq=\(waits.mean / 1e9)")
    }

    /// The same through the whole simulator: activator, replicas, histograms, reports and a policy.
    static func model(servers: Int, requests: Int, policy: String) {
        let rate = Double(servers) * 0.9
        var scaling = ScalingConfiguration()
        scaling.target = 0.7
        scaling.total = 1
        scaling.maxScale = servers * 2
        let service = ServiceModel(
            name: "benchmark",
            workloads: [.open(RenewalProcess.poisson(rate: rate))],
            entry: .gateway(GatewayModel(containerConcurrency: 1, queueCapacity: 1_000_000)),
            serving: .slots(SlotServing(slots: 1, time: .exponential(mean: 1))),
            scaling: scaling,
            policy: PolicyReference(name: policy, parameters: ["replicas": .number(Double(servers))]),
            initialReplicas: servers
        )
        let scenario = Scenario(
            name: "benchmark",
            horizonSeconds: Double(requests) / rate,
            services: [service],
            recording: RecordingOptions(timelineSeconds: 60)
        )
        let seconds = Self.cpuSeconds()
        let result = SimulationRun(scenario: scenario, seed: 1).run()
        let wait = result.services[0].wait.mean / 1e9
        Self.report("model/\(policy)", events: Int(result.events), since: seconds, extra: "wq=\(wait)")
    }

    /// A day of a thousand functions.
    static func functions(path: String, policy: String) {
        let opened = Self.cpuSeconds()
        guard let trace = try? TraceImporter().read(path) else {
            print("cannot read \(path)")
            exit(1)
        }
        print("functions/read cpu_s=\(Self.cpuSeconds() - opened)")
        let services = trace.services.indices.map { index in
            ServiceModel(
                name: trace.services[index].name,
                workloads: [
                    .open(TraceArrivals(trace: trace, service: index, replay: TraceReplay(usesDurations: false)))
                ],
                entry: .gateway(GatewayModel(containerConcurrency: policy == "per-request" ? 1 : 100)),
                serving: .slots(SlotServing(slots: 0, time: .lognormal(mean: 0.5, squaredVariation: 1))),
                startup: StartupModel(warmUp: .lognormal(mu: 0.296468, sigma: 1.325976)),
                policy: PolicyReference(name: policy)
            )
        }
        let scenario = Scenario(name: "functions", horizonSeconds: 86_400, services: services)
        let seconds = Self.cpuSeconds()
        let result = SimulationRun(scenario: scenario, seed: 1).run()
        let arrived = result.services.reduce(0) { $0 + $1.arrived }
        let cold = result.services.reduce(0) { $0 + $1.cold }
        Self.report(
            "functions/\(policy)",
            events: Int(result.events),
            since: seconds,
            extra: "calls=\(arrived) cold=\(cold)"
        )
    }

    /// A day of services that nobody calls.
    static func idle(services: Int) {
        let models = (0..<services).map { index in
            ServiceModel(
                name: "idle-\(index)",
                workloads: [],
                serving: .slots(SlotServing(time: .constant(0.1))),
                policy: PolicyReference(name: "pilotlight")
            )
        }
        let scenario = Scenario(
            name: "idle",
            horizonSeconds: 86_400,
            services: models,
            recording: RecordingOptions(timelineSeconds: 300, hasServiceTimelines: false)
        )
        let seconds = Self.cpuSeconds()
        let result = SimulationRun(scenario: scenario, seed: 1).run()
        Self.report("idle/\(services)", events: Int(result.events), since: seconds, extra: "")
    }

    // MARK: Numbers

    static func report(_ name: String, events: Int, since start: Double, extra: String) {
        let seconds = Self.cpuSeconds() - start
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let rate = Double(events) / seconds
        print("\(name) events=\(events) cpu_s=\(seconds) events_per_s=\(rate) peak_kib=\(usage.ru_maxrss) \(extra)")
    }

    static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
