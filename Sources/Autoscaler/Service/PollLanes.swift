import KubernetesClient

/// One look at one trigger.
struct PollJob: Sendable, Equatable {
    let object: ObjectKey
    let build: Int
    let trigger: Int
}

/// Puts looks at event sources in rows: one for each type of trigger, and one for those of the type that are in trouble.
///
/// Each row works on a bounded number at once. So a broker that hangs can fill the row of its own kind once, until its
/// triggers have failed; from then on they wait for one another, and nobody else waits for them.
struct PollLanes: Sendable {
    struct Lane: Hashable, Sendable {
        let type: String
        let isTroubled: Bool
    }

    private struct Row: Sendable {
        var running = 0
        var waiting: [PollJob] = []
        /// Position of the first that waits; what lies before it is gone.
        var first = 0
    }

    private let limit: Int
    private var rows: [Lane: Row] = [:]

    /// - Parameter limit: Looks under way at once in one row.
    init(limit: Int) {
        precondition(limit > 0, "limit: \(limit)")
        self.limit = limit
    }

    /// - Returns: Whether the look may begin now; if not it waits for its turn.
    mutating func enter(_ job: PollJob, _ lane: Lane) -> Bool {
        guard self.rows[lane, default: Row()].running < self.limit else {
            self.rows[lane]?.waiting.append(job)
            return false
        }
        self.rows[lane, default: Row()].running += 1
        return true
    }

    /// - Returns: The look that may begin now that one of the row has ended.
    mutating func leave(_ lane: Lane) -> PollJob? {
        guard var row = self.rows[lane] else { return nil }
        self.rows[lane] = nil
        defer { if row.running > 0 { self.rows[lane] = row } }
        guard row.first < row.waiting.count else {
            row.running -= 1
            return nil
        }
        let next = row.waiting[row.first]
        row.first += 1
        if row.first == row.waiting.count || row.first > 1024 {
            row.waiting.removeFirst(row.first)
            row.first = 0
        }
        return next
    }
}
