import Testing
import Timekeeping

@testable import InferenceServer

@Suite("Start-up phases")
struct StartupTests {
    @Test("phases are told in their order, in milliseconds")
    func serverTiming() {
        let phases = StartupPhases()
        #expect(phases.serverTiming == "")
        phases.record(.load, from: .seconds(1), to: .seconds(1.00404))
        phases.record(.exec, from: .seconds(0), to: .seconds(0.00306))
        phases.record(.listen, from: .seconds(2), to: .seconds(1))
        #expect(phases.serverTiming == "exec;dur=3.1, load;dur=4.0, listen;dur=0.0")
    }

    @Test(
        "milliseconds have one decimal",
        arguments: [(0.0, "0.0"), (0.00004, "0.0"), (0.00005, "0.1"), (0.0123456, "12.3"), (12, "12000.0")]
    )
    func milliseconds(seconds: Double, text: String) {
        #expect(StartupPhases.milliseconds(seconds) == text)
    }

    @Test("what the parent told is believed while it can be true")
    func processStart() {
        let now = MonotonicInstant.seconds(1000)
        let kernel = MonotonicInstant.seconds(999)
        #expect(ProcessStart.instant(told: 999_500_000_000, kernel: kernel, now: now) == .seconds(999.5))
        #expect(ProcessStart.instant(told: 1_000_500_000_000, kernel: kernel, now: now) == kernel)
        #expect(ProcessStart.instant(told: 900_000_000_000, kernel: kernel, now: now) == kernel)
        #expect(ProcessStart.instant(told: nil, kernel: nil, now: now) == now)
        #expect(ProcessStart.instant(told: nil, kernel: .seconds(1), now: now) == now)
    }

    @Test("the kernel's start time is found behind a name with blanks and parentheses")
    func startTicks() {
        let stat = "17 (a (b) c) S 1 17 17 0 -1 4194560 95 0 0 0 0 0 0 0 20 0 1 0 4242 1 2 3"
        #expect(ProcessStart.startTicks(in: stat) == 4242)
        #expect(ProcessStart.startTicks(in: "17 (x") == nil)
        #expect(ProcessStart.startTicks(in: "17 (x) S 1") == nil)
    }

    @Test("this process started before now, and not long ago")
    func thisProcess() {
        #expect(ProcessStart.instant().nanoseconds > 0)
    }
}
