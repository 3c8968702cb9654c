/// Something that happened to a service, told to people as it happens.
public struct Activity: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A request waits and no replica can take it.
        case requestWaiting
        case replicaStarting
        case replicaReady
        case replicaDraining
        case replicaStopped
        case replicaFailed
        /// A request that waited for a replica is on its way to it; `fields["timing"]` holds the phases in the syntax of
        /// a `Server-Timing` field, in milliseconds.
        case coldStartServed
        case scaled
        case scaledToZero
        case panicBegan
        case panicEnded
        case serviceReady
        case serviceFailed
        case configurationChanged
        case configurationRejected
        case warning
        /// The reader of a stream was slower than the feed; `fields["count"]` says how many activities it lost here.
        case activitiesMissed
    }

    public let kind: Kind
    /// What it happened to, as `default/iris`; empty for the platform as a whole.
    public let subject: String
    /// One English sentence.
    public let message: String
    public let time: WallTime
    /// The numbers of the message for programs, for example `replicas`, `seconds`.
    public let fields: [String: String]
    /// Counts the activities of one feed from one on; 0 for one that belongs to no feed.
    public let sequence: UInt64

    public init(
        kind: Kind,
        subject: String,
        message: String,
        time: WallTime,
        fields: [String: String] = [:],
        sequence: UInt64 = 0
    ) {
        self.kind = kind
        self.subject = subject
        self.message = message
        self.time = time
        self.fields = fields
        self.sequence = sequence
    }
}
