/// The bounds of an embedded API.
public struct EmbeddedAPISettings: Sendable, Equatable {
    /// Changes that are remembered for watches that continue from a version.
    public var historyCapacity: Int
    /// Events that may wait for one reader of a watch before the watch ends with `expired`.
    public var watchCapacity: Int
    /// How long objects of the kind Event are kept, and how many at most.
    public var eventLifetime: Duration = .seconds(3600)
    public var eventCapacity = 1000
    /// How often checkpoints are taken and old events cleared away.
    public var maintenanceInterval: Duration = .seconds(5)

    public init(historyCapacity: Int = 4096, watchCapacity: Int = 4096) {
        precondition(historyCapacity > 0 && watchCapacity > 0, "\(historyCapacity), \(watchCapacity)")
        self.historyCapacity = historyCapacity
        self.watchCapacity = watchCapacity
    }
}
