public import Autoscaler

/// What one `type` of trigger means: how its metadata is read, and how it is made.
///
/// Reading and making are two steps, so that a declaration can be checked without anything being opened.
public struct TriggerKind: Sendable {
    /// Makes the trigger; opens nothing, because triggers connect when they are first read.
    public typealias Maker = @Sendable () -> any Trigger

    /// As in `type`.
    public let name: String
    /// Whether the metric type `Utilization` makes sense: shares of what the replicas requested.
    let isResource: Bool
    /// Reads every field, whatever is wrong with the others.
    ///
    /// The maker is used only when nothing was wrong.
    let read: @Sendable (MetadataReader) -> Maker

    public init(
        _ name: String,
        isResource: Bool = false,
        read: @escaping @Sendable (MetadataReader) -> Maker
    ) {
        self.name = name
        self.isResource = isResource
        self.read = read
    }
}
