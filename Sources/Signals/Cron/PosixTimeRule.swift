import Telemetry

/// The rule by which clocks change year after year: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixTimeRule: Sendable, Equatable {
    /// A day of a year and a time of that day.
    struct Change: Sendable, Equatable {
        enum Day: Sendable, Equatable {
            /// The weekday's n-th in the month, the fifth being the last: `M3.5.0`.
            case weekday(month: Int64, week: Int64, day: Int64)
            /// The n-th day of the year, without counting 29 February: `J60`.
            case julian(Int64)
            /// The n-th day of the year from zero: `59`.
            case zeroBased(Int64)
        }

        let day: Day
        /// Seconds after midnight, by the clock as it went before the change.
        let second: Int64
    }

    /// Seconds east of Greenwich in winter and in summer.
    private let standard: Int64
    private let summer: Int64
    /// When summer time begins and ends; `nil` for a clock that never changes.
    private let change: (start: Change, end: Change)?

    static func == (left: PosixTimeRule, right: PosixTimeRule) -> Bool {
        left.standard == right.standard && left.summer == right.summer && left.change?.start == right.change?.start
            && left.change?.end == right.change?.end
    }

    /// `nil` when the text is no such rule.
    init?(_ text: String) {
        var reader = PosixTimeRuleReader(text)
        guard reader.skipName(), let standard = reader.time() else { return nil }
        self.standard = -standard
        guard !reader.isAtEnd else {
            self.summer = self.standard
            self.change = nil
            return
        }
        guard reader.skipName() else { return nil }
        self.summer = reader.isAt(",") ? self.standard + 3600 : -(reader.time() ?? standard - 3600)
        guard let start = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
        self.change = (start, end)
    }

    func offset(at instant: Int64) -> Int64 {
        guard let change else { return self.standard }
        let year = CivilDate(daysSinceEpoch: (instant + self.standard) / 86_400).year
        let start = Self.second(of: change.start, year: year) - self.standard
        let end = Self.second(of: change.end, year: year) - self.summer
        let isSummer = start < end ? instant >= start && instant < end : !(instant >= end && instant < start)
        return isSummer ? self.summer : self.standard
    }

    /// Seconds since 1970 by the local clock.
    private static func second(of change: Change, year: Int64) -> Int64 {
        let newYear = CivilDate(year: year, month: 1, day: 1)?.daysSinceEpoch ?? 0
        let day: Int64
        switch change.day {
        case .zeroBased(let number): day = newYear + number
        case .julian(let number):
            let isLeap = CivilDate.length(ofMonth: 2, year: year) == 29
            day = newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let first = CivilDate(year: year, month: month, day: 1)?.daysSinceEpoch ?? newYear
            let firstWeekday = ((first + 4) % 7 + 7) % 7
            var offset = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            while offset >= CivilDate.length(ofMonth: month, year: year) { offset -= 7 }
            day = first + offset
        }
        return day * 86_400 + change.second
    }
}

/// Reads a rule from left to right.
struct PosixTimeRuleReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        self.rest = Substring(text).utf8
    }

    var isAtEnd: Bool { self.rest.isEmpty }

    func isAt(_ scalar: Unicode.Scalar) -> Bool { self.rest.first == UInt8(ascii: scalar) }

    /// Takes `CET` or `<+0330>` off the front.
    mutating func skipName() -> Bool {
        if self.take("<") {
            guard let end = self.rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            self.rest = self.rest[self.rest.index(after: end)...]
            return true
        }
        let name = self.rest.prefix { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
        self.rest = self.rest.dropFirst(name.count)
        return name.count >= 3
    }

    /// `-1`, `3:30`, `+167:00:00`, in seconds.
    mutating func time() -> Int64? {
        let isNegative = self.take("-")
        if !isNegative { _ = self.take("+") }
        guard var seconds = self.number().map({ $0 * 3600 }) else { return nil }
        for unit: Int64 in [60, 1] where self.take(":") {
            guard let number = self.number() else { return nil }
            seconds += number * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// Takes `,M3.5.0/2` off the front.
    mutating func change() -> PosixTimeRule.Change? {
        guard self.take(","), let day = self.day() else { return nil }
        guard self.take("/") else { return PosixTimeRule.Change(day: day, second: 7200) }
        return self.time().map { PosixTimeRule.Change(day: day, second: $0) }
    }

    private mutating func day() -> PosixTimeRule.Change.Day? {
        if self.take("J") { return self.number().map { .julian($0) } }
        guard self.take("M") else { return self.number().map { .zeroBased($0) } }
        guard let month = self.number(), (1...12).contains(month), self.take("."), let week = self.number(),
            (1...5).contains(week), self.take("."), let day = self.number(), day < 7
        else { return nil }
        return .weekday(month: month, week: week, day: day)
    }

    private mutating func number() -> Int64? {
        let digits = self.rest.prefix { $0 &- UInt8(ascii: "0") < 10 }
        self.rest = self.rest.dropFirst(digits.count)
        return digits.count <= 6 ? Int64(Substring(digits)) : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard self.isAt(scalar) else { return false }
        self.rest = self.rest.dropFirst()
        return true
    }
}
