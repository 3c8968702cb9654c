import Foundation
import ServiceLifecycle
import Telemetry

/// Tells on the terminal what happens, as it happens: one line an activity.
struct ActivityPrinter: Service {
    private let feed: ActivityFeed
    private let usesColour: Bool

    init(feed: ActivityFeed) {
        self.feed = feed
        self.usesColour =
            StandardStream.output.isTerminal && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
    }

    func run() async throws {
        for await activity in self.feed.stream(replaying: .max).cancelOnGracefulShutdown() {
            StandardStream.output.write(self.line(activity))
        }
    }

    private func line(_ activity: Activity) -> String {
        let time = activity.time.rfc3339.split(separator: "T").last?.prefix(8) ?? ""
        let subject = activity.subject.padding(
            toLength: max(20, activity.subject.count),
            withPad: " ",
            startingAt: 0
        )
        let text = "\(time)  \(subject)  \(activity.message)\n"
        guard self.usesColour, let colour = Self.colour(activity.kind) else { return text }
        return "\(time)  \(subject)  \u{1B}[\(colour)m\(activity.message)\u{1B}[0m\n"
    }

    /// The ANSI colour of what deserves one.
    private static func colour(_ kind: Activity.Kind) -> String? {
        switch kind {
        case .requestWaiting, .panicBegan: "33"
        case .replicaReady, .serviceReady, .coldStartServed: "32"
        case .replicaFailed, .serviceFailed, .configurationRejected, .warning, .activitiesMissed: "31"
        case .scaled, .scaledToZero: "36"
        default: nil
        }
    }
}
