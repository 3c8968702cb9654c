import Simulator
import Testing

/// Reads every trace that the project was given and compares with what is known of it.
@Suite("the shared traces", .enabled(if: SharedTraces.areThere, "needs the shared traces"))
struct SharedTraceTests {
    private struct Known: Sendable {
        let path: String
        let format: TraceFormat
        let count: Int
        let seconds: Double
        let sha256: String
    }

    private static let known = [
        Known(
            path: "azure-llm-2023/AzureLLMInferenceTrace_conv.csv",
            format: .azureLLM,
            count: 19_366,
            seconds: 3501.72,
            sha256: "2f1e5b666d4e3055fdbba98598ce2ec307767b9064e03e2fa46676dbcc7d0bf8"
        ),
        Known(
            path: "azure-llm-2023/AzureLLMInferenceTrace_code.csv",
            format: .azureLLM,
            count: 8819,
            seconds: 3435.95,
            sha256: "54e9a6d2a4bd06ba1e060304b900abbc74cbea53de96506e60fe5bb4f2277fb6"
        ),
        Known(
            path: "mooncake-fast25/conversation_trace.jsonl",
            format: .mooncake,
            count: 12_031,
            seconds: 3540,
            sha256: "b8cbb061a85206d729d91cdc2981f43c9e0d99209dce588d3af5f7934408b9df"
        ),
        Known(
            path: "azure-functions-2019-500f-8h/invocations.csv",
            format: .azureFunctions2019,
            count: 3_037_902,
            seconds: 28_800,
            sha256: "a0ca953d1b50cc1f0e813c656e0c3d65b7369757804b571e2767e1ab76b05536"
        ),
        Known(
            path: "azure-functions-2019-1000f-24h/1000_inv.csv",
            format: .azureFunctions2019,
            count: 15_763_373,
            seconds: 86_400,
            sha256: "5c2a7f14a759ba2c2160f44ed3526c3305630729168068d49e1999945a5aa774"
        ),
        Known(
            path: "aws-lambda-live-2020/res-01-2020-05-28_01-57-40.csv",
            format: .awsLambda,
            count: 186,
            seconds: 100_000,
            sha256: "1d40cd85b61f33373dd818e73cb79f3d8ffa14b15c73a38818dc2e2f6254e9ee"
        ),
    ]

    @Test("every row of every format is read", arguments: known)
    private func readsEveryRow(known: Known) throws {
        guard let path = SharedTraces.path(known.path) else { return }
        let trace = try TraceImporter().read(path)
        #expect(trace.format == known.format)
        #expect(trace.count == known.count)
        #expect(abs(trace.durationSeconds - known.seconds) < 0.02 * known.seconds)
        #expect(trace.problems.skippedRows == 0)
        #expect(trace.sha256 == known.sha256)
    }

    @Test("functions have their durations and their memory")
    func profiles() throws {
        guard let path = SharedTraces.path("azure-functions-2019-500f-8h/invocations.csv") else { return }
        let trace = try TraceImporter().read(path)
        #expect(trace.services.count == 500)
        #expect(trace.services.count { $0.trigger == "timer" } == 247)
        #expect(trace.services.allSatisfy { !$0.durations.isEmpty && $0.memoryMB != nil })
    }
}
