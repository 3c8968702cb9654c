import Timekeeping

/// The last word of every activator on one revision.
struct ReporterLoads: Sendable {
    struct Entry: Sendable {
        /// Position of the activator in the engine's list.
        let reporter: Int
        /// Number of the batch in which the activator spoke last, of this revision or by leaving it out.
        var batch: UInt64
        var waiting = 0
        var inFlight = 0
        var replicas: [ReplicaLoad] = []
    }

    /// A handful at most, so that a search from the front beats hashing.
    private(set) var entries: [Entry] = []

    var waiting: Int { self.entries.reduce(0) { $0 + $1.waiting } }
    var inFlight: Int { self.entries.reduce(0) { $0 + $1.inFlight } }

    func isCurrent(reporter: Int, batch: UInt64) -> Bool {
        self.entries.contains { $0.reporter == reporter && $0.batch == batch }
    }

    mutating func record(_ load: LoadReport?, reporter: Int, batch: UInt64) {
        let position: Int
        if let known = self.entries.firstIndex(where: { $0.reporter == reporter }) {
            position = known
        } else {
            position = self.entries.count
            self.entries.append(Entry(reporter: reporter, batch: batch))
        }
        self.entries[position].batch = batch
        self.entries[position].waiting = load?.waiting ?? 0
        self.entries[position].inFlight = load?.inFlight ?? 0
        self.entries[position].replicas = load?.replicas ?? []
    }

    /// What an activator said that has gone silent is no longer true.
    mutating func forget(reporter: Int) {
        self.entries.removeAll { $0.reporter == reporter }
    }

    /// Requests in flight at each pod, summed over the activators.
    ///
    /// A pod that nobody names has none that we know of.
    func inFlightByPod() -> [String: Int] {
        var sums: [String: Int] = [:]
        for entry in self.entries {
            for replica in entry.replicas { sums[replica.podName, default: 0] += replica.inFlight }
        }
        return sums
    }
}
