/// What bounds the activator.
///
/// Every wait, buffer and count has its limit here.
public struct ActivatorSettings: Sendable, Equatable {
    /// Where it listens.
    public var host = "127.0.0.1"
    /// Zero lets the kernel choose.
    public var port = 8080
    /// Event loops, each with a listener of its own on the same port.
    public var loopCount = 1
    /// Client connections per loop; further ones are closed at once.
    public var maximumConnectionsPerLoop = 50_000
    /// Bytes of a request's line and header fields together.
    public var maximumHeadBytes = 32_768
    public var maximumHeaderCount = 128
    /// Bytes of a request's target.
    public var maximumTargetBytes = 8192
    /// From the first byte of a head to its last.
    public var headTimeoutSeconds = 15.0
    /// Between two requests on one connection.
    public var keepAliveTimeoutSeconds = 75.0
    /// Silence of a client in the middle of a body, in either direction.
    public var clientStallTimeoutSeconds = 60.0
    /// For one attempt to connect to a replica.
    public var connectTimeoutSeconds = 3.0
    /// Attempts to reach a replica before the request is answered with 502.
    public var maximumConnectAttempts = 8
    /// How long an idle connection to a replica is kept; shorter than the five seconds after which common servers
    /// close theirs, so that a request does not meet a closing connection.
    public var upstreamIdleTimeoutSeconds = 4.0
    public var maximumIdleUpstreamsPerReplica = 1024
    /// How long a replica may go on with a request whose client went away before its place is given again.
    public var abandonedRequestTimeoutSeconds = 30.0
    /// On shutdown, how long requests may take to finish.
    public var drainTimeoutSeconds = 30.0
    /// Bytes that one connection may have in flight towards a slow reader before its source is paused.
    public var writeBufferBytes = 65_536
    /// Between two reports of load.
    public var reportIntervalSeconds = 1.0
    /// Between two looks at a replica that does not answer yet, at first; it grows to the second figure.
    public var probeIntervalSeconds = 0.002
    public var maximumProbeIntervalSeconds = 0.25
    /// For one probe to be answered.
    public var probeTimeoutSeconds = 1.0

    public init() {}
}
