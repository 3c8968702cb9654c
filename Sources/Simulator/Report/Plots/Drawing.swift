/// A drawing with two axes: puts marks at values and writes SVG.
struct Drawing {
    static let width = 640.0
    static let height = 340.0

    let horizontal: Axis
    let vertical: Axis
    private let left: Double
    private let right = Drawing.width - 16
    private let top: Double
    private let bottom = Drawing.height - 46
    private var parts: [String] = []
    /// Where labels stand already.
    private var labels: [(from: Double, to: Double, line: Double)] = []

    /// - Parameter legendRows: Rows kept free above the drawing.
    init(_ horizontal: Axis, _ vertical: Axis, legendRows: Int = 0) {
        self.horizontal = horizontal
        self.vertical = vertical
        let widest = vertical.ticks.map { vertical.text($0).count }.max() ?? 3
        self.left = 30 + Double(widest) * 7
        self.top = 26 + Double(legendRows) * 18
        self.drawAxes()
    }

    var svg: String {
        """
        <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img">
        \(self.parts.joined(separator: "\n"))
        </svg>
        """
    }

    func x(_ value: Double) -> Double {
        self.left + min(max(self.horizontal.position(of: value), 0), 1) * (self.right - self.left)
    }

    func y(_ value: Double) -> Double {
        self.bottom - min(max(self.vertical.position(of: value), 0), 1) * (self.bottom - self.top)
    }

    // MARK: Marks

    mutating func line(_ points: [(x: Double, y: Double)], color: Int, isStepped: Bool = false, dashed: Bool = false) {
        guard let first = points.first else { return }
        var path = "M\(Self.text(self.x(first.x))) \(Self.text(self.y(first.y)))"
        for point in points.dropFirst() {
            if isStepped {
                path += "H\(Self.text(self.x(point.x)))V\(Self.text(self.y(point.y)))"
            } else {
                path += "L\(Self.text(self.x(point.x))) \(Self.text(self.y(point.y)))"
            }
        }
        let dash = dashed ? " stroke-dasharray=\"6 4\"" : ""
        self.parts.append(
            "<path d=\"\(path)\" fill=\"none\" stroke=\"var(--c\(color % 8))\" stroke-width=\"2\"\(dash)/>"
        )
    }

    /// The area between a line and zero, or between two lines.
    mutating func area(_ upper: [(x: Double, y: Double)], _ lower: [(x: Double, y: Double)], color: Int) {
        guard !upper.isEmpty else { return }
        let outline = upper + lower.reversed()
        let points = outline.map { "\(Self.text(self.x($0.x))),\(Self.text(self.y($0.y)))" }.joined(separator: " ")
        self.parts.append("<polygon points=\"\(points)\" fill=\"var(--c\(color % 8))\" fill-opacity=\"0.18\"/>")
    }

    mutating func bar(_ low: Double, _ high: Double, from: Double, to: Double, color: Int) {
        let (begin, end) = (self.x(low), self.x(high))
        let (upper, lower) = (self.y(to), self.y(from))
        self.parts.append(
            "<rect x=\"\(Self.text(begin))\" y=\"\(Self.text(upper))\" width=\"\(Self.text(max(end - begin, 0.5)))\" "
                + "height=\"\(Self.text(max(lower - upper, 0)))\" fill=\"var(--c\(color % 8))\"/>"
        )
    }

    mutating func dot(_ x: Double, _ y: Double, color: Int, radius: Double = 5) {
        self.parts.append(
            "<circle cx=\"\(Self.text(self.x(x)))\" cy=\"\(Self.text(self.y(y)))\" r=\"\(Self.text(radius))\" "
                + "fill=\"var(--c\(color % 8))\"/>"
        )
    }

    mutating func ring(_ x: Double, _ y: Double, radius: Double = 10) {
        self.parts.append(
            "<circle cx=\"\(Self.text(self.x(x)))\" cy=\"\(Self.text(self.y(y)))\" r=\"\(Self.text(radius))\" "
                + "fill=\"none\" class=\"axis\" stroke-width=\"2\"/>"
        )
    }

    /// Whiskers of an interval.
    mutating func whisker(fromX: Double, _ fromY: Double, toX: Double, _ toY: Double, color: Int) {
        self.parts.append(
            "<path d=\"M\(Self.text(self.x(fromX))) \(Self.text(self.y(fromY)))L\(Self.text(self.x(toX))) "
                + "\(Self.text(self.y(toY)))\" stroke=\"var(--c\(color % 8))\" stroke-width=\"1.5\"/>"
        )
    }

    mutating func front(_ points: [(x: Double, y: Double)]) {
        let path = points.map { "\(Self.text(self.x($0.x))),\(Self.text(self.y($0.y)))" }.joined(separator: " ")
        self.parts.append("<polyline points=\"\(path)\" class=\"front\"/>")
    }

    /// A line across the drawing at a value of one axis.
    mutating func rule(atX value: Double) {
        let x = Self.text(self.x(value))
        self.parts.append(
            "<path d=\"M\(x) \(Self.text(self.top))V\(Self.text(self.bottom))\" class=\"front\"/>"
        )
    }

    mutating func rule(atY value: Double) {
        let y = Self.text(self.y(value))
        self.parts.append("<path d=\"M\(Self.text(self.left)) \(y)H\(Self.text(self.right))\" class=\"front\"/>")
    }

    /// Text beside a point, on the side where there is room, and not on another label.
    mutating func label(_ text: String, atX x: Double, _ y: Double, isStrong: Bool = false) {
        let place = self.x(x)
        let isRight = place > Self.width * 0.72
        let width = Double(text.count) * 7
        let from = isRight ? place - 9 - width : place + 9
        let lift =
            [-9.0, 17, -24, 32, -39, 47].first { lift in
                let line = self.y(y) + lift
                return line > self.top && line < self.bottom
                    && !self.labels.contains { label in
                        abs(label.line - line) < 14 && from < label.to && label.from < from + width
                    }
            } ?? -9
        self.labels.append((from, from + width, self.y(y) + lift))
        self.text(
            text,
            place + (isRight ? -9 : 9),
            self.y(y) + lift,
            anchor: isRight ? "end" : "start",
            style: isStrong ? "strong" : ""
        )
    }

    /// Names with their colours, above the drawing.
    mutating func legend(_ names: [(name: String, color: Int)]) {
        var x = self.left
        var y = 14.0
        for entry in names {
            let width = 22 + Double(entry.name.count) * 6.6
            if x + width > self.right {
                x = self.left
                y += 18
            }
            self.parts.append(
                "<rect x=\"\(Self.text(x))\" y=\"\(Self.text(y - 9))\" width=\"11\" height=\"11\" rx=\"2\" "
                    + "fill=\"var(--c\(entry.color % 8))\"/>"
            )
            self.text(entry.name, x + 16, y, anchor: "start")
            x += width + 10
        }
    }

    /// Rows that a legend takes.
    static func legendRows(_ names: [String]) -> Int {
        var rows = 1
        var x = 0.0
        for name in names {
            let width = 32 + Double(name.count) * 6.6
            if x + width > Self.width - 90 {
                rows += 1
                x = 0
            }
            x += width
        }
        return rows
    }

    // MARK: Axes

    private mutating func drawAxes() {
        for tick in self.vertical.ticks {
            let y = Self.text(self.y(tick))
            self.parts.append("<path d=\"M\(Self.text(self.left)) \(y)H\(Self.text(self.right))\" class=\"grid\"/>")
            self.text(self.vertical.text(tick), self.left - 7, self.y(tick) + 4, anchor: "end")
        }
        for tick in self.horizontal.ticks {
            let x = self.x(tick)
            self.parts.append(
                "<path d=\"M\(Self.text(x)) \(Self.text(self.bottom))v5\" class=\"axis\"/>"
            )
            self.text(self.horizontal.text(tick), x, self.bottom + 19, anchor: "middle")
        }
        self.parts.append(
            "<path d=\"M\(Self.text(self.left)) \(Self.text(self.bottom))H\(Self.text(self.right))\" class=\"axis\"/>"
        )
        self.text(self.horizontal.label, (self.left + self.right) / 2, Self.height - 8, anchor: "middle")
        let middle = Self.text((self.top + self.bottom) / 2)
        self.parts.append(
            "<text transform=\"translate(14 \(middle)) rotate(-90)\" text-anchor=\"middle\">"
                + "\(ReportHTML.escaped(self.vertical.label))</text>"
        )
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
