import ServingAPI

/// Puts the scale writes of each revision in a row: one under way, and of those behind it only the newest.
///
/// Without it a slow write of an old number could land after the write of a newer one. Writes of all revisions together
/// are bounded too; what a request waits for goes before what can wait.
struct WriteLanes: Sendable {
    private let limit: Int
    private var running: Set<RevisionID> = []
    /// The newest plan of each revision that is not under way.
    private var waiting: [RevisionID: ScalePlan] = [:]
    /// Revisions with a waiting plan and none under way, held back by the limit alone.
    private var backlog: [RevisionID] = []

    /// - Parameter limit: Writes under way at once.
    init(limit: Int) {
        precondition(limit > 0, "limit: \(limit)")
        self.limit = limit
    }

    /// - Returns: The plan if it may begin now, `nil` if it waits; a plan that waited before it is forgotten.
    mutating func enter(_ plan: ScalePlan) -> ScalePlan? {
        if self.running.contains(plan.revision) {
            self.waiting[plan.revision] = plan
            return nil
        }
        guard self.running.count < self.limit else {
            if self.waiting.updateValue(plan, forKey: plan.revision) == nil {
                self.backlog.insert(plan.revision, at: plan.isUrgent ? 0 : self.backlog.count)
            }
            return nil
        }
        self.running.insert(plan.revision)
        return plan
    }

    /// - Returns: The plan that may begin now that one of `revision` has ended.
    mutating func leave(_ revision: RevisionID) -> ScalePlan? {
        self.running.remove(revision)
        if let plan = self.waiting[revision] {
            guard self.backlog.isEmpty || plan.isUrgent else {
                // Others wait longer.
                self.backlog.append(revision)
                return self.next()
            }
            self.waiting[revision] = nil
            self.running.insert(revision)
            return plan
        }
        return self.next()
    }

    private mutating func next() -> ScalePlan? {
        guard !self.backlog.isEmpty else { return nil }
        let revision = self.backlog.removeFirst()
        guard let plan = self.waiting.removeValue(forKey: revision) else { return nil }
        self.running.insert(revision)
        return plan
    }
}
