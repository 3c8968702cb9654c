import SimulationKit

/// Processor sharing on one replica, by virtual time.
///
/// Virtual time runs as fast as one request gets on. A request is done when as much of it has passed as it has work, so
/// arrivals and departures change the speed and no request's own mark.
struct SharedWork {
    struct Entry {
        /// Virtual nanosecond of its end.
        let end: Double
        let request: UInt32
    }

    /// A heap, the earliest end first.
    var entries: [Entry] = []
    var virtual = 0.0
    var updatedAt: Int64 = 0
    /// When the next end is due; -1: nothing is set.
    var due: Int64 = -1

    func speed(_ processors: Double) -> Double { min(1, processors / Double(max(1, self.entries.count))) }

    mutating func advance(to now: Int64, processors: Double) {
        self.virtual += Double(now - self.updatedAt) * self.speed(processors)
        self.updatedAt = now
    }

    mutating func push(_ entry: Entry) {
        self.entries.append(entry)
        var child = self.entries.count - 1
        while child > 0, Self.precedes(self.entries[child], self.entries[(child - 1) / 2]) {
            self.entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Entry? {
        guard let first = self.entries.first, let last = self.entries.popLast() else { return nil }
        guard !self.entries.isEmpty else { return first }
        self.entries[0] = last
        var parent = 0
        while 2 * parent + 1 < self.entries.count {
            var child = 2 * parent + 1
            if child + 1 < self.entries.count, Self.precedes(self.entries[child + 1], self.entries[child]) {
                child += 1
            }
            guard Self.precedes(self.entries[child], self.entries[parent]) else { break }
            self.entries.swapAt(child, parent)
            parent = child
        }
        return first
    }

    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        (left.end, left.request) < (right.end, right.request)
    }
}

extension Simulation {
    mutating func beginSharing(_ request: UInt32, on replica: Int, _ serving: SharedServing) {
        let place = self.replicas[replica].work
        let service = Int(self.replicas[replica].service)
        self.requests[request].started = self.now
        self.shared[place].advance(to: self.now, processors: serving.processors)
        let work = Double(self.requests[request].work) * self.services[service].workFactor
        self.shared[place].push(SharedWork.Entry(end: self.shared[place].virtual + work, request: request))
        self.scheduleSharing(replica, serving)
    }

    mutating func sharingAdvanced(_ replica: Int, _ serving: SharedServing) {
        let place = self.replicas[replica].work
        guard self.shared[place].due == self.now else { return }
        self.shared[place].due = -1
        self.shared[place].advance(to: self.now, processors: serving.processors)
        // Half a nanosecond of work is what rounding of moments can leave over.
        if let first = self.shared[place].entries.first, first.end <= self.shared[place].virtual + 0.5 {
            _ = self.shared[place].popFirst()
            self.scheduleSharing(replica, serving)
            return self.finish(first.request, on: replica)
        }
        self.scheduleSharing(replica, serving)
    }

    /// Sets the moment of the next end.
    ///
    /// One that is set too early is left: it finds nothing done and sets itself anew.
    private mutating func scheduleSharing(_ replica: Int, _ serving: SharedServing) {
        let place = self.replicas[replica].work
        guard let first = self.shared[place].entries.first else { return }
        let rest = max(0, first.end - self.shared[place].virtual) / self.shared[place].speed(serving.processors)
        let due = self.now + Int64(rest.rounded(.up))
        guard self.shared[place].due < self.now || due < self.shared[place].due else { return }
        self.shared[place].due = due
        self.schedule(.workDone, at: due, argument: replica)
    }
}
