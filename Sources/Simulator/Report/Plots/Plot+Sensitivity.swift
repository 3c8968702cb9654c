import SimulationKit

extension Plot {
    /// An input at both its ends: what becomes of the figure.
    struct Swing {
        var name: String
        /// The difference to the scenario as it stands.
        var low: Estimate
        var high: Estimate

        /// How far apart the ends are.
        var width: Double { abs((self.high.value ?? 0) - (self.low.value ?? 0)) }
        /// The farthest that an end lies from the scenario as it stands.
        var reach: Double { max(abs(self.low.value ?? 0), abs(self.high.value ?? 0)) }
    }

    /// A bar for each input, the widest on top, around the scenario as it stands.
    static func tornado(
        _ title: String,
        caption: String,
        axis label: String,
        unit: FigureUnit,
        base: Double,
        _ swings: [Swing]
    ) -> Plot {
        let ends = swings.flatMap { swing in
            [swing.low, swing.high].flatMap { [$0.value, $0.interval?.low, $0.interval?.high] }
        }
        let axis = Axis(label, unit, over: ends.compactMap(\.self).map { base + $0 } + [base], fromZero: false)
        var rows = HorizontalRows(axis: axis, legend: ["first value", "last value"], rows: swings.map(\.name))
        for (row, swing) in swings.enumerated() {
            let values = [swing.low.value ?? 0, swing.high.value ?? 0]
            // Where both ends lie on one side, the shorter bar is drawn over the longer one.
            for end in [0, 1].sorted(by: { abs(values[$0]) > abs(values[$1]) }) {
                rows.bar(row, from: base + min(values[end], 0), to: base + max(values[end], 0), color: end)
            }
            for interval in [swing.low.interval, swing.high.interval].compactMap(\.self) {
                rows.whisker(row, from: base + interval.low, to: base + interval.high, color: 5)
            }
        }
        rows.rule(at: base)
        return Plot(title: title, caption: caption, svg: rows.svg)
    }

    /// An input in the plane of Morris's screening.
    struct Influence {
        var name: String
        var size: Estimate
        var spread: Double
    }

    static func influences(
        _ title: String,
        caption: String,
        axis label: String,
        unit: FigureUnit,
        _ influences: [Influence]
    ) -> Plot {
        let sizes = influences.flatMap { [$0.size.value, $0.size.interval?.high] }.compactMap(\.self)
        var drawing = Drawing(
            Axis("mean change of \(label)", unit, over: sizes + [0]),
            Axis("spread of the changes", unit, over: influences.map(\.spread) + [0])
        )
        for (index, influence) in influences.enumerated() {
            guard let size = influence.size.value else { continue }
            drawing.dot(size, influence.spread, color: index)
            drawing.label(influence.name, atX: size, influence.spread, isStrong: true)
        }
        return Plot(title: title, caption: caption, svg: drawing.svg)
    }
}
