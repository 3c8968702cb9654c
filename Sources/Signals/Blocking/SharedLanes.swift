import Synchronization

/// Lanes that triggers with the same server and credentials share; a lane lives as long as a trigger holds it.
final class SharedLanes<Key: Hashable & Sendable, Lane: AnyObject & Sendable>: Sendable {
    private struct Entry {
        weak var lane: Lane?
    }

    private let entries = Mutex<[Key: Entry]>([:])
    private let make: @Sendable (Key) -> Lane

    init(make: @escaping @Sendable (Key) -> Lane) {
        self.make = make
    }

    func lane(_ key: Key) -> Lane {
        self.entries.withLock { entries in
            if let lane = entries[key]?.lane { return lane }
            entries = entries.filter { $0.value.lane != nil }
            let lane = self.make(key)
            entries[key] = Entry(lane: lane)
            return lane
        }
    }
}
