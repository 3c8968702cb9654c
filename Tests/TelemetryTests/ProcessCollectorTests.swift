import Testing

@testable import Telemetry

@Suite("Process metrics")
struct ProcessCollectorTests {
    @Test("this process has memory, descriptors, CPU time and a start in the past")
    func thisProcess() async throws {
        let families = await ProcessCollector().collect()
        func value(_ name: String) -> Double? {
            guard case .number(let value)? = families.first(where: { $0.name == name })?.samples.first?.value else {
                return nil
            }
            return value
        }
        #expect(try #require(value("process_resident_memory_bytes")) > 1_000_000)
        #expect(try #require(value("process_open_fds")) >= 3)
        #expect(try #require(value("process_cpu_seconds_total")) > 0)
        let age = WallTime.now().unixSeconds - (try #require(value("process_start_time_seconds")))
        #expect((-2...86_400).contains(age))
    }

    @Test("fields are counted from the last parenthesis, for the program's name may hold anything")
    func oddName() throws {
        let fields = (3...24).map(String.init).joined(separator: " ")
        let stat = try #require(ProcessStat("42 (a) b (c) \(fields) 25\n"))
        #expect(stat.threads == 20)
        #expect(stat.startTicks == 22)
        #expect(stat.virtualBytes == 23)
        #expect(stat.residentPages == 24)
        #expect(ProcessStat("42 (a) 3 4") == nil)
        #expect(ProcessStat("") == nil)
    }
}
