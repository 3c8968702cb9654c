import Telemetry

/// What event sources drive, as rows and lines for the terminal.
struct EventTable {
    static let header = ["EVENTS", "TARGET", "STATE", "REPLICAS"]

    let report: EventScalingReport
    let showsNamespace: Bool

    var cells: [String] {
        let name = self.showsNamespace ? "\(self.report.namespace)/\(self.report.name)" : self.report.name
        return [name, self.report.service ?? self.report.target, self.state, self.replicas].map(TerminalText.printable)
    }

    private var state: String {
        if self.report.isPaused { return "paused" }
        if self.report.isFallback { return "fallback" }
        switch (self.report.isReady, self.report.isActive) {
        case (_, true?): return self.report.isReady == true ? "active" : "active, in part"
        case (false?, _): return self.refusal == nil ? "not read" : "not used"
        case (_, false?): return "quiet"
        case (_, nil): return "new"
        }
    }

    /// What is wrong with the object itself, rather than with a source.
    var refusal: String? {
        guard self.report.isReady == false, self.report.triggers.allSatisfy({ $0.problem == nil }) else { return nil }
        return self.report.message.map(TerminalText.printable)
    }

    /// The ANSI colour of the state.
    var color: String? {
        if self.report.isPaused { return "2" }
        if self.report.isFallback || self.report.isReady == false { return "31" }
        return self.report.isActive == true ? "32" : "2"
    }

    private var replicas: String {
        let ready = self.report.readyReplicas
        guard let desired = self.report.desiredReplicas, desired != ready else { return "\(ready)" }
        return "\(ready)/\(desired)"
    }

    /// One line for each trigger.
    func triggers(now: WallTime) -> [(text: String, isTrouble: Bool)] {
        if self.report.isActive == nil, let refusal { return [(refusal, true)] }
        let lines = self.report.triggers.map { trigger -> (text: String, isTrouble: Bool) in
            let label = trigger.name.map { "\($0) (\(trigger.type))" } ?? trigger.type
            if let problem = trigger.problem {
                return (TerminalText.printable("\(label): \(problem)"), true)
            }
            var parts = trigger.metrics.map { metric in
                "\(metric.name) \(TerminalText.number(metric.value)) of \(TerminalText.number(metric.target))"
            }
            if parts.isEmpty { parts = ["not read yet"] }
            if let isActive = trigger.isActive { parts.append(isActive ? "active" : "quiet") }
            if let time = trigger.readTime.flatMap({ WallTime(rfc3339: $0) }) {
                parts.append("read \(TerminalText.age(now.seconds(since: time)))")
            }
            if let next = trigger.nextReadTime.flatMap({ WallTime(rfc3339: $0) }) {
                parts.append("next look in \(TerminalText.number(max(0, next.seconds(since: now)))) s")
            }
            return (TerminalText.printable("\(label): " + parts.joined(separator: ", ")), false)
        }
        return (self.refusal.map { [("not used as it stands now: " + $0, true)] } ?? []) + lines
    }

    func decision(now: WallTime) -> String {
        guard let decision = self.report.decision else { return "" }
        let age = WallTime(rfc3339: decision.time).map { TerminalText.age(now.seconds(since: $0)) + ": " } ?? ""
        return TerminalText.printable(age + decision.reason)
    }
}
