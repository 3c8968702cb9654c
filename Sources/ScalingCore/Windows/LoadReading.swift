import Timekeeping

/// What is known of the load at one moment.
struct LoadReading: Sendable, Equatable {
    /// Average over the stable window.
    var stable: Double
    /// Average over the panic window.
    var short: Double
    /// The most that one of the last few seconds had; without bound when only averages are known.
    var latest = Double.infinity
    /// Requests that arrived a second, over the panic window; `nil` when not known.
    var arrivals: Double?
    /// The most requests that arrived in one of the last few seconds; `nil` when not known.
    var latestArrivals: Double?
    /// When there was load last; `nil` when there never was any.
    var lastLoaded: MonotonicInstant?
    /// Whether reports have stopped, so that all this is held from the last ones.
    var isHeld = false
}
