import SimulationKit

/// One axis of a drawing: from where to where, and where its marks stand.
struct Axis: Sendable {
    enum Scale: Sendable { case linear, logarithmic }

    let label: String
    let unit: FigureUnit
    let low: Double
    let high: Double
    let scale: Scale
    let ticks: [Double]

    /// Spans all values; a logarithmic axis leaves out what is not positive.
    init(_ label: String, _ unit: FigureUnit, over values: [Double], scale: Scale = .linear, fromZero: Bool = true) {
        self.label = label
        self.unit = unit
        let usable = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
        var low = usable.min() ?? (scale == .linear ? 0 : 1)
        var high = usable.max() ?? 1
        self.scale = scale
        switch scale {
        case .linear:
            if fromZero { low = min(low, 0) }
            if high <= low { high = low + (low == 0 ? 1 : abs(low) * 0.1) }
            let step = Self.step(over: high - low)
            self.low = (low / step).rounded(.down) * step
            self.high = (high / step).rounded(.up) * step
            let count = Int(((self.high - self.low) / step).rounded())
            let first = self.low
            self.ticks = (0...count).map { first + Double($0) * step }
        case .logarithmic:
            if high <= low { high = low * 2 }
            let decades = Self.decades(from: low, to: high)
            self.low = decades.low
            self.high = decades.high
            self.ticks = decades.ticks
        }
    }

    /// Time from the beginning to the last value, with marks that clocks know.
    init(timeUpTo end: Double) {
        let end = end > 0 ? end : 1
        let step = Self.clockSteps.first { end / $0 <= 8 } ?? (end / 8).rounded(.up)
        self.label = "time"
        self.unit = .seconds
        self.low = 0
        self.high = end
        self.scale = .linear
        self.ticks = (0...Int(end / step)).map { Double($0) * step }
    }

    private static let clockSteps = [
        0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
        172_800, 604_800,
    ]

    /// Where a value lies, from 0 at the low end to 1 at the high end.
    func position(of value: Double) -> Double {
        switch self.scale {
        case .linear: return (value - self.low) / (self.high - self.low)
        case .logarithmic:
            guard value > 0 else { return 0 }
            return ElementaryFunctions.log(value / self.low) / ElementaryFunctions.log(self.high / self.low)
        }
    }

    /// A tick's label; all of one axis have the same unit.
    func text(_ tick: Double) -> String {
        tick == 0 ? "0" : self.unit.axisText(tick, largest: max(abs(self.low), abs(self.high)))
    }

    /// A round step that makes four to eight marks.
    private static func step(over width: Double) -> Double {
        var magnitude = 1.0
        while magnitude * 10 <= width { magnitude *= 10 }
        while magnitude > width { magnitude /= 10 }
        for factor in [0.1, 0.2, 0.25, 0.5, 1] where width / (magnitude * factor) <= 7 { return magnitude * factor }
        return magnitude * 2
    }

    /// Ends at 1, 2 or 5 times a power of ten, with marks there.
    private static func decades(from low: Double, to high: Double) -> (low: Double, high: Double, ticks: [Double]) {
        var power = 1.0
        while power > low { power /= 10 }
        while power * 10 <= low { power *= 10 }
        var marks: [Double] = []
        while marks.last ?? 0 < high {
            for factor in [1.0, 2, 5] where marks.last ?? 0 < high {
                if power * factor * 2.5 > low, power * factor <= low || !marks.isEmpty {
                    marks.append(power * factor)
                } else if marks.isEmpty, power * factor <= low {
                    marks.append(power * factor)
                }
            }
            power *= 10
        }
        let start = marks.lastIndex { $0 <= low } ?? 0
        marks = Array(marks[start...])
        let ends = (marks.first ?? low, marks.last ?? high)
        // Many decades: the powers of ten alone.
        if marks.count > 10 { marks = marks.filter(Self.isPowerOfTen) }
        return (ends.0, ends.1, marks)
    }

    private static func isPowerOfTen(_ value: Double) -> Bool {
        var rest = value
        while rest < 0.999 { rest *= 10 }
        while rest > 9.99 { rest /= 10 }
        return abs(rest - 1) < 1e-6
    }
}

extension FigureUnit {
    /// A tick's label: short, without an interval.
    func axisText(_ value: Double, largest: Double) -> String {
        switch self {
        case .share:
            return Self.trimmed(NumberText.decimal(value * 100, places: 4)) + " %"
        case .seconds:
            let (factor, suffix) =
                switch largest {
                case ..<0.002: (1e6, "µs")
                case ..<1.5: (1000, "ms")
                case ..<600: (1, "s")
                case ..<18_000: (1 / 60.0, "min")
                case ..<260_000: (1 / 3600.0, "h")
                default: (1 / 86_400.0, "d")
                }
            return Self.trimmed(NumberText.decimal(value * factor, places: 3)) + " " + suffix
        case .count, .number, .perSecond, .hours, .money:
            return Self.trimmed(NumberText.decimal(value, places: 6))
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
