import ServingAPI
import Synchronization

/// The concurrency of every busy revision, a value a second, for the small curves of the dashboard.
///
/// A revision without load costs nothing: its ring is dropped once it holds nothing but zeros.
final class LoadHistory: Sendable {
    /// Seconds remembered.
    static let length = 180

    private struct Ring {
        var values: [Double] = []
        var zeros = 0

        mutating func append(_ value: Double) {
            if self.values.count == LoadHistory.length { self.values.removeFirst() }
            self.values.append(value)
            self.zeros = value == 0 ? self.zeros + 1 : 0
        }
    }

    private let rings = Mutex<[RevisionID: Ring]>([:])

    /// Takes the load of one second; an unknown load is no value, not zero.
    func record(_ loads: [LiveLoad]?) {
        guard let loads else { return }
        self.rings.withLock { rings in
            var idle = Set(rings.keys)
            for load in loads where load.concurrency > 0 || rings[load.revision] != nil {
                idle.remove(load.revision)
                rings[load.revision, default: Ring()].append(load.concurrency)
            }
            for revision in idle { rings[revision]?.append(0) }
            for (revision, ring) in rings where ring.zeros >= Self.length { rings[revision] = nil }
        }
    }

    var values: [RevisionID: [Double]] { self.rings.withLock { $0.mapValues(\.values) } }
}
