/// Lengths of time as Go and Kubernetes write them: `300ms`, `1.5h`, `1m30s`.
enum DurationText {
    /// `nil` when the text is no length of time; never negative.
    static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        var seconds = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            guard let length = Self.units[String(unit)] else { return nil }
            rest = rest.dropFirst(unit.count)
            seconds += number * length
        }
        return seconds < 1e9 ? .nanoseconds(Int64((seconds * 1e9).rounded())) : nil
    }

    /// In seconds.
    private static let units: [String: Double] = [
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
    ]
}
