import StructuredData
import Timekeeping

/// One recorded moment: what was known then, and what was decided if the record says so.
struct ReplayStep: Sendable, Equatable {
    /// Seconds after the begin of the trace.
    let seconds: Double
    /// Averages as they were; `nil`: not known.
    let stable: Double?
    let panic: Double?
    let ready: Int?
    /// Seconds after the begin of the trace at which each replica that is starting was ordered.
    let startingSince: [Double]
    let waiting: Int
    let inFlight: Int
    let expectedDesired: Int?
    let expectedExcess: Int?
    let expectedPanic: Bool?

    var isExpectingAnything: Bool {
        self.expectedDesired != nil || self.expectedExcess != nil || self.expectedPanic != nil
    }

    /// Reads a step; `stable`, `panic` and `ready` must be there, and `null` means unknown.
    init(_ reader: FieldReader) {
        func required(_ key: String) -> Double? {
            let value = reader.number(key, in: 0...Double.greatestFiniteMagnitude)
            if reader.object[key] == nil { reader.report("is required; write null for unknown", at: key) }
            return value
        }
        self.seconds = reader.requiredNumber("t", in: 0...1e9)
        self.stable = required("stable")
        self.panic = required("panic")
        self.ready = reader.int("ready", in: 0...ReplicaCount.limit)
        if reader.object["ready"] == nil { reader.report("is required; write null for unknown", at: "ready") }
        var starting: [Double] = []
        for (index, value) in (reader.value("starting")?.arrayValue ?? []).enumerated() {
            guard let seconds = value.doubleValue, (-1e9...1e9).contains(seconds) else {
                reader.report("must be a number of seconds", at: reader.path.member("starting").element(index))
                continue
            }
            starting.append(seconds)
        }
        if let value = reader.value("starting"), value.arrayValue == nil {
            reader.report("must be a list of the seconds at which each was ordered", at: "starting")
        }
        self.startingSince = starting
        self.waiting = reader.int("waiting", in: 0...ReplicaCount.limit) ?? 0
        self.inFlight = reader.int("inFlight", in: 0...ReplicaCount.limit) ?? 0
        self.expectedDesired = reader.int("desired")
        self.expectedExcess = reader.int("ebc")
        self.expectedPanic = reader.bool("inPanic")
        reader.refuseUnknownMembers(alsoKnown: ["load"])
    }

    func observation(from start: MonotonicInstant) -> ReplicaObservation {
        ReplicaObservation(
            ready: self.ready,
            startingSince: self.startingSince.map { start.advanced(bySeconds: $0) },
            waitingRequests: self.waiting,
            inFlightRequests: self.inFlight
        )
    }
}

extension MonotonicInstant {
    func advanced(bySeconds seconds: Double) -> MonotonicInstant {
        self.advanced(byNanoseconds: Int64((seconds * 1e9).rounded()))
    }
}
