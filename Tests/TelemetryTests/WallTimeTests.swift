import Testing

@testable import Telemetry

@Suite("Wall time")
struct WallTimeTests {
    @Test(
        "known moments are written and read back",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"), (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (2_147_483_648, "2038-01-19T03:14:08Z"), (-1, "1969-12-31T23:59:59Z"),
            (-2_208_988_800, "1900-01-01T00:00:00Z"), (1_234_567_890, "2009-02-13T23:31:30Z"),
        ] as [(Int64, String)]
    )
    func knownMoments(seconds: Int64, text: String) throws {
        let time = WallTime(unixNanoseconds: seconds * 1_000_000_000)
        #expect(time.rfc3339 == text)
        #expect(WallTime(rfc3339: text) == time)
    }

    @Test("every day of four centuries is followed by the next")
    func everyDay() throws {
        var previous = CivilDate(daysSinceEpoch: -100_000)
        for day in Int64(-99_999)...46_097 {
            let date = CivilDate(daysSinceEpoch: day)
            #expect(date.daysSinceEpoch == day)
            let follows =
                CivilDate(year: previous.year, month: previous.month, day: previous.day + 1)
                ?? CivilDate(year: previous.year, month: previous.month + 1, day: 1)
                ?? CivilDate(year: previous.year + 1, month: 1, day: 1)
            try #require(date == follows)
            previous = date
        }
    }

    @Test(
        "fractions and offsets are read",
        arguments: [
            ("1970-01-01T00:00:01.5Z", 1_500_000_000), ("1970-01-01T00:00:00.123456789123Z", 123_456_789),
            ("1970-01-01T02:00:00+02:00", 0), ("1969-12-31T18:30:00-05:30", 0), ("1970-01-01t00:00:01z", 1_000_000_000),
            ("1970-01-01 00:00:01Z", 1_000_000_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
        ] as [(String, Int64)]
    )
    func read(text: String, nanoseconds: Int64) {
        #expect(WallTime(rfc3339: text)?.unixNanoseconds == nanoseconds)
    }

    @Test(
        "what is no timestamp is refused",
        arguments: [
            "", "2026-11-21", "2026-11-21T14:05:09", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+2:00",
            "2026-01-01T00:00:00Z ", "26-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "2026-01-01T00:00:00+24:00",
        ]
    )
    func refused(text: String) {
        #expect(WallTime(rfc3339: text) == nil)
    }

    @Test("milliseconds are cut, not rounded into the next second")
    func milliseconds() {
        #expect(WallTime(unixNanoseconds: 1_999_999_999).rfc3339Milliseconds == "1970-01-01T00:00:01.999Z")
        #expect(WallTime(unixNanoseconds: -1).rfc3339Milliseconds == "1969-12-31T23:59:59.999Z")
        #expect(WallTime(unixNanoseconds: 5_000_000).rfc3339Milliseconds == "1970-01-01T00:00:00.005Z")
    }

    @Test("the monotonic clock never runs backwards")
    func monotonic() {
        var last = MonotonicClock.now()
        for _ in 0..<1000 {
            let now = MonotonicClock.now()
            #expect(now >= last)
            last = now
        }
    }
}
