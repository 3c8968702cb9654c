import KubernetesClient
import StructuredData

/// How far a rollout may stray from the wanted number of replicas, in replicas.
struct RolloutLimits: Sendable, Equatable {
    /// Pods beyond the wanted number.
    let surge: Int
    /// Wanted pods that may be missing.
    let unavailable: Int

    init(surge: Int, unavailable: Int) {
        self.surge = surge
        self.unavailable = unavailable
    }

    /// Percentages of `replicas`: those of the surge are rounded up, those of the unavailable down.
    ///
    /// When both come to nothing one pod may be missing, or the rollout could not move.
    init(of deployment: KubernetesObject, replicas: Int) {
        let limits = deployment.spec["strategy"]?["rollingUpdate"]
        let surge = Self.count(limits?["maxSurge"] ?? "25%", of: replicas, rounding: .up)
        let unavailable = Self.count(limits?["maxUnavailable"] ?? "25%", of: replicas, rounding: .down)
        self.init(surge: surge, unavailable: surge == 0 && unavailable == 0 ? 1 : min(unavailable, replicas))
    }

    private static func count(_ value: JSONValue, of replicas: Int, rounding: FloatingPointRoundingRule) -> Int {
        if let count = value.intValue { return max(0, count) }
        guard let text = value.stringValue, text.hasSuffix("%"), let percent = Int(text.dropLast()), percent >= 0 else {
            return 0
        }
        return Int((Double(replicas) * Double(percent) / 100).rounded(rounding))
    }
}
