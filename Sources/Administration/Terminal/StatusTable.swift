public import Telemetry

/// The status as a table for people: a line of figures for each service, and below it the last decision in words.
public struct StatusTable {
    /// Columns of the terminal, to wrap sentences at; `nil` leaves every line as long as it is, for programs that read
    /// lines.
    public var width: Int?
    public var isColored: Bool

    public init(width: Int? = nil, isColored: Bool = false) {
        self.width = width.map { max(40, $0) }
        self.isColored = isColored
    }

    /// - Parameter now: Ages are counted from here.
    public func text(_ status: PlatformStatus, now: WallTime) -> String {
        let showsNamespaces = Set(status.services.map(\.namespace)).subtracting(["default"]).isEmpty == false
        let rows = status.services.flatMap { service in
            let revisions: [RevisionReport?] = service.revisions.isEmpty ? [nil] : service.revisions
            return revisions.map { Row(service, $0, showsNamespace: showsNamespaces) }
        }
        let header = ["NAME", "STATE", "REPLICAS", "LOAD/TARGET", "WAITING", "URL"]
        let columns = ([header] + rows.map(\.cells)).reduce(into: Array(repeating: 0, count: header.count)) {
            widths,
            row in
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) }
        }
        // An address that does not fit gets a line of its own, rather than breaking every line.
        let tableWidth = columns.reduce(0, +) + 2 * (columns.count - 1)
        let hasURLColumn = self.width.map { tableWidth <= $0 } ?? true
        var lines = [self.line(hasURLColumn ? header : header.dropLast(), columns, row: nil)]
        for row in rows {
            lines.append(self.line(hasURLColumn ? row.cells : row.cells.dropLast(), columns, row: row))
            if !hasURLColumn, !row.url.isEmpty { lines.append("  " + row.url) }
            lines += self.wrapped(row.message).map { self.painted($0, "31") }
            lines += self.wrapped(row.decision(now: now)).map { self.painted($0, "2") }
        }
        if rows.isEmpty { lines = [] }
        lines += self.eventLines(status, now: now, isFirst: rows.isEmpty)
        return lines.map { $0 + "\n" }.joined()
    }

    /// What event sources drive, as a table of its own below the services.
    private func eventLines(_ status: PlatformStatus, now: WallTime, isFirst: Bool) -> [String] {
        guard !status.scaledObjects.isEmpty else { return [] }
        let showsNamespaces = status.scaledObjects.contains { $0.namespace != "default" }
        let tables = status.scaledObjects.map { EventTable(report: $0, showsNamespace: showsNamespaces) }
        let widths = ([EventTable.header] + tables.map(\.cells)).reduce(into: EventTable.header.map(\.count)) {
            widths,
            row in
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) }
        }
        var lines = isFirst ? [] : [""]
        lines.append(self.line(EventTable.header, widths) { _ in "1" })
        for table in tables {
            lines.append(self.line(table.cells, widths) { $0 == 2 ? table.color : nil })
            for trigger in table.triggers(now: now) {
                lines += self.wrapped(trigger.text).map { self.painted($0, trigger.isTrouble ? "31" : nil) }
            }
            lines += self.wrapped(table.decision(now: now)).map { self.painted($0, "2") }
        }
        return lines
    }

    private func line(_ cells: some Sequence<String>, _ columns: [Int], row: Row?) -> String {
        self.line(cells, columns) { index in row.map { $0.color(ofColumn: index) } ?? "1" }
    }

    private func line(_ cells: some Sequence<String>, _ columns: [Int], color: (Int) -> String?) -> String {
        var cells = Array(cells)
        // Blanks at the end would break the line of a terminal that is just wide enough.
        while cells.last?.isEmpty == true { cells.removeLast() }
        return cells.enumerated().map { index, cell in
            let isLast = index == cells.count - 1
            let padded = isLast ? cell : cell + String(repeating: " ", count: columns[index] - cell.count)
            return self.painted(padded, color(index))
        }.joined(separator: "  ")
    }

    /// The sentence in lines that fit, indented.
    private func wrapped(_ sentence: String) -> [String] {
        guard !sentence.isEmpty else { return [] }
        guard let width else { return ["  " + sentence] }
        var lines: [String] = []
        var line = "  "
        for word in sentence.split(separator: " ") {
            if line.count + 1 + word.count > width, line.count > 2 {
                lines.append(line)
                line = "  "
            }
            line += (line.count > 2 ? " " : "") + word
        }
        return lines + [line]
    }

    private func painted(_ text: String, _ color: String?) -> String {
        guard self.isColored, let color else { return text }
        return "\u{1B}[\(color)m\(text)\u{1B}[0m"
    }
}

/// One revision of a service, or a service without any.
private struct Row {
    let service: ServiceReport
    let revision: RevisionReport?
    let name: String

    init(_ service: ServiceReport, _ revision: RevisionReport?, showsNamespace: Bool) {
        self.service = service
        self.revision = revision
        let own = showsNamespace ? "\(service.namespace)/\(service.name)" : service.name
        let isOneOfMany = service.revisions.count > 1
        self.name = TerminalText.printable(isOneOfMany ? "\(own) (\(revision?.name ?? ""))" : own)
    }

    var cells: [String] {
        [self.name, self.state, self.replicas, self.load, self.waiting, self.url]
    }

    var url: String { TerminalText.printable(self.service.url ?? "") }

    var message: String {
        let failed = self.revision?.replicas.first { $0.state == .failed && $0.message != nil }
        return TerminalText.printable(self.service.message ?? failed.map { "\($0.name): \($0.message ?? "")" } ?? "")
    }

    func decision(now: WallTime) -> String {
        guard let decision = self.revision?.decision else { return "" }
        let age = WallTime(rfc3339: decision.time).map { TerminalText.age(now.seconds(since: $0)) + ": " } ?? ""
        return TerminalText.printable(age + decision.reason)
    }

    /// The ANSI colour of a cell, `nil` for none.
    func color(ofColumn column: Int) -> String? {
        switch (column, self.service.state) {
        case (1, .ready): "32"
        case (1, .starting): "33"
        case (1, .notReady): "31"
        case (1, .idle), (1, .unknown): "2"
        case (4, _) where (self.revision?.load?.waiting ?? 0) > 0: "33"
        default: nil
        }
    }

    private var state: String {
        let burst = self.revision?.scaling.isPanicking == true ? ", burst" : ""
        return switch self.service.state {
        case .ready: "serving" + burst
        case .idle: "at zero"
        case .starting: "starting" + burst
        case .notReady: "not ready"
        case .unknown: "new"
        }
    }

    private var replicas: String {
        guard let revision else { return "-" }
        let ready = revision.count(.ready)
        guard let desired = revision.desiredReplicas, desired != ready else { return "\(ready)" }
        return "\(ready)/\(desired)"
    }

    private var load: String {
        guard let revision else { return "-" }
        let unit = revision.scaling.metric == "rps" ? " rps" : ""
        let load = revision.loadPerReplica.map(TerminalText.number) ?? "?"
        return "\(load)/\(TerminalText.number(revision.scaling.target))\(unit)"
    }

    private var waiting: String { self.revision.map { $0.load.map { "\($0.waiting)" } ?? "?" } ?? "-" }
}
