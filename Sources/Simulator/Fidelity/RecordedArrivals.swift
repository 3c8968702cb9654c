import Timekeeping

/// The arrivals of a recording, at the moments at which they came, each with the work that it was.
///
/// What was not answered has no work that is known: the service's own law gives it some.
struct RecordedArrivals: ArrivalProcess {
    /// Ascending.
    let arrivals: [Arrival]

    /// - Parameter shiftSeconds: So much later than they came.
    init(_ recording: LiveRecording, shiftSeconds: Double) {
        self.arrivals = recording.requests.map { request in
            Arrival(
                at: MonotonicInstant(nanoseconds: Int64(((request.at + shiftSeconds) * 1e9).rounded())),
                workNanoseconds: request.isServed
                    ? request.work.map { Int64(($0 * 1e9).rounded()) } ?? Arrival.workOfService : Arrival.workOfService
            )
        }
    }

    func source(_ context: ArrivalContext) -> any ArrivalSource { Cursor(arrivals: self.arrivals) }

    private struct Cursor: ArrivalSource {
        let arrivals: [Arrival]
        private var position = 0

        init(arrivals: [Arrival]) { self.arrivals = arrivals }

        mutating func next() -> Arrival? {
            guard self.position < self.arrivals.count else { return nil }
            self.position += 1
            return self.arrivals[self.position - 1]
        }
    }
}
