import Autoscaler
import Glibc
import KubernetesClient
import ScalingCore
import ServingAPI
import Telemetry
import Timekeeping

/// Measures what the autoscaler's engine costs: services decided per second, and the share of a core at a 2 s tick.
///
/// The engine runs on virtual time, so a minute of ten thousand services takes as long as their work takes and no
/// longer. What is counted is processor time of this process, reports and decisions together; writes to an API are not
/// part of it. Every service has two ready replicas and load that changes each second, reported by two activators.
///
///     PILOTLIGHT_BENCHMARKS=1 PILOTLIGHT_ROOMS=AutoscalerBenchmark swift run -c release AutoscalerBenchmark
@main
enum AutoscalerBenchmark {
    static func main() {
        print("policy      services   active  decisions/s  us/decision  us/report  core share at 2 s tick")
        for policy in ScalingPolicyName.allCases {
            for services in [1_000, 10_000] {
                self.printRow(policy: policy, run: Run(services: services, idle: 0, policy: policy))
            }
        }
        self.printRow(policy: .pilotlight, run: Run(services: 0, idle: 10_000, policy: .pilotlight))
    }

    private static func printRow(policy: ScalingPolicyName, run: Run) {
        var run = run
        // The windows are full from then on.
        _ = run.measure(virtualSeconds: 65)
        let cost = run.measure(virtualSeconds: 30)
        let total = cost.reportSeconds + cost.decisionSeconds
        let perSecond = cost.decisions == 0 ? 0 : Double(cost.decisions) / total
        let row = [
            self.padded("\(policy)", -10), self.padded("\(run.total)", 10),
            self.padded("\(cost.active)", 8), self.padded("\(Int(perSecond))", 12),
            self.padded(self.microseconds(cost.decisionSeconds, cost.decisions), 12),
            self.padded(self.microseconds(cost.reportSeconds, cost.reports), 10),
            self.padded(self.percent(total / cost.virtualSeconds), 12),
        ]
        print(row.joined(separator: " "))
    }

    private static func microseconds(_ seconds: Double, _ count: Int) -> String {
        count == 0 ? "-" : self.fixed(seconds * 1e6 / Double(count), 2)
    }

    private static func percent(_ share: Double) -> String { "\(self.fixed(share * 100, 3)) %" }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = pow(10, Double(digits))
        return "\((value * scale).rounded() / scale)"
    }

    /// - Parameter width: Negative to pad on the right.
    private static func padded(_ text: String, _ width: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? text + blanks : blanks + text
    }
}

/// Services on virtual time.
private struct Run {
    struct Cost {
        var decisions = 0
        var reports = 0
        /// Processor time in reading reports.
        var reportSeconds = 0.0
        /// Processor time in ticks.
        var decisionSeconds = 0.0
        var virtualSeconds = 0.0
        var active = 0
    }

    private var engine: AutoscalerEngine
    private var now = MonotonicInstant.seconds(1000)
    private let loaded: [RevisionID]
    let total: Int

    init(services: Int, idle: Int, policy: ScalingPolicyName) {
        var settings = AutoscalerSettings()
        settings.statusWritesPerSecond = 50
        var engine = AutoscalerEngine(settings: settings)
        let configuration = ScalingConfiguration(policy: policy, target: 10, total: 14)
        var loaded: [RevisionID] = []
        for number in 0..<(services + idle) {
            let name = "service-\(number)-predictor"
            let id = RevisionID(namespace: "bench", name: name)
            let target = ObjectKey(namespace: "bench", name: name)
            let isLoaded = number < services
            engine.revisionChanged(
                ScaledRevision(id: id, uid: name, service: name, target: target, configuration: configuration),
                status: nil,
                at: self.now
            )
            engine.workloadChanged(target, replicas: isLoaded ? 2 : 0, at: self.now)
            guard isLoaded else { continue }
            loaded.append(id)
            for replica in 0..<2 {
                let pod = ReplicaSnapshot(name: "\(name)-\(replica)", isReady: true, createdAt: self.now)
                engine.replicaChanged(pod, of: target, at: self.now)
            }
        }
        engine.workloadsKnown(at: self.now)
        engine.replicasKnown(true, at: self.now)
        self.engine = engine
        self.loaded = loaded
        self.total = services + idle
    }

    mutating func measure(virtualSeconds: Int) -> Cost {
        var cost = Cost(virtualSeconds: Double(virtualSeconds))
        let decisions = self.engine.counters.decisions
        for second in 1...virtualSeconds {
            let end = self.now.advanced(by: .seconds(1))
            let batches = (0..<2).map { self.batch(activator: $0, second: second) }
            let start = Self.processorSeconds()
            for (number, batch) in batches.enumerated() {
                self.engine.reported(batch, from: "activator-\(number)", at: self.now)
            }
            self.settle()
            let read = Self.processorSeconds()
            while let due = self.engine.nextDeadline, due < end {
                self.now = max(self.now, due)
                self.settle()
            }
            cost.reportSeconds += read - start
            cost.decisionSeconds += Self.processorSeconds() - read
            cost.reports += 2 * self.loaded.count
            self.now = end
        }
        cost.decisions = self.engine.counters.decisions - decisions
        cost.active = self.engine.activeCount
        return cost
    }

    private func batch(activator: Int, second: Int) -> [LoadReport] {
        self.loaded.enumerated().map { position, id in
            // Between 12 and 19 requests over both activators: two replicas at a target of ten, always.
            let load = 6 + Double((position + second * (activator + 1)) % 36) / 10
            return LoadReport(
                revision: id,
                averageConcurrency: load,
                requestsPerSecond: load,
                waiting: 0,
                inFlight: Int(load),
                replicas: [
                    ReplicaLoad(podName: "\(id.name)-0", inFlight: 3, isReady: true),
                    ReplicaLoad(podName: "\(id.name)-1", inFlight: 3, isReady: true),
                ]
            )
        }
    }

    private mutating func settle() {
        var isMoreDue = true
        while isMoreDue {
            isMoreDue = self.engine.advance(to: self.now, budget: 32)
            for action in self.engine.takeActions() {
                switch action {
                case .scale(let plan): self.engine.scaleSucceeded(plan, at: self.now)
                case .writeStatus(let write): self.engine.statusWritten(write, succeeded: true, at: self.now)
                case .announce: break
                }
            }
        }
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
