import ServingAPI
import Testing

@Suite("DurationText")
struct DurationTextTests {
    @Test(
        "durations as Go writes them",
        arguments: [
            ("60s", .seconds(60)), ("1m30s", .seconds(90)), ("500ms", .milliseconds(500)), ("0", .zero),
            ("1.5h", .seconds(5400)), ("-2s", .seconds(-2)), ("+1us", .microseconds(1)), (".5s", .milliseconds(500)),
            ("1h0m0.001s", .milliseconds(3_600_001)), ("100ns", .nanoseconds(100)), ("3µs", .microseconds(3)),
        ] as [(String, Duration)]
    )
    func parsed(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(
        "what is no duration",
        arguments: ["", "60", "s", "1d", "1 s", "1.2.3s", "--1s", "1s2", "inf", "1e3s", ".s", "999999999999h"]
    )
    func refused(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        "durations are written as short as they can be",
        arguments: [("90s", "1m30s"), ("3600s", "1h"), ("0", "0s"), ("1500ms", "1s500ms"), ("-61s", "-1m1s")]
    )
    func written(text: String, short: String) throws {
        let duration = try #require(DurationText.parse(text))
        #expect(DurationText.text(duration) == short)
        #expect(DurationText.parse(short) == duration)
    }
}
