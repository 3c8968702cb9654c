import ScalingCore
import Timekeeping

/// Requests that arrive whatever happens, wait for a place in a replica, and take their time there, as a fluid: what
/// waits while replicas start piles up.
struct QueueLoop {
    var startupSeconds: Double
    /// How long a replica works on a request.
    var serviceSeconds: Double
    var scaler: RevisionScaler
    private(set) var podSeconds = 0.0
    /// Integral of the requests that wait.
    private(set) var waitingSeconds = 0.0
    private(set) var mostReplicas = 0
    private(set) var starts = 0
    private(set) var history: [(seconds: Double, desired: Int?, ready: Int, waiting: Double)] = []
    private var requests = 0.0
    private var ready = 0
    private var startingSince: [Double] = []
    private var now = 0.0

    /// Tenths of a second: fine enough for the fluid, coarse enough to be quick.
    private static let stepsPerSecond = 10

    init(_ configuration: ScalingConfiguration, startupSeconds: Double, serviceSeconds: Double) {
        self.startupSeconds = startupSeconds
        self.serviceSeconds = serviceSeconds
        self.scaler = RevisionScaler(
            configuration: configuration,
            now: .zero,
            readyReplicas: 0,
            hasReachedInitialScale: true
        )
    }

    /// Requests that wait now.
    var waiting: Double { max(0, self.requests - Double(self.ready) * self.scaler.configuration.total) }

    mutating func forgetMost() { self.mostReplicas = 0 }

    var replicas: Int { self.ready + self.startingSince.count }

    /// Runs for `seconds`; `rate` gives requests a second by the second.
    mutating func run(for seconds: Int, rate: (Int) -> Double) {
        let total = self.scaler.configuration.total
        for _ in 0..<seconds {
            var area = 0.0
            let arriving = rate(Int(self.now))
            for step in 1...Self.stepsPerSecond {
                let length = 1 / Double(Self.stepsPerSecond)
                self.startReplicas()
                self.requests += arriving * length
                let busy = min(self.requests, Double(self.ready) * total)
                self.requests -= min(self.requests, busy * length / self.serviceSeconds)
                if self.requests < 1e-6 { self.requests = 0 }
                area += self.requests * length
                self.waitingSeconds += max(0, self.requests - Double(self.ready) * total) * length
                self.podSeconds += Double(self.replicas) * length
                if step < Self.stepsPerSecond, self.replicas == 0, self.requests > 0 {
                    self.decide(at: length * Double(step))
                }
            }
            self.now += 1
            let instant = MonotonicInstant.seconds(self.now)
            self.scaler.record(
                LoadSample(averageConcurrency: area, requestsPerSecond: arriving),
                from: "activator-0",
                at: instant
            )
            if Int(self.now).isMultiple(of: 2) { self.decide(at: 0) }
        }
    }

    private mutating func decide(at offset: Double) {
        let inFlight = min(self.requests, Double(self.ready) * self.scaler.configuration.total)
        let waiting = self.requests - inFlight
        let decision = self.scaler.decide(
            ReplicaObservation(
                ready: self.ready,
                startingSince: self.startingSince.map { .seconds($0) },
                waitingRequests: Int(waiting.rounded(.up)),
                inFlightRequests: Int(inFlight)
            ),
            now: .seconds(self.now + offset)
        )
        self.history.append((self.now + offset, decision.desiredReplicas, self.ready, waiting))
        guard let desired = decision.desiredReplicas else { return }
        let surplus = self.replicas - desired
        if surplus > 0 {
            let cancelled = min(surplus, self.startingSince.count)
            self.startingSince.removeLast(cancelled)
            self.ready -= surplus - cancelled
        } else {
            self.starts -= surplus
            self.startingSince.append(contentsOf: repeatElement(self.now + offset, count: -surplus))
        }
        self.mostReplicas = max(self.mostReplicas, desired)
    }

    private mutating func startReplicas() {
        while let first = self.startingSince.first, self.now - first >= self.startupSeconds {
            self.startingSince.removeFirst()
            self.ready += 1
            self.scaler.replicaStarted(tookSeconds: self.startupSeconds)
        }
    }
}
