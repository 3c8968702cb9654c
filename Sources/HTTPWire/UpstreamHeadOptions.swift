/// How a request is to look when it is handed on to a replica.
///
/// The pointers must be good until the head is written; nothing is kept.
public struct UpstreamHeadOptions {
    /// Bytes of the path's beginning that are left out, as for `/serving/ns/name`.
    ///
    /// What remains is made to begin with a slash. At most the path's count.
    public var strippedPathBytes = 0
    /// The client's address as text, appended to X-Forwarded-For; empty leaves that field as it came.
    public var clientAddress = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Whether the client came over TLS, for X-Forwarded-Proto.
    public var isSecure = false
    /// Whether X-Forwarded-Proto and X-Forwarded-Host of the client are believed and kept, as behind an ingress.
    public var trustsForwardingFields = false
    /// Whether the replica shall answer `Expect: 100-continue`; else the caller has, and the field is dropped.
    public var keepsExpectation = false
    /// Whether the request to change protocols is handed on; else it is dropped, which declines it.
    public var keepsUpgrade = false
    /// The Host for an HTTP/1.0 request that has none, such as the replica's address.
    public var fallbackHost = UnsafeRawBufferPointer(start: nil, count: 0)
    /// How the body will be sent, when otherwise than it comes.
    public var framing: BodyFraming?
    /// Further fields to leave out, such as those that `extraFields` replace.
    public var dropped: KnownHeaderSet = []
    /// Whole field lines, each with its CR LF, appended as they are.
    public var extraFields = UnsafeRawBufferPointer(start: nil, count: 0)

    public init() {}
}
