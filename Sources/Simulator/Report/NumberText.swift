public import SimulationKit

/// How figures are written: enough digits to tell them from their neighbours within the interval, and no more.
public enum NumberText {
    /// A number with a fixed count of decimals, rounded half away from zero.
    public static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "-∞" : "∞" }
        let scale = Self.power(places)
        let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
        guard scaled < 9e15 else { return "\(value)" }
        let whole = UInt64(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard places > 0 else { return sign + Self.grouped(whole) }
        let divisor = UInt64(scale)
        let fraction = String(whole % divisor)
        return sign + Self.grouped(whole / divisor) + "."
            + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// A number with so many digits that count: `0.00123`, `12.3`, `12,300`.
    public static func significant(_ value: Double, digits: Int = 3) -> String {
        guard value.isFinite, value != 0 else { return Self.decimal(value, places: 0) }
        return Self.decimal(value, places: Self.places(for: abs(value), digits: digits))
    }

    /// Decimals that show so many digits of `size`.
    static func places(for size: Double, digits: Int) -> Int {
        guard size > 0, size.isFinite else { return 0 }
        var exponent = 0
        var rest = size
        while rest >= 10 {
            rest /= 10
            exponent += 1
        }
        while rest < 1 {
            rest *= 10
            exponent -= 1
        }
        return min(max(digits - 1 - exponent, 0), 9)
    }

    private static func power(_ places: Int) -> Double {
        (0..<places).reduce(1.0) { power, _ in power * 10 }
    }

    /// Thousands apart, from five digits on.
    private static func grouped(_ number: UInt64) -> String {
        let digits = Array(String(number))
        guard digits.count > 4 else { return String(digits) }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }
}

/// In what a figure is counted, and how that is written.
public enum FigureUnit: Sendable, Equatable {
    case count
    /// A plain number that may have a fraction.
    case number
    case seconds
    case share
    case perSecond
    case hours
    /// Currency, such as `USD`.
    case money(String)

    /// A value alone.
    public func text(_ value: Double) -> String {
        let scale = self.scale(for: value)
        return NumberText.significant(value * scale.factor, digits: 3) + scale.suffix
    }

    /// A value with its half-width: `312 ± 8 ms`.
    public func text(_ value: Double, halfWidth: Double) -> String {
        let scale = self.scale(for: value)
        let half = halfWidth * scale.factor
        // Two digits of what is unsure, three of the value where that is less.
        let byHalf = half > 0 ? NumberText.places(for: half, digits: 2) : 9
        let byValue = value == 0 ? byHalf : NumberText.places(for: abs(value * scale.factor), digits: 4)
        let places = min(byHalf, byValue)
        let shown = NumberText.decimal(value * scale.factor, places: places)
        if half == 0 { return self.text(value) }
        return "\(shown) ± \(NumberText.decimal(half, places: places))\(scale.suffix)"
    }

    /// An estimate, with its interval when it has one, and the reason when it has none.
    public func text(_ estimate: Estimate) -> String {
        guard let value = estimate.value else { return "none" }
        guard let interval = estimate.interval else {
            return estimate.samples > 1 ? "\(self.text(value)) (insufficient)" : "\(self.text(value)) (one run)"
        }
        return self.text(value, halfWidth: interval.halfWidth)
    }

    private func scale(for value: Double) -> (factor: Double, suffix: String) {
        let size = abs(value)
        switch self {
        case .count, .number: return (1, "")
        case .share: return (100, " %")
        case .perSecond: return (1, "/s")
        case .hours: return (1, " h")
        case .money(let currency): return (1, " \(currency)")
        case .seconds:
            if size == 0 { return (1, " s") }
            if size < 0.001 { return (1e6, " µs") }
            if size < 1 { return (1000, " ms") }
            if size < 600 { return (1, " s") }
            return size < 36_000 ? (1 / 60.0, " min") : (1 / 3600.0, " h")
        }
    }
}
