/// Durations as Go writes them and Kubernetes people know them: `60s`, `1m30s`, `500ms`, `1.5h`.
public enum DurationText {
    /// - Returns: `nil` for what is no duration: a number without a unit (other than `0`), an unknown unit, or more
    ///   than 100 years.
    public static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
        if rest == "0" { return .zero }
        guard !rest.isEmpty else { return nil }
        var nanoseconds = 0.0
        var seconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0 != "." && !("0"..."9").contains($0) }
            rest = rest.dropFirst(unit.count)
            guard let number = Self.number(digits) else { return nil }
            if let small = Self.nanoseconds[String(unit)] {
                nanoseconds += number * small
            } else if let large = Self.seconds[String(unit)] {
                seconds += number * large
            } else {
                return nil
            }
        }
        guard seconds + nanoseconds / 1e9 <= Self.longestSeconds else { return nil }
        // Whole seconds and what is below them apart: a double holds both exactly, but not their sum.
        let whole = seconds.rounded(.down)
        let below = ((seconds - whole) * 1e9 + nanoseconds).rounded()
        let duration = Duration.seconds(Int64(whole)) + .nanoseconds(Int64(below))
        return isNegative ? .zero - duration : duration
    }

    /// The shortest way to write a duration of whole milliseconds: `1m30s`, `0s`, `250ms`.
    public static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return "-" + Self.text(.zero - duration) }
        let milliseconds = attoseconds / 1_000_000_000_000_000
        var text = ""
        if seconds >= 3600 { text += "\(seconds / 3600)h" }
        if seconds % 3600 >= 60 { text += "\(seconds % 3600 / 60)m" }
        if seconds % 60 > 0 { text += "\(seconds % 60)s" }
        if milliseconds > 0 { text += "\(milliseconds)ms" }
        return text.isEmpty ? "0s" : text
    }

    private static let nanoseconds = ["ns": 1.0, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6]
    private static let seconds = ["s": 1.0, "m": 60, "h": 3600]
    private static let longestSeconds = 100 * 365 * 86_400.0

    private static func number(_ digits: Substring) -> Double? {
        guard digits.contains(where: { $0 != "." }), digits.count(where: { $0 == "." }) <= 1, digits.count <= 32 else {
            return nil
        }
        return Double("0\(digits)\(digits.hasSuffix(".") ? "0" : "")")
    }
}

extension Duration {
    /// The whole length in seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    var isWholeSeconds: Bool { self.components.attoseconds == 0 }
}
