import SimulationKit
import Simulator
import StructuredData
import Testing

/// Damaged files of every format: whatever comes, rows are read or told, and nothing falls over.
@Suite("damaged traces")
struct TraceMutationTests {
    private static let samples: [(name: String, text: String)] = [
        (
            "azure-llm",
            "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9799600,4808,10\r\n"
                + "2023-11-16 18:17:04.0319601,3180,8\r\n2023-11-16 18:17:05.0781490,110,27"
        ),
        (
            "burst-gpt",
            "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
                + "5,1,2.5,ChatGPT,472,18,490,Conversation log\n45,2,1,GPT-4,1087,230,1317,API log\n"
        ),
        ("azure-functions-2021", "app,func,end_timestamp,duration\na,f,10,4\nb,g,11,9\na,f,12.5,0.1\n"),
        (
            "aws-lambda",
            ",is_cold,cpu_info,aws_duration,client_start_time\n0,False,\"2,Xeon\",1848.19,1587650005.5\n"
                + "1,True,\"2,Xeon\",2100,1587650011.75\n"
        ),
        (
            "mooncake",
            #"{"timestamp": 0, "input_length": 1000, "output_length": 500, "hash_ids": [0, 1]}"# + "\n"
                + #"{"timestamp": 3000, "input_length": 1600, "output_length": 490, "hash_ids": [0, 1, 2, 3]}"# + "\n"
        ),
        ("azure-functions-2019", "HashOwner,HashApp,HashFunction,Trigger,480,481\no,a,f,http,0,2\no,a,g,timer,1,3\n"),
        (
            "request-log",
            #"{"time":1700000000.25,"service":"default/iris","status":200,"serviceMs":12.5,"cold":true}"# + "\n"
                + #"{"time":1700000001,"service":"default/llm","status":503}"# + "\n"
        ),
        (
            "prometheus",
            #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"x_total"},"#
                + #""values":[[100,"5"],[160,"9"],[220,"2"]]}]}}"#
        ),
    ]

    @Test("three hundred slips of each format", arguments: samples.indices)
    func slips(index: Int) throws {
        let format = try #require(TraceFormat(rawValue: Self.samples[index].name))
        try Self.mutate(Array(Self.samples[index].text.utf8), format: format, rounds: 300)
    }

    @Test("three hundred slips of the compact form")
    func slipsOfTheCompactForm() throws {
        let trace = Trace(
            name: "t",
            format: .requestLog,
            services: [TraceService(name: "a")],
            content: .requests((0..<20).map { TraceRequest(arrival: Int64($0) * 7_000_000, duration: 5) }),
            durationSeconds: 1
        )
        try Self.mutate(TraceFile.bytes(of: trace), format: .pilotlight, rounds: 300)
    }

    /// Changes a few bytes at a time and reads; what is read must make sense.
    private static func mutate(_ bytes: [UInt8], format: TraceFormat, rounds: Int) throws {
        var stream = RandomStream(seed: 11, replication: 0, purpose: .sampling, entity: bytes.count)
        for round in 0..<rounds {
            var damaged = bytes
            for _ in 0...stream.below(4) {
                let place = stream.below(max(1, damaged.count))
                switch stream.below(5) {
                case 0: damaged[place] = UInt8(truncatingIfNeeded: stream.next())
                case 1: damaged.remove(at: place)
                case 2: damaged.insert(UInt8(truncatingIfNeeded: stream.next()), at: place)
                case 3: damaged.removeLast(stream.below(damaged.count))
                default: damaged.insert(contentsOf: Array("-9e99,\"".utf8), at: place)
                }
                if damaged.isEmpty { damaged = [0x0A] }
            }
            guard let trace = try? withFile(damaged, { try TraceImporter().read($0, format: format) }) else { continue }
            Self.expectSense(trace, round: round)
        }
    }

    private static func expectSense(_ trace: Trace, round: Int) {
        #expect(trace.durationSeconds >= 0, "round \(round)")
        switch trace.content {
        case .requests(let requests):
            for (before, request) in zip(requests, requests.dropFirst()) {
                #expect(before.arrival <= request.arrival, "round \(round)")
            }
            for request in requests {
                #expect(trace.services.indices.contains(Int(request.service)), "round \(round)")
                #expect(request.duration >= -1 && request.inputTokens >= -1, "round \(round)")
            }
        case .counts(let counts):
            #expect(counts.steps.count == trace.services.count, "round \(round)")
            #expect(
                counts.steps.joined().allSatisfy { $0.step >= 0 && Int($0.step) < counts.stepCount && $0.calls >= 0 }
            )
        }
        _ = TraceSummary(trace)
    }
}
