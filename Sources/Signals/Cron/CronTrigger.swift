import Autoscaler
import ScalingCore
import Synchronization
import Telemetry

extension TriggerKind {
    /// A number of replicas from one time of the day, week or month to another.
    ///
    /// - Parameter now: The wall clock.
    static func cron(now: @escaping @Sendable () -> WallTime = { WallTime.now() }) -> TriggerKind {
        TriggerKind("cron") { metadata in
            let configuration = CronTrigger.Configuration(metadata)
            return { CronTrigger(configuration, now: now) }
        }
    }
}

/// Active while the next end comes before the next start.
final class CronTrigger: Trigger {
    struct Configuration: Sendable {
        var zone = TimeZoneRules.utc
        /// `nil` only where a problem was reported.
        var start: CronSchedule?
        var end: CronSchedule?
        var desiredReplicas: Double

        init(_ metadata: MetadataReader) {
            let zone = metadata.requiredText("timezone")
            if let rules = TimeZoneRules.named(zone) {
                self.zone = rules
            } else if !zone.isEmpty {
                metadata.report(
                    "there is no time zone '\(zone)' in this system's database; names are as Europe/Vienna "
                        + "(package tzdata)",
                    at: "timezone"
                )
            }
            self.start = Self.schedule("start", metadata)
            self.end = Self.schedule("end", metadata)
            let replicas = metadata.requiredText("desiredReplicas")
            if !replicas.isEmpty, let count = metadata.optionalInteger("desiredReplicas", in: 0...1_000_000) {
                self.desiredReplicas = Double(count)
            } else {
                self.desiredReplicas = 0
            }
            if let start, start == self.end {
                metadata.report("is the same as start, so that the time in between is empty", at: "end")
            }
        }

        private static func schedule(_ key: String, _ metadata: MetadataReader) -> CronSchedule? {
            let text = metadata.requiredText(key)
            guard !text.isEmpty else { return nil }
            do {
                return try CronSchedule(text)
            } catch {
                metadata.report(error.description, at: key)
                return nil
            }
        }
    }

    /// When the trigger changes next, seconds since 1970; worth nothing outside `since..<` the earlier of the two.
    private struct Outlook {
        let since: Int64
        let start: Int64?
        let end: Int64?

        func covers(_ instant: Int64) -> Bool {
            instant >= self.since && instant < self.start ?? .max && instant < self.end ?? .max
        }
    }

    private let configuration: Configuration
    private let now: @Sendable () -> WallTime
    private let outlook = Mutex<Outlook?>(nil)

    init(_ configuration: Configuration, now: @escaping @Sendable () -> WallTime) {
        self.configuration = configuration
        self.now = now
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let outlook = self.outlook(at: Int64(self.now().unixSeconds.rounded(.down)))
        guard outlook.start != nil, outlook.end != nil else {
            throw TriggerFailure(.invalid, "the schedule names a day that never comes, such as 30 February")
        }
        let isActive = (outlook.end ?? .max) < (outlook.start ?? .max)
        let value = isActive ? self.configuration.desiredReplicas : 0
        return TriggerReading(metrics: [.init(name: "cron", value: value, target: 1)], isActive: isActive)
    }

    private func outlook(at instant: Int64) -> Outlook {
        self.outlook.withLock { outlook in
            if let outlook, outlook.covers(instant) { return outlook }
            let zone = self.configuration.zone
            let fresh = Outlook(
                since: instant,
                start: self.configuration.start?.next(after: instant, in: zone),
                end: self.configuration.end?.next(after: instant, in: zone)
            )
            outlook = fresh
            return fresh
        }
    }
}
