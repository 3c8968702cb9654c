/// Arithmetic that turns load and rates into numbers of replicas without ever overflowing.
enum ReplicaCount {
    /// Larger than any revision; what a load without bound is cut to.
    static let limit = Int(Int32.max)

    /// Replicas that carry `load` with at most `target` each.
    static func needed(for load: Double, target: Double) -> Int {
        Self.saturating((load / target).rounded(.up))
    }

    /// A whole number from 0 to the limit; what is no number counts as zero.
    static func saturating(_ value: Double) -> Int {
        guard value > 0 else { return 0 }
        return value >= Double(Self.limit) ? Self.limit : Int(value)
    }

    /// Load that could be added before `ready` replicas with `total` each queue, less the burst kept free.
    ///
    /// - Returns: 0 when no burst is kept free, -1 when the activator always stays in the path.
    static func excessBurst(ready: Int, total: Double, burst: Double, load: Double) -> Int {
        guard burst != 0 else { return 0 }
        guard burst > 0 else { return -1 }
        let excess = (Double(ready) * total - burst - load).rounded(.down)
        return excess < 0 ? -Self.saturating(-excess) : Self.saturating(excess)
    }
}
