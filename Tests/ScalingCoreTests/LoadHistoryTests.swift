import Testing
import Timekeeping

@testable import ScalingCore

@Suite("Reports, and what is known when they stop")
struct LoadHistoryTests {
    static func history(_ change: (inout ScalingConfiguration) -> Void = { _ in }) -> LoadHistory {
        var configuration = ScalingConfiguration()
        change(&configuration)
        return LoadHistory(configuration)
    }

    static func sample(_ load: Double) -> LoadSample { .init(averageConcurrency: load, requestsPerSecond: load) }

    @Test("reporters add up, and what another one counts as well is taken off")
    func addUp() {
        var history = Self.history()
        history.record(Self.sample(10), from: "a", at: .seconds(1.2))
        history.record(
            LoadSample(averageConcurrency: 30, requestsPerSecond: 0, proxiedConcurrency: 25),
            from: "b",
            at: .seconds(1.9)
        )
        #expect(history.read(at: .seconds(2))?.short == 15)
    }

    @Test("one silent reporter of three does not read as a drop, until the age limit")
    func oneSilent() {
        var history = Self.history { $0.reportAgeLimitSeconds = 15 }
        for second in 1...40 {
            for name in ["a", "b", "c"] where name != "c" || second <= 20 {
                history.record(Self.sample(10), from: name, at: .seconds(Double(second) + 0.5))
            }
            let expected = second <= 35 ? 30.0 : 20
            #expect(history.read(at: .seconds(Double(second) + 0.6))?.latest ?? 0 >= expected, "second \(second)")
            if second == 40 { #expect(history.read(at: .seconds(41))?.latest == expected) }
            if second == 35 { #expect(history.read(at: .seconds(35.6))?.stable == 30) }
        }
    }

    @Test("a reporter that says goodbye counts no longer, and the load is unknown when it was the only one")
    func goodbye() {
        var history = Self.history()
        history.record(Self.sample(10), from: "a", at: .seconds(1))
        history.record(Self.sample(5), from: "b", at: .seconds(1))
        history.leave("a")
        #expect(history.read(at: .seconds(1))?.short == 5)
        history.leave("b")
        #expect(history.read(at: .seconds(1)) == nil)
    }

    @Test("averages rest while nobody reports, and are unknown after the age limit")
    func silence() {
        var history = Self.history { $0.reportAgeLimitSeconds = 15 }
        for second in 1...6 {
            history.record(Self.sample(second == 6 ? 100 : 0), from: "a", at: .seconds(Double(second)))
        }
        for second in 6...21 {
            let reading = history.read(at: .seconds(Double(second)))
            #expect(abs((reading?.short ?? 0) - 100.0 / 6) < 1e-6, "second \(second)")
            #expect(reading?.isHeld == (second >= 9), "second \(second)")
        }
        #expect(history.read(at: .seconds(22)) == nil)
    }

    @Test("seconds that nobody reported are left out of the average, they are not zero")
    func gap() {
        var history = Self.history()
        history.record(Self.sample(10), from: "a", at: .seconds(1))
        history.record(Self.sample(20), from: "a", at: .seconds(5))
        #expect(history.read(at: .seconds(5))?.short == 15)
    }

    @Test("two reports of one reporter in one second are averaged, for one of them was late")
    func jitter() {
        var history = Self.history()
        history.record(Self.sample(10), from: "a", at: .seconds(1.01))
        history.record(Self.sample(20), from: "a", at: .seconds(1.99))
        #expect(history.read(at: .seconds(1.99))?.latest == 15)
    }

    @Test("nothing is known before the first report")
    func noReport() {
        #expect(Self.history().read(at: .seconds(1)) == nil)
    }

    @Test("longer windows keep what there is; another metric begins anew")
    func reconfigure() {
        var configuration = ScalingConfiguration(stableWindowSeconds: 6, panicWindowSeconds: 2)
        var history = LoadHistory(configuration)
        for second in 1...6 { history.record(Self.sample(Double(second)), from: "a", at: .seconds(Double(second))) }
        configuration.stableWindowSeconds = 12
        configuration.panicWindowSeconds = 3
        history.reconfigure(configuration)
        #expect(history.read(at: .seconds(6))?.stable == 3.5)
        #expect(history.read(at: .seconds(6))?.short == 5)
        configuration.metric = .rps
        history.reconfigure(configuration)
        #expect(history.read(at: .seconds(6)) == nil)
    }

    /// All reports there ever were, asked by the words of the rules.
    struct Reference {
        var reports: [(name: String, second: Int64, load: Double)] = []
        let ageLimit: Int64

        /// The load of a second as it was known at its end.
        func level(_ second: Int64) -> Double? {
            guard self.reports.contains(where: { $0.second == second }) else { return nil }
            let names = Set(self.reports.filter { $0.second <= second }.map(\.name))
            return names.map { name in
                let own = self.reports.filter { $0.name == name && $0.second <= second }
                guard let last = own.map(\.second).max(), second - last <= self.ageLimit else { return 0 }
                let latest = own.filter { $0.second == last }.map(\.load)
                return latest.reduce(0, +) / Double(latest.count)
            }.reduce(0, +)
        }

        func average(_ newest: Int64, _ seconds: Int64) -> Double {
            let levels = (0..<seconds).compactMap { self.level(newest - $0) }
            return levels.reduce(0, +) / Double(levels.count)
        }
    }

    @Test("agrees with a list of all reports", arguments: 1...40)
    func reference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ageLimit = Int.random(in: 1...6, using: &random)
        var history = Self.history {
            $0.stableWindowSeconds = 12
            $0.panicWindowSeconds = 4
            $0.reportAgeLimitSeconds = ageLimit
        }
        var reference = Reference(ageLimit: Int64(ageLimit))
        var second: Int64 = 100
        for step in 0..<120 {
            second += [0, 0, 0, 1, 1, 2, 7, 20].randomElement(using: &random) ?? 0
            let name = ["a", "b", "c"].randomElement(using: &random) ?? "a"
            let load = Double(Int.random(in: 0...50, using: &random))
            history.record(Self.sample(load), from: name, at: MonotonicInstant(wholeSeconds: second))
            reference.reports.append((name, second, load))
            let later = second + Int64.random(in: 0...8, using: &random)
            let reading = history.read(at: MonotonicInstant(wholeSeconds: later))
            let place = "seed \(seed), step \(step)"
            #expect((reading == nil) == (later - second > Int64(ageLimit)), "\(place)")
            guard let reading else { continue }
            #expect(abs(reading.stable - reference.average(second, 12)) < 1e-5, "\(place), stable")
            #expect(abs(reading.short - reference.average(second, 4)) < 1e-5, "\(place), short")
        }
    }
}
