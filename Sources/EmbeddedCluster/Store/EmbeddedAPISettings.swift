/// The bounds of an embedded API.
public struct EmbeddedAPISettings: Sendable, Equatable {
    /// Changes that are remembered for watches that continue from a version.
    public var historyCapacity: Int
    /// Events that may wait for one reader of a watch before the watch ends with `expired`.
    public var watchCapacity: Int

    public init(historyCapacity: Int = 4096, watchCapacity: Int = 4096) {
        precondition(historyCapacity > 0 && watchCapacity > 0, "\(historyCapacity), \(watchCapacity)")
        self.historyCapacity = historyCapacity
        self.watchCapacity = watchCapacity
    }
}
