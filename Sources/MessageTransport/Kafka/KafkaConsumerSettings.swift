/// How a member of a consumer group behaves.
public struct KafkaConsumerSettings: Sendable, Hashable {
    /// Where a group begins that has committed nothing.
    public enum Start: String, Sendable, Hashable {
        /// At the oldest message that is kept, so that nothing is missed.
        case earliest
        /// Behind the newest.
        case latest
    }

    /// How partitions are dealt out when members come and go.
    public enum Assignment: String, Sendable, Hashable {
        /// Only what moves stops; every member of the group must use it.
        ///
        /// librdkafka 2.0, which Debian 12 has, aborts the process now and then when a group moves; later ones do not.
        case cooperative = "cooperative-sticky"
        /// Everything stops for a moment; what most other clients use.
        case eager = "range,roundrobin"
    }

    public var cluster: KafkaSettings
    public var group: String
    public var start: Start
    public var assignment: Assignment
    /// How long a member may be silent before its partitions go to others; bounds how long a killed one holds them.
    public var sessionTimeout: Duration
    /// How long a caller may go without polling before it is taken for stuck.
    public var longestPause: Duration
    /// Messages read ahead, all partitions together.
    public var readAheadMessages: Int
    /// Kibibytes read ahead, all partitions together.
    public var readAheadKibibytes: Int

    public init(
        cluster: KafkaSettings,
        group: String,
        start: Start = .earliest,
        assignment: Assignment = .eager,
        sessionTimeout: Duration = .seconds(10),
        longestPause: Duration = .seconds(300),
        readAheadMessages: Int = 1000,
        readAheadKibibytes: Int = 16_384
    ) {
        self.cluster = cluster
        self.group = group
        self.start = start
        self.assignment = assignment
        self.sessionTimeout = sessionTimeout
        self.longestPause = longestPause
        self.readAheadMessages = readAheadMessages
        self.readAheadKibibytes = readAheadKibibytes
    }

    var properties: [(name: String, value: String)] {
        let session = max(1000, self.sessionTimeout.milliseconds())
        return [
            ("group.id", self.group),
            ("enable.auto.commit", "false"),
            ("enable.auto.offset.store", "false"),
            ("auto.offset.reset", self.start.rawValue),
            ("partition.assignment.strategy", self.assignment.rawValue),
            ("session.timeout.ms", "\(session)"),
            ("heartbeat.interval.ms", "\(session / 4)"),
            ("max.poll.interval.ms", "\(max(session, self.longestPause.milliseconds()))"),
            ("queued.min.messages", "\(max(1, self.readAheadMessages))"),
            ("queued.max.messages.kbytes", "\(max(1, self.readAheadKibibytes))"),
            ("fetch.wait.max.ms", "100"),
            ("allow.auto.create.topics", "false"),
            ("enable.partition.eof", "false"),
        ]
    }
}
