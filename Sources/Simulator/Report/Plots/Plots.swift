import SimulationKit

extension Plot {
    /// A named line over time or values.
    struct Line {
        var name: String
        var points: [(x: Double, y: Double)]
        var isStepped = false
    }

    /// Lines over time.
    static func timeLine(_ title: String, caption: String, axis: String, unit: FigureUnit, _ lines: [Line]) -> Plot {
        let points = lines.flatMap(\.points)
        let time = Axis(timeUpTo: points.map(\.x).max() ?? 1)
        let value = Axis(axis, unit, over: points.map(\.y))
        let hasLegend = lines.count > 1
        var drawing = Drawing(time, value, legendRows: hasLegend ? Drawing.legendRows(lines.map(\.name)) - 1 : 0)
        for (index, line) in lines.enumerated() {
            if lines.count == 1 { drawing.area(line.points, line.points.map { ($0.x, 0) }, color: index) }
            drawing.line(line.points, color: index, isStepped: line.isStepped)
        }
        if hasLegend { drawing.legend(lines.enumerated().map { ($1.name, $0) }) }
        return Plot(title: title, caption: caption, svg: drawing.svg)
    }

    /// Which share of the requests took longer than so and so: the tail is where people wait.
    static func tail(_ title: String, caption: String, _ lines: [Line]) -> Plot {
        let points = lines.flatMap(\.points).filter { $0.x > 0 && $0.y > 0 }
        let latency = Axis("latency", .seconds, over: points.map(\.x), scale: .logarithmic)
        let share = Axis("requests that took longer", .share, over: points.map(\.y) + [1], scale: .logarithmic)
        var drawing = Drawing(latency, share, legendRows: Drawing.legendRows(lines.map(\.name)) - 1)
        for (index, line) in lines.enumerated() {
            drawing.line(line.points.filter { $0.x > 0 && $0.y > 0 }, color: index)
        }
        drawing.legend(lines.enumerated().map { ($1.name, $0) })
        return Plot(title: title, caption: caption, svg: drawing.svg)
    }

    /// An alternative in the plane of cost and latency.
    struct Candidate {
        var name: String
        var cost: Estimate
        var latency: Estimate
        /// Nothing else is both cheaper and faster.
        var isOnFront: Bool
        /// Where giving more money begins to buy little.
        var isKnee: Bool
    }

    static func front(
        _ title: String,
        caption: String,
        cost: (label: String, unit: FigureUnit),
        latency label: String,
        _ candidates: [Candidate]
    ) -> Plot {
        let costs = candidates.flatMap { [$0.cost.value, $0.cost.interval?.low, $0.cost.interval?.high] }
        let latencies = candidates.flatMap { [$0.latency.value, $0.latency.interval?.high] }.compactMap(\.self)
        let horizontal = Axis(cost.label, cost.unit, over: costs.compactMap(\.self))
        let isWide = (latencies.max() ?? 1) > 20 * (latencies.min() ?? 1)
        let vertical = Axis(label, .seconds, over: latencies, scale: isWide ? .logarithmic : .linear)
        var drawing = Drawing(horizontal, vertical)
        let front = candidates.filter(\.isOnFront).compactMap { candidate in
            candidate.cost.value.flatMap { cost in candidate.latency.value.map { (x: cost, y: $0) } }
        }
        drawing.front(front.sorted { $0.x < $1.x })
        for (index, candidate) in candidates.enumerated() {
            guard let cost = candidate.cost.value, let latency = candidate.latency.value else { continue }
            if let interval = candidate.cost.interval {
                drawing.whisker(fromX: interval.low, latency, toX: interval.high, latency, color: index)
            }
            if let interval = candidate.latency.interval {
                drawing.whisker(fromX: cost, interval.low, toX: cost, interval.high, color: index)
            }
            drawing.dot(cost, latency, color: index)
            if candidate.isKnee { drawing.ring(cost, latency) }
            drawing.label(candidate.name, atX: cost, latency, isStrong: candidate.isOnFront)
        }
        return Plot(title: title, caption: caption, svg: drawing.svg)
    }

    /// Bars in parts, one for each name.
    struct Stack {
        var name: String
        var parts: [(name: String, value: Double)]
    }

    static func stacks(_ title: String, caption: String, axis: String, unit: FigureUnit, _ stacks: [Stack]) -> Plot {
        let names = stacks.flatMap { $0.parts.map(\.name) }.reduce(into: [String]()) { known, name in
            if !known.contains(name) { known.append(name) }
        }
        let totals = stacks.map { $0.parts.reduce(0) { $0 + $1.value } }
        var rows = HorizontalRows(axis: Axis(axis, unit, over: totals), legend: names, rows: stacks.map(\.name))
        for (row, stack) in stacks.enumerated() {
            var from = 0.0
            for part in stack.parts {
                rows.bar(row, from: from, to: from + part.value, color: names.firstIndex(of: part.name) ?? 0)
                from += part.value
            }
        }
        return Plot(title: title, caption: caption, svg: rows.svg)
    }

    /// Differences with their intervals around zero.
    static func differences(
        _ title: String,
        caption: String,
        axis: String,
        unit: FigureUnit,
        _ differences: [(name: String, estimate: Estimate)]
    ) -> Plot {
        let ends = differences.flatMap { [$0.estimate.value, $0.estimate.interval?.low, $0.estimate.interval?.high] }
        let axis = Axis(axis, unit, over: ends.compactMap(\.self) + [0])
        var rows = HorizontalRows(axis: axis, legend: [], rows: differences.map(\.name))
        rows.rule(at: 0)
        for (row, difference) in differences.enumerated() {
            guard let value = difference.estimate.value else { continue }
            let interval = difference.estimate.interval
            let color = interval.map { $0.contains(0) ? 5 : value < 0 ? 2 : 0 } ?? 5
            if let interval { rows.whisker(row, from: interval.low, to: interval.high, color: color) }
            rows.dot(row, at: value, color: color)
        }
        return Plot(title: title, caption: caption, svg: rows.svg)
    }
}
