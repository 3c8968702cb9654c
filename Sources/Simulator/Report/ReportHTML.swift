/// Writes a report as one page that needs nothing else: no script, no font, no picture from elsewhere.
public enum ReportHTML {
    public static func page(_ report: Report) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Self.escaped(report.title))</title>
        <style>
        \(Self.style)
        </style>
        </head>
        <body>
        <main>
        <header>
        <p class="brand">Pilotlight simulator</p>
        <h1>\(Self.escaped(report.title))</h1>
        <p class="subtitle">\(Self.escaped(report.subtitle))</p>
        </header>
        <section class="verdict \(report.isGood ? "good" : "bad")">
        \(report.verdict.enumerated().map { "<p\($0 == 0 ? " class=\"first\"" : "")>\(Self.sentence($1))</p>" }
            .joined(separator: "\n"))
        </section>
        \(report.tables.filter { !$0.rows.isEmpty }.map(Self.table).joined(separator: "\n"))
        \(Self.plots(report.plots))
        \(Self.provenance(report.provenance))
        \(Self.limits(report.limits))
        </main>
        </body>
        </html>

        """
    }

    private static func table(_ table: ReportTable) -> String {
        let head = table.columns.enumerated().map { index, name in
            "<th scope=\"col\"\(table.isText(column: index) ? " class=\"text\"" : "")>\(Self.escaped(name))</th>"
        }.joined()
        let rows = table.rows.map { row in
            let cells = row.enumerated().map { index, cell in
                let name = index == 0 ? "th scope=\"row\"" : "td"
                let names = [
                    cell.emphasis == .none ? nil : cell.emphasis.rawValue, table.isText(column: index) ? "text" : nil,
                ]
                let classes = names.compactMap(\.self).joined(separator: " ")
                let style = classes.isEmpty ? "" : " class=\"\(classes)\""
                return
                    "<\(name)\(style)>\(table.isText(column: index) ? Self.escaped(cell.text) : Self.figure(cell.text))</\(index == 0 ? "th" : "td")>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        let note = table.note.map { "<p class=\"note\">\(Self.escaped($0))</p>" } ?? ""
        return """
            <section>
            <h2>\(Self.escaped(table.title))</h2>
            <div class="scroll"><table>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table></div>
            \(note)
            </section>
            """
    }

    private static func plots(_ plots: [Plot]) -> String {
        let figures = plots.map { plot in
            """
            <figure>
            <h2>\(Self.escaped(plot.title))</h2>
            <div class="scroll">\(plot.svg)</div>
            <figcaption>\(Self.escaped(plot.caption))</figcaption>
            </figure>
            """
        }
        return figures.isEmpty ? "" : "<div class=\"plots\">\n\(figures.joined(separator: "\n"))\n</div>"
    }

    private static func provenance(_ facts: [Report.Fact]) -> String {
        guard !facts.isEmpty else { return "" }
        let rows = facts.map { "<dt>\(Self.escaped($0.name))</dt><dd>\(Self.escaped($0.value))</dd>" }
        return "<section><h2>How this was made</h2>\n<dl>\n\(rows.joined(separator: "\n"))\n</dl></section>"
    }

    private static func limits(_ limits: [String]) -> String {
        guard !limits.isEmpty else { return "" }
        let items = limits.map { "<li>\(Self.escaped($0))</li>" }.joined(separator: "\n")
        return "<section class=\"limits\"><h2>How far this can be trusted</h2>\n<ul>\n\(items)\n</ul></section>"
    }

    /// A figure that may break before its interval and nowhere else, where a column is narrow.
    private static func figure(_ text: String) -> String {
        self.escaped(text).replacing(" ", with: "\u{A0}").replacing("\u{A0}±", with: " ±")
    }

    /// Words whose figures do not break before their intervals.
    private static func sentence(_ text: String) -> String {
        self.escaped(text).replacing(" ± ", with: "\u{A0}±\u{A0}")
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    private static let style = """
        :root { color-scheme: light dark; --ground: #fbfaf8; --card: #ffffff; --ink: #1d1b18; --quiet: #6b665e;
          --line: #dfdad2; --good: #1c7a4d; --bad: #b3361e; --c0: #c2500c; --c1: #1f6fb2; --c2: #2e8b62; --c3: #8a4fa8;
          --c4: #a8842c; --c5: #4a6572; --c6: #b23a68; --c7: #3c8f96; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #161513; --card: #1f1d1a; --ink: #ece8e1; --quiet: #a19a8f; --line: #3a362f;
            --good: #5fc795;
            --bad: #f0856c; --c0: #f28a45; --c1: #6cb0ee; --c2: #67c79b; --c3: #c18fdd; --c4: #d9b865; --c5: #9db4bf;
            --c6: #ec85aa; --c7: #77c7cd; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 64px; }
        .brand { margin: 0; color: var(--c0); font-weight: 600; letter-spacing: .02em; }
        h1 { margin: 4px 0 2px; font-size: 28px; line-height: 1.2; }
        h2 { margin: 0 0 10px; font-size: 16px; }
        .subtitle { margin: 0 0 20px; color: var(--quiet); }
        section, figure { margin: 0 0 20px; padding: 18px 20px; background: var(--card); border: 1px solid var(--line);
          border-radius: 10px; }
        .verdict { border-left: 5px solid var(--good); }
        .verdict.bad { border-left-color: var(--bad); }
        .verdict p { margin: 6px 0; max-width: 78ch; }
        .verdict .first { font-size: 19px; font-weight: 600; }
        .scroll { overflow-x: auto; background:
          linear-gradient(to right, var(--card) 40%, transparent) 0 0 / 36px 100% no-repeat local,
          linear-gradient(to left, var(--card) 40%, transparent) 100% 0 / 36px 100% no-repeat local,
          linear-gradient(to right, var(--line), transparent) 0 0 / 12px 100% no-repeat scroll,
          linear-gradient(to left, var(--line), transparent) 100% 0 / 12px 100% no-repeat scroll; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: 6px 8px; text-align: right; border-bottom: 1px solid var(--line); }
        thead th { vertical-align: bottom; }
        tbody th { min-width: 110px; }
        th:first-child, td:first-child { text-align: left; }
        th.text, td.text { text-align: left; }
        thead th { color: var(--quiet); font-weight: 500; }
        tbody th { font-weight: 600; }
        tbody tr:last-child > * { border-bottom: 0; }
        td.good, th.good { color: var(--good); } td.bad, th.bad { color: var(--bad); }
        td.quiet, th.quiet { color: var(--quiet); }
        .note, figcaption { margin: 10px 0 0; color: var(--quiet); font-size: 13.5px; max-width: 90ch; }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 20px; }
        .plots figure { margin: 0; }
        .plots { margin-bottom: 20px; align-items: start; }
        svg { width: 100%; min-width: 520px; height: auto; display: block; }
        @media (max-width: 600px) { main { padding: 20px 12px 40px; } section, figure { padding: 14px; }
          h1 { font-size: 24px; } .verdict .first { font-size: 17px; } }
        svg text { fill: var(--quiet); font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        svg .strong { fill: var(--ink); font-weight: 600; }
        svg .axis { stroke: var(--quiet); stroke-width: 1; fill: none; }
        svg .grid { stroke: var(--line); stroke-width: 1; fill: none; }
        svg .front { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 5 4; fill: none; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; }
        dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        .limits ul { margin: 0; padding-left: 20px; max-width: 90ch; }
        .limits li { margin: 4px 0; }
        @media print { body { background: #fff; } section, figure { break-inside: avoid; } }
        """
}
