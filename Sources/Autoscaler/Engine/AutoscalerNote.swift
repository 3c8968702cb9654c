public import Telemetry

/// A turn of events for the activity feed.
public struct AutoscalerNote: Sendable, Equatable {
    public let kind: Activity.Kind
    /// As `default/iris`; empty for the autoscaler as a whole.
    public let subject: String
    /// One English sentence.
    public let message: String
}
