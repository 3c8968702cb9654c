/// How a replica's response is to look when it is handed on to the client.
///
/// The pointers must be good until the head is written; nothing is kept.
public struct ClientHeadOptions {
    /// The version the client spoke.
    public var version = HTTPVersion.http11
    /// Whether the connection to the client stays open after this response.
    public var isKeepAlive = true
    /// How the body will be sent, when otherwise than `ResponseHead.framing(for:)` says.
    public var framing: BodyFraming?
    /// Whether a 101 is handed on with its Upgrade field.
    public var keepsUpgrade = false
    /// Further fields to leave out, such as those that `extraFields` replace.
    public var dropped: KnownHeaderSet = []
    /// Whole field lines, each with its CR LF, appended as they are.
    public var extraFields = UnsafeRawBufferPointer(start: nil, count: 0)

    public init() {}
}
