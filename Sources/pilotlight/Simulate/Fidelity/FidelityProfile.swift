import ArgumentParser
import ScalingCore
import SimulationKit

/// A live run to record: who calls, how long the replicas work and load, and how the service is scaled.
enum FidelityProfile: String, ExpressibleByArgument, CaseIterable {
    case steady, bursty
    case scaleFromZero = "scale-from-zero"

    static let service = "stand-in"
    static let containerConcurrency = 4
    static let stableWindowSeconds = 10

    /// How long is recorded.
    var seconds: Double { self == .scaleFromZero ? 134 : 75 }

    /// Seconds that a replica loads.
    var load: ClosedRange<Double> { self == .scaleFromZero ? 1...2 : 0.8...1.6 }

    /// Requests a second over time, as pieces: from when on how many.
    private var rates: [(from: Double, rate: Double)] {
        switch self {
        case .steady: [(0, 12), (60, 0)]
        case .bursty: [(0, 4), (15, 40), (22, 4), (38, 50), (43, 4), (58, 0)]
        // Silent for long enough that the last replica goes, each time: what comes next starts from nothing.
        case .scaleFromZero:
            [
                (0, 6), (4, 0), (22, 8), (26, 0), (44, 12), (48, 0), (66, 6), (70, 0), (88, 8), (92, 0), (110, 12),
                (114, 0),
            ]
        }
    }

    /// The calls of a run: a Poisson process of the profile's rates, with lognormal work.
    func calls(seed: UInt64) -> [LiveRecorder.Call] {
        var arrivals = RandomStream(seed: seed, replication: 0, purpose: .arrivals)
        var sizes = RandomStream(seed: seed, replication: 0, purpose: .requestSize)
        let work = Distribution.lognormal(mean: 0.25, squaredVariation: 0.5)
        var calls: [LiveRecorder.Call] = []
        for (index, piece) in self.rates.enumerated() where piece.rate > 0 {
            let end = index + 1 < self.rates.count ? self.rates[index + 1].from : self.seconds
            let gap = Distribution.exponential(mean: 1 / piece.rate)
            var at = piece.from + gap.sample(&arrivals)
            while at < end {
                calls.append(LiveRecorder.Call(at: at, work: work.sample(&sizes)))
                at += gap.sample(&arrivals)
            }
        }
        return calls
    }

    var manifest: String {
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata:
          name: \(Self.service)
          annotations:
            autoscaling.knative.dev/window: "\(Self.stableWindowSeconds)s"
            autoscaling.knative.dev/initial-scale: "0"
        spec:
          predictor:
            minReplicas: 0
            maxReplicas: 20
            containerConcurrency: \(Self.containerConcurrency)
            containers:
              - name: stand-in
                image: pilotlight/server
                args:
                  - simulate
                  - stand-in
                  - --port=$(PORT)
                  - --load-low=\(self.load.lowerBound)
                  - --load-high=\(self.load.upperBound)
        """
    }

    /// What the manifest comes to.
    var scaling: ScalingConfiguration {
        let total = Double(Self.containerConcurrency)
        return ScalingConfiguration(
            target: 0.7 * total,
            total: total,
            stableWindowSeconds: Self.stableWindowSeconds,
            panicWindowSeconds: 1,
            maxScale: 20,
            initialScale: 0
        )
    }
}
