/// How the end of a body is found.
public enum BodyFraming: Sendable, Equatable {
    /// There is no body, and no field speaks of one.
    case none
    /// Exactly that many bytes, possibly zero.
    case length(UInt64)
    case chunked
    /// A response's body that the end of the connection ends.
    case untilClose
}
