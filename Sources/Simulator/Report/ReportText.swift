/// Writes a report for a terminal.
public struct ReportText {
    /// Bold and colours, for a terminal that a person looks at.
    public var isStyled: Bool

    public init(isStyled: Bool) { self.isStyled = isStyled }

    public func text(_ report: Report) -> String {
        var lines: [String] = [self.bold(report.title)]
        if !report.subtitle.isEmpty { lines.append(report.subtitle) }
        lines.append("")
        lines += report.verdict.flatMap { Self.wrapped($0, width: 100) }
        for table in report.tables where !table.rows.isEmpty {
            lines += ["", self.bold(table.title)] + self.rows(of: table)
            if let note = table.note { lines += Self.wrapped(note, width: 100).map { "  " + $0 } }
        }
        if !report.provenance.isEmpty {
            lines.append("")
            let width = report.provenance.map(\.name.count).max() ?? 0
            lines += report.provenance.map { "  \(Self.padded($0.name, width))  \($0.value)" }
        }
        if !report.limits.isEmpty {
            lines += ["", self.bold("How far this can be trusted")]
            for limit in report.limits {
                let wrapped = Self.wrapped(limit, width: 98)
                lines += wrapped.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func rows(of table: ReportTable) -> [String] {
        let rows = [table.columns] + table.rows.map { $0.map(\.text) }
        let widths = table.columns.indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.enumerated().map { index, row in
            let cells = row.enumerated().map { column, text in
                let isText = column == 0 || table.isText(column: column)
                let fitted = isText ? Self.padded(text, widths[column]) : Self.leftPadded(text, widths[column])
                guard index > 0, column < table.rows[index - 1].count else { return fitted }
                return self.styled(fitted, table.rows[index - 1][column].emphasis)
            }
            return "  " + cells.joined(separator: "  ")
        }
    }

    private func bold(_ text: String) -> String { self.isStyled ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    private func styled(_ text: String, _ emphasis: ReportTable.Emphasis) -> String {
        guard self.isStyled else { return text }
        switch emphasis {
        case .none: return text
        case .good: return "\u{1B}[32m\(text)\u{1B}[0m"
        case .bad: return "\u{1B}[31m\(text)\u{1B}[0m"
        case .quiet: return "\u{1B}[2m\(text)\u{1B}[0m"
        }
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    static func leftPadded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }

    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
