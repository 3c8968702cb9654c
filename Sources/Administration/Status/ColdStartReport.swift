public import Telemetry

/// One cold start as the request that waited for it lived through it.
public struct ColdStartReport: Sendable, Equatable {
    public struct Phase: Sendable, Equatable {
        public var name: String
        public var milliseconds: Double

        public init(name: String, milliseconds: Double) {
            self.name = name
            self.milliseconds = milliseconds
        }
    }

    public var time: WallTime
    /// In the order in which they were told: `wait` is the whole, the replica's own phases are parts of `start`.
    public var phases: [Phase]

    public init(time: WallTime, phases: [Phase]) {
        self.time = time
        self.phases = phases
    }

    /// How long the request waited for a replica.
    public var waitMilliseconds: Double? { self.phases.first { $0.name == "wait" }?.milliseconds }

    /// Reads the phases of an activity, `nil` when it tells none.
    init?(_ activity: Activity) {
        guard activity.kind == .coldStartServed, let timing = activity.fields["timing"] else { return nil }
        let phases = Self.phases(serverTiming: timing)
        guard !phases.isEmpty else { return nil }
        self.init(time: activity.time, phases: phases)
    }

    /// Reads `wait;dur=41.2, exec;dur=3.1`; what does not look like that is left out.
    static func phases(serverTiming: String) -> [Phase] {
        serverTiming.split(separator: ",").compactMap { entry in
            let parts = entry.split(separator: ";").map { $0.drop { $0 == " " } }
            guard let name = parts.first, !name.isEmpty, let duration = parts.first(where: { $0.hasPrefix("dur=") }),
                let milliseconds = Double(duration.dropFirst(4)), milliseconds.isFinite, milliseconds >= 0
            else { return nil }
            return Phase(name: String(name), milliseconds: milliseconds)
        }
    }
}
