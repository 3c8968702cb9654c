import ScalingCore
import Timekeeping

/// A revision with replicas that start slowly and stop at once, driven by a scaler.
///
/// One report a second; a decision every two seconds, after the report of that second.
struct ClosedLoop {
    struct Tick {
        let seconds: Int
        let load: Double
        let ready: Int
        let decision: ScalingDecision
    }

    /// Seconds from order to readiness; it shows at the tick after.
    var startupSeconds: Double
    var scaler: RevisionScaler
    private(set) var ticks: [Tick] = []
    /// Integral of what was asked for.
    private(set) var podSeconds = 0.0
    /// Integral of the load beyond what ready replicas can take.
    private(set) var waitingSeconds = 0.0
    private(set) var starts = 0
    private(set) var ready = 0
    private(set) var startingSince: [Double] = []

    init(_ configuration: ScalingConfiguration, startupSeconds: Double) {
        self.startupSeconds = startupSeconds
        self.scaler = RevisionScaler(
            configuration: configuration,
            now: .zero,
            readyReplicas: 0,
            hasReachedInitialScale: true
        )
    }

    /// Runs from second 1 to `end`; `load` gives requests in flight by the second, `nil` when the report is lost.
    mutating func run(until end: Int, load: (Int) -> Double, isReported: (Int) -> Bool = { _ in true }) {
        for second in 1...end {
            let now = MonotonicInstant.seconds(Double(second))
            let load = load(second)
            if isReported(second) {
                let sample = LoadSample(averageConcurrency: load, requestsPerSecond: load)
                self.scaler.record(sample, from: "activator-0", at: now)
            }
            self.startReplicas(at: Double(second))
            let capacity = Double(self.ready) * self.scaler.configuration.total
            self.waitingSeconds += max(0, load - capacity)
            if second.isMultiple(of: 2) { self.tick(second, load, capacity, now) }
            self.podSeconds += Double(self.ready + self.startingSince.count)
        }
    }

    private mutating func tick(_ second: Int, _ load: Double, _ capacity: Double, _ now: MonotonicInstant) {
        let waiting = max(0, load - capacity)
        let observation = ReplicaObservation(
            ready: self.ready,
            startingSince: self.startingSince.map { .seconds($0) },
            waitingRequests: Int(waiting),
            inFlightRequests: Int(load - waiting)
        )
        let decision = self.scaler.decide(observation, now: now)
        self.ticks.append(Tick(seconds: second, load: load, ready: self.ready, decision: decision))
        if let desired = decision.desiredReplicas { self.scale(to: desired, at: Double(second)) }
    }

    private mutating func startReplicas(at second: Double) {
        while let first = self.startingSince.first, second - first > self.startupSeconds {
            self.startingSince.removeFirst()
            self.ready += 1
            self.scaler.replicaStarted(tookSeconds: self.startupSeconds)
        }
    }

    private mutating func scale(to desired: Int, at second: Double) {
        let surplus = self.ready + self.startingSince.count - desired
        if surplus > 0 {
            let cancelled = min(surplus, self.startingSince.count)
            self.startingSince.removeLast(cancelled)
            self.ready -= surplus - cancelled
        } else {
            self.starts -= surplus
            self.startingSince.append(contentsOf: repeatElement(second, count: -surplus))
        }
    }

    func desired(at second: Int) -> Int? { self.ticks.first { $0.seconds == second }?.decision.desiredReplicas }
}

/// The loads of the closed-loop scenarios.
enum Workload {
    static func burst(_ second: Int) -> Double {
        switch second {
        case ...20: 5
        case ...40: 140
        case ...130: 35
        default: 0
        }
    }

    static func ramp(_ second: Int) -> Double { Double(min(second, 120)) }

    /// Pod-seconds of the least replicas that carry the load at `target` each.
    static func leastPodSeconds(until end: Int, target: Double, _ load: (Int) -> Double) -> Double {
        (1...end).map { (load($0) / target).rounded(.up) }.reduce(0, +)
    }
}
