import Timekeeping

/// What was recommended of late, of which the highest holds back shrinking and the lowest growing.
///
/// Keeps only recommendations that a later one does not make pointless, so it holds few however often somebody asks.
struct RecommendationWindow: Sendable, Equatable {
    private struct Entry: Sendable, Equatable {
        var replicas: Int
        var at: MonotonicInstant
    }

    /// Longest window that there may be.
    static let longestSeconds = 3600.0

    /// Falling from front to back, newest last.
    private var highest: [Entry] = []
    /// Rising from front to back, newest last.
    private var lowest: [Entry] = []

    var isEmpty: Bool { self.highest.isEmpty }

    mutating func record(_ replicas: Int, at now: MonotonicInstant) {
        let entry = Entry(replicas: replicas, at: now)
        Self.append(entry, to: &self.highest) { $0.replicas <= replicas }
        Self.append(entry, to: &self.lowest) { $0.replicas >= replicas }
    }

    /// The highest of the last `seconds`, or `nil` when there is none.
    func highest(within seconds: Double, now: MonotonicInstant) -> Int? {
        self.highest.first { now.seconds(since: $0.at) < seconds }?.replicas
    }

    /// The lowest of the last `seconds`, or `nil` when there is none.
    func lowest(within seconds: Double, now: MonotonicInstant) -> Int? {
        self.lowest.first { now.seconds(since: $0.at) < seconds }?.replicas
    }

    /// Until the recommendation that holds a scale back leaves the window.
    func secondsUntilRelease(
        _ direction: ScalingBehavior.Direction,
        within seconds: Double,
        now: MonotonicInstant
    ) -> Double? {
        let entries = direction == .upward ? self.lowest : self.highest
        return entries.first { now.seconds(since: $0.at) < seconds }.map { seconds - now.seconds(since: $0.at) }
    }

    private static func append(_ entry: Entry, to entries: inout [Entry], where isPointless: (Entry) -> Bool) {
        while let last = entries.last, isPointless(last) { entries.removeLast() }
        let stale = entries.prefix { entry.at.seconds(since: $0.at) >= Self.longestSeconds }.count
        entries.removeFirst(stale)
        entries.append(entry)
    }
}
