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

/// A day of the proleptic Gregorian calendar.
///
/// Conversions count in eras of 400 years, after which the calendar repeats, and in years that begin in March, so that
/// the leap day is the last day of its year (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
struct CivilDate: Equatable {
    let year: Int64
    let month: Int64
    let day: Int64

    private static let daysPerEra: Int64 = 146_097
    /// From 0000-03-01 to 1970-01-01.
    private static let daysToEpoch: Int64 = 719_468

    /// `nil` when there is no such day.
    init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), (1...Self.length(ofMonth: month, year: year)).contains(day) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + Self.daysToEpoch
        let era = (shifted >= 0 ? shifted : shifted - (Self.daysPerEra - 1)) / Self.daysPerEra
        let dayOfEra = shifted - era * Self.daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        self.month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int64 {
        let marchYear = self.month <= 2 ? self.year - 1 : self.year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let marchMonth = self.month > 2 ? self.month - 3 : self.month + 9
        let dayOfYear = (153 * marchMonth + 2) / 5 + self.day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.daysToEpoch
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
