import Testing
import Timekeeping

@testable import ScalingCore

@Suite("Quick durations")
struct QuickDurationTests {
    @Test(
        "are the same to the nanosecond",
        arguments: [0, 1, -1, 999_999_999, 50_000_000_000_000_000, -2_500_000_000_000_000_001]
    )
    func nanoseconds(attoseconds: Int64) {
        for seconds in [0, 1, -1, 9, 10, -10, 86_400] as [Int64] {
            let duration = Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
            #expect(duration.quickNanoseconds == duration.nanoseconds)
        }
    }

    @Test("advance as far", arguments: [0, 2, 60, -3, 0.05, 1.1, 2.345_678_912_3, 86_400.5])
    func seconds(_ seconds: Double) {
        let start = MonotonicInstant(nanoseconds: 123_456_789)
        #expect(start.advanced(quicklyBySeconds: seconds) == start.advanced(by: .seconds(seconds)))
    }
}
