/// Something a policy may want to know at once.
public struct PolicyEvent: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case requestArrived
        /// A request found no replica to go to.
        case requestWaits
        /// The queue began, or is twice as long as when that was said last.
        case queueGrew
        /// `seconds` is how long the replica worked on the request.
        case requestFinished
        /// The last request of the service is done.
        case becameIdle
        /// Replicas were ordered, or told to go.
        case replicasMoved
        /// `seconds` is how long the start took.
        case replicaReady
        /// It failed or was taken away; nobody had asked for that.
        case replicaLost
        /// It is gone, as was asked.
        case replicaGone
    }

    public var kind: Kind
    public var service: Int
    public var waiting: Int
    /// Requests with replicas.
    public var inFlight: Int
    public var ready: Int
    /// What `kind` says; 0 where it says nothing.
    public var seconds: Double

    public init(
        _ kind: Kind,
        service: Int,
        waiting: Int = 0,
        inFlight: Int = 0,
        ready: Int = 0,
        seconds: Double = 0
    ) {
        self.kind = kind
        self.service = service
        self.waiting = waiting
        self.inFlight = inFlight
        self.ready = ready
        self.seconds = seconds
    }
}
