public import ScalingCore

/// An event source that is asked how much work there is.
///
/// One of these stands for one entry of a ScaledObject's `triggers`. Implementations share connections behind the
/// scenes; here each looks like one of its own.
public protocol Trigger: Sendable {
    /// Asks the source.
    ///
    /// Cancelled when it takes longer than the trigger's deadline; a source that does not answer must not hold a
    /// thread that other triggers need.
    func read() async throws(TriggerFailure) -> TriggerReading

    /// Whether the source wants replicas, told by the source itself; `nil` when it has to be asked.
    ///
    /// The stream reconnects by itself and ends only after `close`.
    func activations() -> AsyncStream<Bool>?

    /// Lets go of what the trigger holds. Nothing is read afterwards.
    func close() async
}

extension Trigger {
    public func activations() -> AsyncStream<Bool>? { nil }
    public func close() async {}
}

/// A source could not be read.
public struct TriggerFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// Not reachable, too slow, or in trouble: the next look may succeed.
        case unavailable
        /// The source said that it will not talk to us: credentials, permissions.
        case refused
        /// The source answered with what makes no sense, or lacks what the trigger names.
        case invalid
    }

    public var kind: Kind
    /// One sentence with what, where and what to try; without secrets.
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
