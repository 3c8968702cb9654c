/// Reads one RFC 3339 timestamp from left to right.
struct RFC3339Reader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: some StringProtocol) {
        self.bytes = Array(text.utf8)
    }

    /// Nanoseconds since 1970, or `nil` when the text is no timestamp or lies beyond what 64 bits hold.
    mutating func unixNanoseconds() -> Int64? {
        guard let year = self.number(digits: 4), self.take("-"), let month = self.number(digits: 2), self.take("-"),
            let day = self.number(digits: 2), let date = CivilDate(year: year, month: month, day: day),
            self.take("T") || self.take("t") || self.take(" "),
            let secondOfDay = self.timeOfDay(), let nanosecond = self.fraction(), let offset = self.offset(),
            self.position == self.bytes.count
        else { return nil }
        let seconds = date.daysSinceEpoch * 86_400 + secondOfDay - offset
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(nanosecond)
        return overflow || carry ? nil : sum
    }

    private mutating func timeOfDay() -> Int64? {
        guard let hour = self.number(digits: 2), hour < 24, self.take(":"),
            let minute = self.number(digits: 2), minute < 60, self.take(":"),
            let second = self.number(digits: 2), second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Nanoseconds; 0 when there is no fraction; digits beyond the ninth are cut off.
    private mutating func fraction() -> Int64? {
        guard self.take(".") else { return 0 }
        var nanosecond: Int64 = 0
        var digits = 0
        while let digit = self.digit() {
            if digits < 9 { nanosecond = nanosecond * 10 + digit }
            digits += 1
        }
        guard digits > 0 else { return nil }
        for _ in digits..<max(digits, 9) { nanosecond *= 10 }
        return nanosecond
    }

    /// Seconds east of Greenwich.
    private mutating func offset() -> Int64? {
        if self.take("Z") || self.take("z") { return 0 }
        let isWest = self.take("-")
        guard isWest || self.take("+"), let hours = self.number(digits: 2), hours < 24, self.take(":"),
            let minutes = self.number(digits: 2), minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }

    private mutating func number(digits: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let digit = self.digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    private mutating func digit() -> Int64? {
        guard self.position < self.bytes.count else { return nil }
        let digit = self.bytes[self.position] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        self.position += 1
        return Int64(digit)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard self.position < self.bytes.count, self.bytes[self.position] == UInt8(ascii: scalar) else { return false }
        self.position += 1
        return true
    }
}
