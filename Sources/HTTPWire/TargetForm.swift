/// The shape of a request target, RFC 9112 section 3.2.
public enum TargetForm: UInt8, Sendable {
    /// A path and perhaps a query.
    case origin
    /// A whole URI; its authority stands in for the Host field.
    case absolute
    /// Host and port, for CONNECT only.
    case authority
    /// A lone `*`, for OPTIONS only.
    case asterisk
}
