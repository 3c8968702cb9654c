import Simulator
import StructuredData
import Testing

@Suite("TraceImporter")
struct TraceImporterTests {
    private static func requests(_ trace: Trace) -> [TraceRequest] {
        guard case .requests(let requests) = trace.content else { return [] }
        return requests
    }

    private static func read(_ text: String) throws -> Trace { try withFile(text) { try TraceImporter().read($0) } }

    @Test("Azure LLM: carriage returns and a last line without an end are no rows of their own")
    func azureLLM() throws {
        let trace = try Self.read(
            "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9799600,4808,10\r\n"
                + "2023-11-16 18:17:04.0319601,3180,8"
        )
        #expect(trace.format == .azureLLM)
        #expect(trace.problems.skippedRows == 0)
        #expect(Self.requests(trace).map(\.arrival) == [0, 52_000_100])
        #expect(Self.requests(trace).map(\.inputTokens) == [4808, 3180])
        #expect(Self.requests(trace).map(\.outputTokens) == [10, 8])
        #expect(trace.startUnixSeconds == 1_700_158_623.97996)
    }

    @Test("Azure LLM 2024: stamps with an offset")
    func azureLLMWithOffset() throws {
        let trace = try Self.read(
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n"
                + "2024-05-10 02:00:01.009930+02:00,2399,6\n"
        )
        #expect(Self.requests(trace).map(\.arrival) == [0, 1_000_000_000])
    }

    @Test("BurstGPT: one service a model, and failures are left in")
    func burstGPT() throws {
        let trace = try Self.read(
            "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
                + "5,1,2.5,ChatGPT,472,18,490,Conversation log\n45.5,,,GPT-4,1087,230,1317,API log\n"
        )
        #expect(trace.services.map(\.name) == ["ChatGPT", "GPT-4"])
        #expect(Self.requests(trace).map(\.duration) == [2_500_000_000, -1])
        #expect(Self.requests(trace).map(\.service) == [0, 1])
        #expect(trace.durationSeconds == 40.5)
    }

    @Test("Azure Functions 2021: the arrival is the end less the duration, and rows are put in order")
    func azureFunctions2021() throws {
        let trace = try Self.read("app,func,end_timestamp,duration\na,f,10,4\nb,g,11,9\n")
        #expect(trace.services.map(\.name) == ["a/f", "b/g"])
        #expect(Self.requests(trace).map(\.service) == [1, 0])
        #expect(Self.requests(trace).map(\.arrival) == [0, 4_000_000_000])
        #expect(trace.problems.notes == ["out of order, sorted by arrival": 1])
    }

    @Test("Mooncake: what shares a stamp is spread, and blocks seen before count as shared")
    func mooncake() throws {
        let text =
            #"{"timestamp": 0, "input_length": 1000, "output_length": 500, "hash_ids": [0, 1]}"# + "\n"
            + #"{"timestamp": 0, "input_length": 1600, "output_length": 490, "hash_ids": [0, 1, 2, 3]}"# + "\n"
            + #"{"timestamp": 3000, "input_length": 700, "output_length": 9, "hash_ids": [7, 1]}"# + "\n"
        let trace = try Self.read(text)
        #expect(trace.format == .mooncake)
        #expect(Self.requests(trace).map(\.arrival) == [0, 1_500_000_000, 3_000_000_000])
        #expect(Self.requests(trace).map(\.sharedTokens) == [0, 1024, 0])
        var importer = TraceImporter()
        importer.isGridSpread = false
        let raw = try withFile(text) { try importer.read($0) }
        #expect(Self.requests(raw).map(\.arrival) == [0, 0, 3_000_000_000])
    }

    @Test("AWS Lambda: quoted commas are part of their column")
    func awsLambda() throws {
        let trace = try Self.read(
            ",is_cold,cpu_info,aws_duration,client_start_time\n0,False,\"2,Xeon\",1848.19,1587650005.5\n"
                + "1,True,\"2,Xeon\",2100,1587650011.75\n"
        )
        #expect(Self.requests(trace).map(\.start) == [.warm, .cold])
        #expect(Self.requests(trace).map(\.duration) == [1_848_190_000, 2_100_000_000])
        #expect(Self.requests(trace).map(\.arrival) == [0, 6_250_000_000])
    }

    @Test("Pilotlight's request log reads as it is written")
    func requestLog() throws {
        let entries = [
            RequestLogEntry(
                unixSeconds: 1_700_000_000.25,
                service: "default/iris",
                serviceMilliseconds: 12.5,
                isCold: true
            ),
            RequestLogEntry(unixSeconds: 1_700_000_001, service: "default/llm", status: 503, inputTokens: 7),
        ]
        let trace = try Self.read(entries.map { $0.json.jsonText() }.joined(separator: "\n"))
        #expect(trace.format == .requestLog)
        #expect(trace.services.map(\.name) == ["default/iris", "default/llm"])
        #expect(Self.requests(trace).map(\.start) == [.cold, .unknown])
        #expect(Self.requests(trace).map(\.status) == [200, 503])
        #expect(Self.requests(trace).map(\.duration) == [12_500_000, -1])
    }

    @Test("Prometheus: a counter's rise is calls, a reset begins anew, a gauge is a rate")
    func prometheus() throws {
        let trace = try Self.read(
            #"{"status":"success","data":{"resultType":"matrix","result":["#
                + #"{"metric":{"__name__":"x_requests_total","namespace":"a","service":"s"},"#
                + #""values":[[100,"5"],[160,"9"],[220,"2"],[280,"2"]]},"#
                + #"{"metric":{"__name__":"x_rate","service":"t"},"values":[[100,"0.5"],[160,"0"],[220,"NaN"]]}]}}"#
        )
        #expect(trace.format == .prometheus)
        #expect(trace.services.map(\.name) == ["a/s", "t"])
        guard case .counts(let counts) = trace.content else { return }
        #expect(counts.stepSeconds == 60)
        #expect(counts.steps[0] == [.init(step: 0, calls: 4), .init(step: 1, calls: 2)])
        #expect(counts.steps[1] == [.init(step: 0, calls: 30)])
        #expect(trace.problems.skippedRows == 1)
    }

    @Test("a bad row is left out, counted, and told with line, column and reason")
    func badRowsAreLocated() throws {
        let trace = try Self.read(
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,1,2\n2023-02-30 18:17:03,1,2\n"
                + "2023-11-16 18:17:04,x1,2\n2023-11-16 18:17:05,1\n\n\"2023-11-16 18:17:06,1,2\n"
        )
        #expect(trace.count == 1)
        #expect(trace.problems.skippedRows == 4)
        let told = trace.problems.first.map { $0.description.drop { $0 != ":" } }
        #expect(
            told == [
                ":3:1: TIMESTAMP: '2023-02-30 18:17:03' is no time",
                ":4:21: ContextTokens: 'x1' is no number of tokens", ":5: has 2 columns, but the header has 3",
                ":7: a quote is not closed or stands inside a field",
            ]
        )
    }

    @Test("only the first bad rows are kept, all are counted")
    func problemsAreBounded() throws {
        let rows = [String](repeating: "never,1,2", count: 5000).joined(separator: "\n")
        let trace = try Self.read("TIMESTAMP,ContextTokens,GeneratedTokens\n" + rows)
        #expect(trace.problems.skippedRows == 5000)
        #expect(trace.problems.first.count == TraceProblems.keptAtMost)
    }

    @Test("a file of no known format, a folder and a missing file are refused in words")
    func unreadableFiles() throws {
        #expect(throws: TraceError.self) { try Self.read("hello\nworld\n") }
        #expect(throws: TraceError.self) { try Self.read("") }
        let missing = #expect(throws: TraceError.self) { try TraceImporter().read("/nonexistent/trace.csv") }
        #expect(missing?.description.contains("cannot be opened") == true)
        let folder = #expect(throws: TraceError.self) { try TraceImporter().read("/") }
        #expect(folder?.description.contains("folder") == true)
    }

    @Test("calls by minute keep what is known of their functions beside them")
    func functionsWithProfiles() throws {
        try withFile(
            "HashOwner,HashApp,HashFunction,Trigger,480,481,482\no,a,f,http,0,2,1\no,a,g,timer,1,x,0\no,a,h,timer,3,0,0\n"
        ) { path in
            let trace = try TraceImporter().read(path)
            guard case .counts(let counts) = trace.content else { return }
            #expect(trace.services.map(\.name) == ["f", "h"])
            #expect(trace.services.map(\.trigger) == ["http", "timer"])
            #expect(
                counts.steps == [[.init(step: 1, calls: 2), .init(step: 2, calls: 1)], [.init(step: 0, calls: 3)]]
            )
            #expect(trace.problems.first.first?.field == "481")
        }
    }

    @Test("durations lie straight between recorded percentiles")
    func durationsBetweenPercentiles() {
        let service = TraceService(
            name: "f",
            durations: [.init(percent: 0, value: 1), .init(percent: 50, value: 11), .init(percent: 100, value: 12)]
        )
        #expect(service.duration(at: 0) == 1)
        #expect(service.duration(at: 0.25) == 6)
        #expect(service.duration(at: 1) == 12)
        #expect(TraceService(name: "g").duration(at: 0.5) == nil)
    }
}
