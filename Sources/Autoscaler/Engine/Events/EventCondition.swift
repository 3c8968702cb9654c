public import Timekeeping

/// One of the conditions by which a ScaledObject tells how it is.
public struct EventCondition: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case ready = "Ready"
        case active = "Active"
        case fallback = "Fallback"
        case paused = "Paused"
    }

    public enum Status: String, Sendable {
        case yes = "True"
        case no = "False"
        case unknown = "Unknown"
    }

    public var kind: Kind
    public var status: Status
    /// One word, as KEDA uses them.
    public var reason: String
    /// One sentence.
    public var message: String
    /// Since when `status` is what it is, on the engine's clock.
    public var since: MonotonicInstant

    public init(_ kind: Kind, _ status: Status, reason: String, message: String, since: MonotonicInstant = .zero) {
        self.kind = kind
        self.status = status
        self.reason = reason
        self.message = message
        self.since = since
    }

    /// Whether people who watch conditions have something new to read.
    func says(theSameAs other: EventCondition) -> Bool {
        self.kind == other.kind && self.status == other.status && self.reason == other.reason
            && self.message == other.message
    }
}
