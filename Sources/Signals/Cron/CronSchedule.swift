import Telemetry

/// The moments that `minute hour day-of-month month day-of-week` names, in a time zone.
///
/// As in cron, when both day fields are restricted either may match. When the clock is put forward, a time that it skips
/// comes as much later as the clock jumps; when it is put back, a time that comes twice counts the first time only,
/// unless the schedule runs every hour.
struct CronSchedule: Sendable, Equatable {
    private let minute: CronField
    private let hour: CronField
    private let dayOfMonth: CronField
    private let month: CronField
    private let dayOfWeek: CronField

    /// Eight years: 29 February may be that far away.
    private static let daysAhead: Int64 = 8 * 366

    init(_ text: String) throws(CronError) {
        let parts = text.split(whereSeparator: \.isWhitespace)
        guard parts.count == 5 else {
            throw CronError(
                "'\(text)' has \(parts.count) fields, but a schedule has five: minute, hour, day of the month, month "
                    + "and day of the week"
            )
        }
        self.minute = try CronField(parts[0], .minute)
        self.hour = try CronField(parts[1], .hour)
        self.dayOfMonth = try CronField(parts[2], .dayOfMonth)
        self.month = try CronField(parts[3], .month)
        self.dayOfWeek = try CronField(parts[4], .dayOfWeek)
    }

    /// The first moment after `instant`, both in seconds since 1970; `nil` for a date that never comes, 30 February.
    func next(after instant: Int64, in zone: TimeZoneRules) -> Int64? {
        // Yesterday's times may lie ahead where the clock has just been put back.
        let today = Self.floorDivide(instant + zone.offset(at: instant), 86_400)
        for day in (today - 1)...(today + Self.daysAhead) where self.runs(onDay: day) {
            if let first = self.first(ofDay: day, after: instant, in: zone) { return first }
        }
        return nil
    }

    private func runs(onDay day: Int64) -> Bool {
        let date = CivilDate(daysSinceEpoch: day)
        guard self.month.contains(Int(date.month)) else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = Int((day % 7 + 7 + 4) % 7)
        let (isDay, isWeekday) = (self.dayOfMonth.contains(Int(date.day)), self.dayOfWeek.contains(weekday))
        return self.dayOfMonth.isAny || self.dayOfWeek.isAny ? isDay && isWeekday : isDay || isWeekday
    }

    private func first(ofDay day: Int64, after instant: Int64, in zone: TimeZoneRules) -> Int64? {
        var first: Int64?
        for hour in 0..<24 where self.hour.contains(hour) {
            for minute in 0..<60 where self.minute.contains(minute) {
                let local = day * 86_400 + Int64(hour * 3600 + minute * 60)
                let instants = zone.instants(ofLocal: local)
                for candidate in self.hour.isAny ? instants : Array(instants.prefix(1)) where candidate > instant {
                    first = min(first ?? candidate, candidate)
                }
            }
        }
        return first
    }

    private static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
