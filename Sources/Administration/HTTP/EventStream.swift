import StructuredData
import Telemetry

/// The activity feed as server-sent events.
struct EventStream: Sendable {
    let feed: ActivityFeed
    /// A comment is sent so often, so that proxies and clients see that the stream lives.
    var heartbeat: Duration = .seconds(15)

    /// Sends activities until the reader leaves.
    ///
    /// - Parameters:
    ///   - replaying: So many past activities come first.
    ///   - after: Of those, only the ones with a higher number: where an interrupted reader goes on.
    func run(into channel: ByteChannel, replaying: Int, after: UInt64?) async {
        // The delay tells a browser when to come back after an interruption.
        guard await channel.send("retry: 1000\n\n") else { return }
        let newest = self.feed.recent(1).last?.sequence ?? 0
        // A number from beyond the newest was another run's: this program has started counting anew.
        let after = after.flatMap { $0 <= newest ? $0 : nil }
        let activities = self.feed.stream(replaying: replaying)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: self.heartbeat)) != nil {
                    guard await channel.send(": still here\n\n") else { return }
                }
            }
            for await activity in activities {
                if let after, activity.sequence > 0, activity.sequence <= after { continue }
                guard await channel.send(Self.event(activity)) else { break }
            }
            group.cancelAll()
        }
    }

    /// JSON text holds no line break, so one `data` line carries it.
    static func event(_ activity: Activity) -> String {
        let id = activity.sequence > 0 ? "id: \(activity.sequence)\n" : ""
        return "\(id)event: activity\ndata: \(activity.json.jsonText())\n\n"
    }
}
