import Timekeeping

extension MonotonicInstant {
    init(wholeSeconds: Int64) { self.init(nanoseconds: wholeSeconds * 1_000_000_000) }

    /// Whole seconds since the origin, rounded towards the past.
    var wholeSeconds: Int64 { self.slot(seconds: 1) }

    /// The number of the slot of `seconds` that the instant falls into, counted from the origin.
    func slot(seconds: Int64) -> Int64 {
        let length = seconds * 1_000_000_000
        let quotient = self.nanoseconds / length
        return self.nanoseconds % length < 0 ? quotient - 1 : quotient
    }
}
