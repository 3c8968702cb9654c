import KubernetesClient

/// Puts the scale writes of each target in a row: one under way, and of those behind it only the newest.
///
/// Without it a slow write of an old number could land after the write of a newer one. Writes of all targets together
/// are bounded too; what a request waits for goes before what can wait.
struct WriteLanes: Sendable {
    private let limit: Int
    private var running: Set<ObjectKey> = []
    /// The newest plan of each target that is not under way.
    private var waiting: [ObjectKey: ScalePlan] = [:]
    /// Targets with a waiting plan and none under way, held back by the limit alone.
    private var backlog: [ObjectKey] = []

    /// - Parameter limit: Writes under way at once.
    init(limit: Int) {
        precondition(limit > 0, "limit: \(limit)")
        self.limit = limit
    }

    /// - Returns: The plan if it may begin now, `nil` if it waits; a plan that waited before it is forgotten.
    mutating func enter(_ plan: ScalePlan) -> ScalePlan? {
        if self.running.contains(plan.target) {
            self.waiting[plan.target] = plan
            return nil
        }
        guard self.running.count < self.limit else {
            if self.waiting.updateValue(plan, forKey: plan.target) == nil {
                self.backlog.insert(plan.target, at: plan.isUrgent ? 0 : self.backlog.count)
            }
            return nil
        }
        self.running.insert(plan.target)
        return plan
    }

    /// - Returns: The plan that may begin now that one of `target` has ended.
    mutating func leave(_ target: ObjectKey) -> ScalePlan? {
        self.running.remove(target)
        if let plan = self.waiting[target] {
            guard self.backlog.isEmpty || plan.isUrgent else {
                // Others wait longer.
                self.backlog.append(target)
                return self.next()
            }
            self.waiting[target] = nil
            self.running.insert(target)
            return plan
        }
        return self.next()
    }

    private mutating func next() -> ScalePlan? {
        guard !self.backlog.isEmpty else { return nil }
        let target = self.backlog.removeFirst()
        guard let plan = self.waiting.removeValue(forKey: target) else { return nil }
        self.running.insert(target)
        return plan
    }
}
