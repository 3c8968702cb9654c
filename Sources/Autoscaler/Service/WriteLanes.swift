import ServingAPI

/// Puts the scale writes of each revision in a row: one under way, and of those behind it only the newest.
///
/// Without it a slow write of an old number could land after the write of a newer one.
struct WriteLanes: Sendable {
    private struct Lane: Sendable {
        var waiting: ScalePlan?
    }

    private var lanes: [RevisionID: Lane] = [:]

    /// - Returns: The plan if it may begin now, `nil` if it waits; a plan that waited before it is forgotten.
    mutating func enter(_ plan: ScalePlan) -> ScalePlan? {
        guard self.lanes[plan.revision] != nil else {
            self.lanes[plan.revision] = Lane()
            return plan
        }
        self.lanes[plan.revision]?.waiting = plan
        return nil
    }

    /// - Returns: The plan that may begin now that the one before it has ended.
    mutating func leave(_ revision: RevisionID) -> ScalePlan? {
        guard let waiting = self.lanes[revision]?.waiting else {
            self.lanes[revision] = nil
            return nil
        }
        self.lanes[revision]?.waiting = nil
        return waiting
    }

    /// Whether a newer plan waits behind the one under way.
    func isOvertaken(_ revision: RevisionID) -> Bool { self.lanes[revision]?.waiting != nil }
}
