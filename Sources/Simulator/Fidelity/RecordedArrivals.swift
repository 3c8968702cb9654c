import Timekeeping

/// The arrivals of a recording, at the moments at which they came.
struct RecordedArrivals: ArrivalProcess {
    /// Nanoseconds from the beginning, ascending.
    let moments: [Int64]

    init(_ recording: LiveRecording) {
        self.moments = recording.requests.map { Int64(($0.at * 1e9).rounded()) }
    }

    func source(_ context: ArrivalContext) -> any ArrivalSource { Cursor(moments: self.moments) }

    private struct Cursor: ArrivalSource {
        let moments: [Int64]
        private var position = 0

        init(moments: [Int64]) { self.moments = moments }

        mutating func next() -> Arrival? {
            guard self.position < self.moments.count else { return nil }
            self.position += 1
            return Arrival(at: MonotonicInstant(nanoseconds: self.moments[self.position - 1]))
        }
    }
}
