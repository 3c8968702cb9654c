import Logging
import MessageTransport
import Telemetry

/// Something that keeps failing: told once when it begins and once when it ends, and tried again less and less often.
struct Trouble {
    private let attempt: Logger.Message
    private let log: Logger
    private var count = 0

    init(_ attempt: Logger.Message, _ log: Logger) {
        self.attempt = attempt
        self.log = log
    }

    /// - Returns: How long to wait before trying again: a tenth of a second at first, a second at most.
    mutating func happened(_ error: MessagingError) -> Duration {
        if self.count == 0 { self.log.warning(self.attempt, metadata: [LogKey.error: "\(error)"]) }
        self.count += 1
        return min(.milliseconds(100) * (1 << min(self.count - 1, 4)), .seconds(1))
    }

    mutating func ended() {
        if self.count > 0 {
            self.log.info(
                "it works again",
                metadata: [LogKey.reason: "\(self.attempt)", LogKey.count: "\(self.count)"]
            )
        }
        self.count = 0
    }
}
