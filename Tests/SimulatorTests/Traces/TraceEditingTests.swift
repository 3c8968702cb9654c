import Simulator
import Testing
import Timekeeping

@Suite("editing traces")
struct TraceEditingTests {
    private static let single = Trace(
        name: "t",
        format: .requestLog,
        services: [TraceService(name: "a"), TraceService(name: "b")],
        content: .requests((0..<100).map { TraceRequest(arrival: Int64($0) * 1_000_000_000, service: Int32($0 % 2)) }),
        durationSeconds: 99,
        startUnixSeconds: 1000
    )
    private static let counted = Trace(
        name: "c",
        format: .azureFunctions2019,
        services: (0..<3).map { TraceService(name: "f\($0)") },
        content: .counts(
            TraceCounts(
                stepSeconds: 60,
                stepCount: 10,
                steps: [[.init(step: 0, calls: 5), .init(step: 7, calls: 2)], [], [.init(step: 3, calls: 1000)]]
            )
        ),
        durationSeconds: 600
    )

    private static func arrivals(_ process: TraceArrivals, replication: Int = 0) -> [Arrival] {
        let context = ArrivalContext(seed: 3, replication: replication, entity: 0, horizon: .seconds(1e6))
        var source = process.source(context)
        var arrivals: [Arrival] = []
        while let arrival = source.next() { arrivals.append(arrival) }
        return arrivals
    }

    @Test("a slice begins at zero and knows when that was")
    func slices() {
        let slice = Self.single.sliced(from: 10, to: 20)
        #expect(slice.count == 10)
        #expect(slice.startUnixSeconds == 1010)
        guard case .requests(let requests) = slice.content else { return }
        #expect(requests.first?.arrival == 0)
        let counts = Self.counted.sliced(from: 180, to: 480)
        #expect(counts.count == 1002)
    }

    @Test("both halves together are the whole")
    func halves() {
        let (before, after) = Self.single.split(atShare: 0.5)
        #expect(before.count + after.count == 100)
        #expect(abs(before.count - after.count) <= 1)
        let (early, late) = Self.counted.split(atShare: 0.5)
        #expect(early.count + late.count == Self.counted.count)
    }

    @Test("twice as fast is half as long with as many requests; twice as dense is as long with twice as many")
    func speedAndDensity() {
        #expect(Self.single.sped(by: 2).durationSeconds == 49.5)
        #expect(Self.single.sped(by: 2).count == 100)
        #expect(Self.single.scaled(by: 2, seed: 1).count == 200)
        #expect(abs(Self.counted.scaled(by: 0.5, seed: 1).count - 503) <= 2)
    }

    @Test("of some services only theirs remain, numbered anew")
    func restricted() {
        let kept = Self.counted.restricted(toServices: [2, 0])
        #expect(kept.services.map(\.name) == ["f2", "f0"])
        #expect(kept.count == 1007)
        #expect(Self.single.restricted(toServices: [1]).count == 50)
    }

    @Test("counted calls come in their steps, all of them, in order", arguments: TraceReplay.Placement.allCases)
    func placement(placement: TraceReplay.Placement) {
        let process = TraceArrivals(trace: Self.counted, replay: TraceReplay(placement: placement))
        let arrivals = Self.arrivals(process)
        #expect(arrivals.count == 1007)
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.at <= $1.at })
        let minutes = arrivals.map { Int($0.at.seconds(since: .zero) / 60) }
        #expect(minutes.filter { $0 == 0 }.count == 5)
        #expect(minutes.filter { $0 == 3 }.count == 1000)
        #expect(minutes.filter { $0 == 7 }.count == 2)
        let gaps = zip(arrivals.dropFirst(5), arrivals.dropFirst(6).prefix(999)).map { $1.at.seconds(since: $0.at) }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let deviation = (gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)).squareRoot()
        switch placement {
        case .uniform, .exponential: #expect(abs(deviation / mean - 1) < 0.12)
        case .equidistant: #expect(deviation < 1e-6)
        case .start: #expect(mean == 0)
        }
    }

    @Test("the services of a trace are placed independently of which are played")
    func servicesAreIndependent() {
        let all = Self.arrivals(TraceArrivals(trace: Self.counted))
        let last = Self.arrivals(TraceArrivals(trace: Self.counted, service: 2))
        #expect(all.filter { (180..<240).contains($0.at.seconds(since: .zero)) } == last)
        #expect(Self.arrivals(TraceArrivals(trace: Self.counted, service: 1)).isEmpty)
    }

    @Test("a replay in half the time at three times the rate has three times the requests in half the time")
    func replayFactors() {
        let replay = TraceReplay(rateFactor: 3, timeFactor: 2)
        let arrivals = Self.arrivals(TraceArrivals(trace: Self.single, service: 0, replay: replay))
        #expect(arrivals.count == 150)
        #expect(arrivals.last?.at == .seconds(49))
        #expect(
            TraceArrivals(trace: Self.single, service: 0, replay: replay).meanRate.map { abs($0 - 3.03) < 0.01 } == true
        )
    }

    @Test("what was written reads the same", arguments: [single, counted])
    func ownFormat(trace: Trace) throws {
        var rich = trace
        rich.services[0] = TraceService(
            name: "a",
            application: "x",
            trigger: "http",
            durations: [.init(percent: 50, value: 2.5)],
            memoryMB: 128
        )
        let read = try withFile(TraceFile.bytes(of: rich)) { try TraceImporter().read($0) }
        #expect(read.services == rich.services)
        #expect(read.content == rich.content)
        #expect(read.durationSeconds == rich.durationSeconds)
        #expect(read.startUnixSeconds == rich.startUnixSeconds)
        #expect(read.format == rich.format)
        #expect(TraceFile.bytes(of: trace).count < 1500)
    }

    @Test("written to a place it is there whole, and nothing else is")
    func writing() throws {
        try withFile("") { path in
            try TraceFile.write(Self.single, to: path)
            #expect(try TraceImporter().read(path).count == 100)
            #expect(throws: TraceError.self) { try TraceFile.write(Self.single, to: "/nonexistent/x") }
        }
    }

    @Test("samples nest, are the same for one seed, and come nearer to the whole than one choice at random does")
    func samples() {
        let services = (0..<200).map { TraceService(name: "f\($0)") }
        let steps = services.indices.map { service in
            (0..<30).compactMap { step -> TraceCounts.Step? in
                let calls = service % 20 == 0 ? 500 : (service + step) % 7
                return calls > 0 ? TraceCounts.Step(step: Int32(step), calls: Int32(calls)) : nil
            }
        }
        let trace = Trace(
            name: "many",
            format: .azureFunctions2019,
            services: services,
            content: .counts(TraceCounts(stepSeconds: 60, stepCount: 30, steps: steps)),
            durationSeconds: 1800
        )
        let samples = TraceSampler(attempts: 20, seed: 1).samples(of: trace, sizes: [10, 100, 40])
        #expect(samples.map(\.services.count) == [10, 100, 40])
        #expect(Set(samples[0].services).isSubset(of: samples[2].services))
        #expect(Set(samples[2].services).isSubset(of: samples[1].services))
        #expect(samples == TraceSampler(attempts: 20, seed: 1).samples(of: trace, sizes: [10, 100, 40]))
        let random = (0..<20).map { TraceSampler(attempts: 1, seed: $0).samples(of: trace, sizes: [40])[0].distance }
        let chosen = TraceSampler(attempts: 20, seed: 1).samples(of: trace, sizes: [40])[0].distance
        #expect(chosen < random.reduce(0, +) / 20)
        #expect(TraceSampler().samples(of: trace, sizes: [200])[0].distance < 1e-9)
    }
}
