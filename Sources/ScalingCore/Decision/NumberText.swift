/// Numbers as a sentence wants them.
enum NumberText {
    /// At most `digits` decimals, none that say nothing: 5, 17.27, 0.01.
    static func of(_ value: Double, digits: Int = 2) -> String {
        guard value.isFinite else { return "\(value)" }
        let scale = ExponentialWeight.power(10, digits)
        let scaled = (value * scale).rounded()
        // So large a number has no decimals worth showing, nor a whole part that fits.
        guard scaled.magnitude < 1e15 else { return "\(value)" }
        let magnitude = Int64(scaled.magnitude)
        let whole = magnitude / Int64(scale)
        let sign = scaled < 0 ? "-" : ""
        let rest = magnitude % Int64(scale)
        guard rest > 0 else { return "\(sign)\(whole)" }
        var fraction = String(rest)
        fraction = String(repeating: "0", count: digits - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }

    /// "1 replica", "3 replicas".
    static func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
}
