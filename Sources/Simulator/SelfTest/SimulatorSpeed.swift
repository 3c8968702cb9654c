import Glibc
import RoutingCore
import ScalingCore
import SimulationKit

/// Measures the simulator itself, in CPU time and on one core.
///
/// `pilotlight simulate bench` prints the figures; the benchmark beside SimPy takes them one by one.
public enum SimulatorSpeed {
    /// What one measurement cost.
    public struct Row: Sendable {
        public var name: String
        public var events: UInt64
        public var cpuSeconds: Double
        /// Of a queue's requests, in seconds; 0 where none is meant.
        public var meanWait = 0.0
        public var calls: UInt64 = 0
        public var cold: UInt64 = 0
        /// Looks at services at rest that were made up for; `events` counts them.
        public var looksMadeUpFor: UInt64 = 0

        public var eventsPerSecond: Double { Double(self.events) / max(self.cpuSeconds, 1e-9) }
    }

    /// Servers of the queues that are measured.
    public static let sizes = [10, 100, 1000]

    /// M/M/c at 90 % load on the queue of events alone: what any model costs at least.
    public static func kernel(servers: Int, customers: Int) -> Row {
        let start = Self.cpuSeconds()
        var queue = BareQueue(servers: servers, customers: customers)
        let events = queue.run()
        let seconds = Self.cpuSeconds() - start
        return Row(
            name: "M/M/\(servers), events alone",
            events: events,
            cpuSeconds: seconds,
            meanWait: queue.waits.mean / 1e9
        )
    }

    /// The same through the whole simulator: activator, replicas, histograms, reports and a policy.
    ///
    /// - Parameter policy: `fixed` for the same number of replicas all the time, else the policy that sets it.
    public static func model(servers: Int, requests: Int, policy: String) -> Row {
        let rate = Double(servers) * 0.9
        let service = ServiceModel(
            name: "benchmark",
            workloads: [.open(RenewalProcess.poisson(rate: rate))],
            entry: .gateway(GatewayModel(containerConcurrency: 1, queueCapacity: 1_000_000)),
            serving: .slots(SlotServing(slots: 1, time: .exponential(mean: 1))),
            scaling: ScalingConfiguration(target: 0.7, total: 1, maxScale: servers * 2),
            policy: PolicyReference(name: policy, parameters: ["replicas": .number(Double(servers))]),
            initialReplicas: servers
        )
        let scenario = Scenario(
            name: "benchmark",
            horizonSeconds: Double(requests) / rate,
            services: [service],
            recording: RecordingOptions(timelineSeconds: 60)
        )
        let loop = policy == "fixed" ? "whole model, replicas fixed" : "whole model, policy \(policy)"
        return Self.measured("M/M/\(servers), \(loop)", scenario)
    }

    /// A day of services that nobody calls.
    public static func idle(services: Int) -> Row {
        let models = (0..<services).map { index in
            ServiceModel(
                name: "idle-\(index)",
                workloads: [],
                serving: .slots(SlotServing(time: .constant(0.1)))
            )
        }
        let scenario = Scenario(
            name: "idle",
            horizonSeconds: 86_400,
            services: models,
            recording: RecordingOptions(timelineSeconds: 300, hasServiceTimelines: false)
        )
        return Self.measured("\(services) idle services for a day", scenario)
    }

    /// A day of functions from a table of calls by minute, half a second of work a call.
    public static func functions(_ trace: Trace, policy: String) -> Row {
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
        return Self.measured("\(services.count) functions for a day, policy \(policy)", scenario)
    }

    private static func measured(_ name: String, _ scenario: Scenario) -> Row {
        let start = Self.cpuSeconds()
        let result = SimulationRun(scenario: scenario, seed: 1).run()
        var row = Row(name: name, events: result.events, cpuSeconds: Self.cpuSeconds() - start)
        row.calls = result.services.reduce(0) { $0 + $1.arrived }
        row.cold = result.services.reduce(0) { $0 + $1.cold }
        row.looksMadeUpFor = result.looksMadeUpFor
        if let wait = result.services.first?.wait, wait.count > 0 { row.meanWait = wait.mean / 1e9 }
        return row
    }

    /// CPU time of this process: what a busy machine does not change much.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The most memory this process ever held, in bytes.
    public static var peakBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}

/// M/M/c with nothing but a queue of events and a histogram.
private struct BareQueue {
    private let servers: Int
    private var left: Int
    private let between: Distribution
    private let work = Distribution.exponential(mean: 1)
    private var arrivals = RandomStream(seed: 1, replication: 0, purpose: .arrivals)
    private var sizes = RandomStream(seed: 1, replication: 0, purpose: .requestSize)
    private var queue = EventQueue()
    private var waiting: [Int64] = []
    private var head = 0
    private var busy = 0
    private(set) var waits = LatencyHistogram()

    init(servers: Int, customers: Int) {
        self.servers = servers
        self.left = customers
        self.between = .exponential(mean: 1 / (Double(servers) * 0.9))
    }

    mutating func run() -> UInt64 {
        var events: UInt64 = 0
        self.queue.schedule(at: self.between.sampleNanoseconds(&self.arrivals), .arrival, kind: 0, argument: 0)
        while let event = self.queue.next() {
            events += 1
            if event.kind == 0 { self.arrived(event.nanoseconds) } else { self.departed(event.nanoseconds) }
        }
        return events
    }

    @inline(__always)
    private mutating func arrived(_ now: Int64) {
        self.left -= 1
        let next = now + self.between.sampleNanoseconds(&self.arrivals)
        if self.left > 0 { self.queue.schedule(at: next, .arrival, kind: 0, argument: 0) }
        guard self.busy < self.servers else {
            self.waiting.append(now)
            return
        }
        self.busy += 1
        self.waits.record(0)
        self.begin(now)
    }

    @inline(__always)
    private mutating func departed(_ now: Int64) {
        guard self.head < self.waiting.count else {
            self.busy -= 1
            return
        }
        self.waits.record(now - self.waiting[self.head])
        self.head += 1
        if self.head == self.waiting.count {
            self.waiting.removeAll(keepingCapacity: true)
            self.head = 0
        }
        self.begin(now)
    }

    @inline(__always)
    private mutating func begin(_ now: Int64) {
        self.queue.schedule(
            at: now + self.work.sampleNanoseconds(&self.sizes),
            .completion,
            kind: 1,
            argument: 0
        )
    }
}
