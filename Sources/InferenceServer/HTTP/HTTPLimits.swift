import HTTPWire
public import NIOCore

/// Bounds on what a client may send and how long it may take.
public struct HTTPLimits: Sendable {
    /// Bytes of a request's body; else 413.
    public var bodyBytes = 64 << 20
    /// From a head's first byte to its last; else 408.
    public var headTimeout = TimeAmount.seconds(15)
    /// A body may take so long and a second more for each kibibyte that has come; else 408.
    public var transferTimeout = TimeAmount.seconds(30)
    /// Between two requests of one connection.
    public var idleTimeout = TimeAmount.seconds(300)
    /// Connections at one time; a further one is answered with 503.
    public var connections = 16_384

    var head = HeadLimits()

    public init() {}
}
