public import StructuredData
import Timekeeping

/// Why a run had as many replicas as it had: its decisions, with the numbers that led to them.
public struct Explanation: Sendable {
    /// One decision that changed something.
    public struct Entry: Sendable, Equatable {
        public let service: String
        public let seconds: Double
        public let record: DecisionRecord
    }

    public let scenario: Scenario
    public let seed: UInt64
    public let replication: Int
    public let catalogue: PolicyCatalogue

    public init(scenario: Scenario, seed: UInt64, replication: Int, catalogue: PolicyCatalogue) {
        self.scenario = scenario
        self.seed = seed
        self.replication = replication
        self.catalogue = catalogue
    }

    /// The decisions of a stretch of the run, in order; at most `limit` of each service.
    public func entries(
        between low: Double,
        and high: Double,
        service: String? = nil,
        limit: Int,
        isStopped: () -> Bool = { false }
    ) -> [Entry] {
        var scenario = self.scenario
        scenario.recording.hasDecisions = true
        // What comes after cannot matter any more.
        if high.isFinite { scenario.horizonSeconds = min(scenario.horizonSeconds, max(high, 1) + 1) }
        scenario.warmUpSeconds = 0
        let run = SimulationRun(
            scenario: scenario,
            seed: self.seed,
            replication: self.replication,
            catalogue: self.catalogue
        )
        let services = run.run(isStopped: isStopped).services.filter { service == nil || $0.name == service }
        let entries = services.flatMap { service in
            service.decisionLog.map { record in
                Entry(service: service.name, seconds: Double(record.at.nanoseconds) / 1e9, record: record)
            }
            .filter { (low...max(low, high)).contains($0.seconds) }.prefix(limit)
        }
        return entries.enumerated().sorted { ($0.1.seconds, $0.0) < ($1.1.seconds, $1.0) }.map(\.1)
    }

    // MARK: Showing

    public static func text(_ entries: [Entry]) -> String {
        guard !entries.isEmpty else { return "Nothing was decided that changed the number of replicas.\n" }
        return entries.map { entry in
            let record = entry.record
            let change = record.after > record.before ? "up" : "down"
            let state =
                "ready \(record.ready), starting \(record.starting), waiting \(record.waiting), "
                + "in flight \(record.inFlight)"
            let head =
                "\(Self.clock(entry.seconds))  \(entry.service)  \(change) from \(record.before) to \(record.after)"
            return "\(head)  (\(state))\n    \(record.reason)\n"
        }.joined()
    }

    public static func json(_ entries: [Entry]) -> JSONValue {
        .array(
            entries.map { entry in
                [
                    "service": .string(entry.service), "seconds": .double(entry.seconds),
                    "before": JSONValue(entry.record.before), "after": JSONValue(entry.record.after),
                    "ready": JSONValue(entry.record.ready), "starting": JSONValue(entry.record.starting),
                    "waiting": JSONValue(entry.record.waiting), "inFlight": JSONValue(entry.record.inFlight),
                    "reason": .string(entry.record.reason),
                ]
            }
        )
    }

    /// `1:02:03.450` from the beginning of the run.
    private static func clock(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        let (hours, minutes) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60)
        let rest = NumberText.decimal(Double(milliseconds % 60_000) / 1000, places: 3)
        let padded = { (text: String, width: Int) in String(repeating: "0", count: max(width - text.count, 0)) + text }
        return "\(hours):\(padded("\(minutes)", 2)):\(padded(rest, 6))"
    }
}

extension FigureUnit {
    /// Reads a duration as scenario files write it; `nil` when it is none.
    public static func duration(_ text: String) -> Double? { UnitKind.duration.value(of: text) }

    /// Reads a rate, `30/m`, in events a second; `nil` when it is none.
    public static func rate(_ text: String) -> Double? { UnitKind.rate.value(of: text) }
}
