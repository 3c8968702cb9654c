/// A drawing with a row for each name and one axis below.
struct HorizontalRows {
    private let axis: Axis
    private let left: Double
    private let top: Double
    private let rowHeight = 30.0
    private let rows: Int
    private var parts: [String] = []

    private var right: Double { Drawing.width - 20 }
    private var bottom: Double { self.top + Double(self.rows) * self.rowHeight }
    private var height: Double { self.bottom + 46 }

    init(axis: Axis, legend: [String], rows: [String]) {
        self.axis = axis
        self.rows = rows.count
        let names = rows.map(Self.lines)
        self.left = 26 + Double(names.joined().map(\.count).max() ?? 4) * 7.3
        self.top = 12 + Double(legend.isEmpty ? 0 : Drawing.legendRows(legend)) * 18
        self.drawAxis()
        for (row, lines) in names.enumerated() {
            for (number, line) in lines.enumerated() {
                let y = self.middle(of: row) + (lines.count == 1 ? 4 : number == 0 ? -2 : 11)
                self.text(line, self.left - 10, y, anchor: "end", style: "strong")
            }
        }
        self.drawLegend(legend)
    }

    var svg: String {
        """
        <svg viewBox="0 0 \(Int(Drawing.width)) \(Int(self.height.rounded(.up)))" role="img">
        \(self.parts.joined(separator: "\n"))
        </svg>
        """
    }

    private static let longestLine = 30

    /// A name in one line or, where it is long and has commas, in two; what is still too long loses its end.
    private static func lines(of name: String) -> [String] {
        var lines = [name]
        let commas = name.indices.filter { name[$0...].hasPrefix(", ") }
        if name.count > Self.longestLine, !commas.isEmpty {
            let comma = commas[commas.count / 2]
            lines = [String(name[...comma]), String(name[comma...].dropFirst(2))]
        }
        return lines.map { $0.count > Self.longestLine ? $0.prefix(Self.longestLine - 1) + "…" : $0 }
    }

    private func x(_ value: Double) -> Double {
        self.left + min(max(self.axis.position(of: value), 0), 1) * (self.right - self.left)
    }

    private func middle(of row: Int) -> Double { self.top + (Double(row) + 0.5) * self.rowHeight }

    mutating func bar(_ row: Int, from: Double, to: Double, color: Int) {
        let width = max(self.x(to) - self.x(from), 0)
        self.parts.append(
            "<rect x=\"\(Self.text(self.x(from)))\" y=\"\(Self.text(self.middle(of: row) - 9))\" "
                + "width=\"\(Self.text(width))\" height=\"18\" fill=\"var(--c\(color % 8))\"/>"
        )
    }

    mutating func whisker(_ row: Int, from: Double, to: Double, color: Int) {
        let y = Self.text(self.middle(of: row))
        let (low, high) = (Self.text(self.x(from)), Self.text(self.x(to)))
        let path = "M\(low) \(y)H\(high)M\(low) \(y)m0 -6v12M\(high) \(y)m0 -6v12"
        self.parts.append("<path d=\"\(path)\" stroke=\"var(--c\(color % 8))\" stroke-width=\"2\" fill=\"none\"/>")
    }

    mutating func dot(_ row: Int, at value: Double, color: Int) {
        self.parts.append(
            "<circle cx=\"\(Self.text(self.x(value)))\" cy=\"\(Self.text(self.middle(of: row)))\" r=\"5\" "
                + "fill=\"var(--c\(color % 8))\"/>"
        )
    }

    mutating func rule(at value: Double) {
        let x = Self.text(self.x(value))
        self.parts.append("<path d=\"M\(x) \(Self.text(self.top))V\(Self.text(self.bottom))\" class=\"axis\"/>")
    }

    private mutating func drawAxis() {
        for tick in self.axis.ticks {
            let x = self.x(tick)
            self.parts.append(
                "<path d=\"M\(Self.text(x)) \(Self.text(self.top))V\(Self.text(self.bottom))\" class=\"grid\"/>"
            )
            self.text(self.axis.text(tick), x, self.bottom + 18, anchor: "middle")
        }
        self.text(self.axis.label, (self.left + self.right) / 2, self.bottom + 38, anchor: "middle")
    }

    private mutating func drawLegend(_ names: [String]) {
        var x = 14.0
        var y = 14.0
        for (color, name) in names.enumerated() {
            let width = 32 + Double(name.count) * 6.6
            if x + width > self.right {
                x = 14
                y += 18
            }
            self.parts.append(
                "<rect x=\"\(Self.text(x))\" y=\"\(Self.text(y - 9))\" width=\"11\" height=\"11\" rx=\"2\" "
                    + "fill=\"var(--c\(color % 8))\"/>"
            )
            self.text(name, x + 16, y, anchor: "start")
            x += width
        }
    }

    private mutating func text(_ text: String, _ x: Double, _ y: Double, anchor: String, style: String = "") {
        let name = style.isEmpty ? "" : " class=\"\(style)\""
        self.parts.append(
            "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" text-anchor=\"\(anchor)\"\(name)>"
                + "\(ReportHTML.escaped(text))</text>"
        )
    }

    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }
}
