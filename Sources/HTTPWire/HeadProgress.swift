/// How far the parsing of a head has come.
public enum HeadProgress: Sendable, Equatable {
    /// All is well so far; call again with the same bytes and more.
    case needsMore
    /// The head ends after that many bytes.
    case complete(length: Int)
    /// Answer with the fault's status and close.
    case invalid(WireFault)
}
