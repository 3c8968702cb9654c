import Telemetry
import Testing

@testable import Signals

@Suite("Cron schedule")
struct CronScheduleTests {
    private static func next(_ schedule: String, after text: String, _ zone: String = "UTC") throws -> String {
        let instant = try #require(WallTime(rfc3339: text))
        let rules = try #require(TimeZoneRules.named(zone))
        let next = try CronSchedule(schedule).next(after: Int64(instant.unixSeconds), in: rules)
        return next.map { WallTime(unixSeconds: Double($0)).rfc3339 } ?? "never"
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let schedule: String
        let after: String
        let zone: String
        let next: String

        var testDescription: String { "\(self.schedule) after \(self.after) in \(self.zone)" }

        init(_ schedule: String, _ after: String, _ next: String, in zone: String = "UTC") {
            self.schedule = schedule
            self.after = after
            self.zone = zone
            self.next = next
        }
    }

    @Test(
        "the next moment",
        arguments: [
            Row("0 6 * * *", "2026-11-21T05:59:59Z", "2026-11-21T06:00:00Z"),
            Row("0 6 * * *", "2026-11-21T06:00:00Z", "2026-11-22T06:00:00Z"),
            Row("*/15 * * * *", "2026-11-21T06:07:00Z", "2026-11-21T06:15:00Z"),
            Row("5/20 8-10 * * *", "2026-11-21T08:45:00Z", "2026-11-21T09:05:00Z"),
            Row("0 9-17/4 * * MON-FRI", "2026-11-20T17:00:00Z", "2026-11-23T09:00:00Z"),
            Row("30 4 1,15 * *", "2026-11-02T00:00:00Z", "2026-11-15T04:30:00Z"),
            Row("0 0 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            Row("0 0 ? * sun", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            Row("0 0 31 * *", "2026-11-01T00:00:00Z", "2026-12-31T00:00:00Z"),
            Row("0 0 29 2 *", "2026-11-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            Row("0 0 29 feb *", "2097-01-01T00:00:00Z", "2104-02-29T00:00:00Z"),
            Row("0 0 30 2 *", "2026-11-01T00:00:00Z", "never"),
            // Both day fields restricted: either will do. 2026-11-13 is a Friday.
            Row("0 0 13 * FRI", "2026-11-01T00:00:00Z", "2026-11-06T00:00:00Z"),
            Row("0 0 13 * FRI", "2026-12-11T00:00:00Z", "2026-12-13T00:00:00Z"),
            Row("0 0 */2 * FRI", "2026-11-01T00:00:00Z", "2026-11-13T00:00:00Z"),
        ]
    )
    func nextMoment(row: Row) throws {
        #expect(try Self.next(row.schedule, after: row.after, row.zone) == row.next)
    }

    @Test(
        "in a place with summer time, as its clocks show it",
        arguments: [
            Row("0 6 * * *", "2026-07-01T00:00:00Z", "2026-07-01T04:00:00Z", in: "Europe/Vienna"),
            Row("0 6 * * *", "2026-12-01T00:00:00Z", "2026-12-01T05:00:00Z", in: "Europe/Vienna"),
            Row("0 9 * * *", "2026-07-01T00:00:00Z", "2026-07-01T03:30:00Z", in: "Asia/Kolkata"),
            // 2026-03-29, 02:00 to 03:00 does not exist: 02:30 comes an hour later.
            Row("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z", in: "Europe/Vienna"),
            Row("0 3 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", in: "Europe/Vienna"),
            // 2026-10-25, 02:00 to 03:00 comes twice: the first counts, the second does not.
            Row("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", in: "Europe/Vienna"),
            Row("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", in: "Europe/Vienna"),
            // Each hour is each hour, also the one that comes twice.
            Row("30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", in: "Europe/Vienna"),
            // South of the equator summer spans the new year.
            Row("0 6 * * *", "2026-12-31T20:00:00Z", "2027-01-01T17:00:00Z", in: "Pacific/Auckland"),
            // Beyond the table, by the rule at the file's end; Dublin's winter is its exception, and clocks there
            // change at 01:00.
            Row("0 6 * * *", "2051-07-01T00:00:00Z", "2051-07-01T05:00:00Z", in: "Europe/Dublin"),
            Row("0 6 * * *", "2051-12-01T00:00:00Z", "2051-12-01T06:00:00Z", in: "Europe/Dublin"),
            Row("0 6 * * *", "2051-07-01T00:00:00Z", "2051-07-01T10:00:00Z", in: "America/New_York"),
        ]
    )
    func summerTime(row: Row) throws {
        #expect(try Self.next(row.schedule, after: row.after, row.zone) == row.next)
    }

    @Test(
        "what is no schedule is told so",
        arguments: [
            ("* * * *", "'* * * *' has 4 fields, but a schedule has five"),
            ("60 * * * *", "the minute '60' is none; it goes from 0 to 59"),
            ("* 24 * * *", "the hour '24' is none"),
            ("* * 0 * *", "the day of the month '0' is none"),
            ("* * * 13 *", "the month '13' is none"),
            ("* * * * FUN", "the day of the week 'FUN' is none"),
            ("*/0 * * * *", "the minute '*/0' is none"),
            ("10-5 * * * *", "the minute '10-5' ends before it begins"),
            ("1,,2 * * * *", "the minute '' is none"),
            ("-1 * * * *", "the minute '' is none"),
        ]
    )
    func wrong(schedule: String, beginning: String) {
        let error = #expect(throws: CronError.self) { try CronSchedule(schedule) }
        #expect(error?.description.hasPrefix(beginning) == true, "\(String(describing: error))")
    }

    @Test(
        "zones that do not exist, and paths, are none",
        arguments: ["Europe/Atlantis", "../passwd", "/etc/passwd", ""]
    )
    func noZone(name: String) {
        #expect(TimeZoneRules.named(name) == nil)
    }

    @Test("a broken file of a zone is none", arguments: [0, 4, 44, 60, 100])
    func brokenFile(length: Int) {
        #expect(TimeZoneRules(file: Array("TZif2".utf8) + [UInt8](repeating: 0, count: length)) == nil)
    }

    @Test(
        "rules for the years to come",
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2060-03-28T00:59:59Z", 3600),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2060-03-28T01:00:00Z", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2060-10-31T00:59:59Z", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2060-10-31T01:00:00Z", 3600),
            ("<+0330>-3:30", "2060-07-01T00:00:00Z", 12_600),
            ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2060-01-01T00:00:00Z", 46_800),
            ("AAA3BBB,J60/0,300/0", "2060-03-01T02:59:59Z", -10_800),
            ("AAA3BBB,J60/0,300/0", "2060-03-01T03:00:00Z", -7200),
        ]
    )
    func rules(rule: String, at text: String, offset: Int64) throws {
        let instant = try #require(WallTime(rfc3339: text))
        #expect(try #require(PosixTimeRule(rule)).offset(at: Int64(instant.unixSeconds)) == offset)
    }

    @Test(
        "what is no rule is none",
        arguments: ["", "C1", "CET", "CET-1CEST", "CET-1CEST,M13.5.0,M1.1.0", "CET-1CEST,M3.5.0"]
    )
    func noRules(rule: String) {
        #expect(PosixTimeRule(rule) == nil)
    }
}
