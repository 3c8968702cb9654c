public import Timekeeping

// A duration counts attoseconds in 128 bits, whose division costs more than all else that finding the next look does.

extension MonotonicInstant {
    /// The same as advancing by a `Duration` of so many seconds, and quicker when they are whole.
    public func advanced(quicklyBySeconds seconds: Double) -> MonotonicInstant {
        guard seconds.magnitude < 1e9, seconds == seconds.rounded(.towardZero) else {
            return self.advanced(by: .seconds(seconds))
        }
        return self.advanced(byNanoseconds: Int64(seconds) &* 1_000_000_000)
    }
}

extension Duration {
    /// The same as `nanoseconds`, and quicker for less than nine seconds, which fit into 64 bits.
    var quickNanoseconds: Int64 { Int64(exactly: self.attoseconds).map { $0 / 1_000_000_000 } ?? self.nanoseconds }
}
