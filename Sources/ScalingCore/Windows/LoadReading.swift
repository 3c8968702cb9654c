import Timekeeping

/// What is known of the load at one moment.
struct LoadReading: Sendable, Equatable {
    /// Average over the stable window.
    var stable: Double
    /// Average over the panic window.
    var short: Double
    /// When there was load last; `nil` when there never was any.
    var lastLoaded: MonotonicInstant?
}
