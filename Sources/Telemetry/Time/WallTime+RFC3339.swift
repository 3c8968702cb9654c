extension WallTime: CustomStringConvertible {
    /// The moment as `2026-11-21T14:05:09Z`, whole seconds, as Kubernetes writes its timestamps.
    public var rfc3339: String {
        let (date, secondOfDay, _) = self.civil
        return "\(date)T\(Self.clockText(secondOfDay))Z"
    }

    /// The moment as `2026-11-21T14:05:09.123Z`, as logs write it.
    public var rfc3339Milliseconds: String {
        let (date, secondOfDay, nanosecond) = self.civil
        return "\(date)T\(Self.clockText(secondOfDay)).\(Self.padded(nanosecond / 1_000_000, 3))Z"
    }

    public var description: String { self.rfc3339 }

    /// Reads `2026-11-21T14:05:09Z`, with or without a fraction and with `Z` or an offset as `+02:00`.
    ///
    /// `nil` for anything that is not such a text, for days and hours that do not exist, and for years outside 1678 to
    /// 2261, which nanoseconds in 64 bits cannot tell. A leap second counts as the first second of the next minute.
    public init?(rfc3339 text: some StringProtocol) {
        var reader = RFC3339Reader(text)
        guard let nanoseconds = reader.unixNanoseconds() else { return nil }
        self.init(unixNanoseconds: nanoseconds)
    }

    private var civil: (date: String, secondOfDay: Int64, nanosecond: Int64) {
        let (second, nanosecond) = Self.floorDivide(self.unixNanoseconds, 1_000_000_000)
        let (day, secondOfDay) = Self.floorDivide(second, 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        let text = "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
        return (text, secondOfDay, nanosecond)
    }

    private static func clockText(_ secondOfDay: Int64) -> String {
        let (minuteOfDay, second) = (secondOfDay / 60, secondOfDay % 60)
        return "\(Self.padded(minuteOfDay / 60, 2)):\(Self.padded(minuteOfDay % 60, 2)):\(Self.padded(second, 2))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
