/// The formats in which traces come.
public enum TraceFormat: String, Sendable, Hashable, CaseIterable {
    /// Azure LLM inference 2023 and 2024, and the multimodal one of 2025: a time and two numbers of tokens.
    case azureLLM = "azure-llm"
    /// BurstGPT: seconds, model, tokens.
    case burstGPT = "burst-gpt"
    /// Mooncake: JSON lines with blocks of the prompt.
    case mooncake
    /// Azure Functions 2019: calls by minute, a row a function, with durations and memory in files beside it.
    case azureFunctions2019 = "azure-functions-2019"
    /// Azure Functions 2021: every call with its end and duration.
    case azureFunctions2021 = "azure-functions-2021"
    /// Runs against AWS Lambda (Mahmoudi and Khazaei).
    case awsLambda = "aws-lambda"
    /// The requests a Pilotlight served, as JSON lines.
    case requestLog = "request-log"
    /// The answer of a Prometheus range query.
    case prometheus
    /// Pilotlight's own, compact.
    case pilotlight
    /// Made up from a process.
    case synthetic

    public var meaning: String {
        switch self {
        case .azureLLM: "Azure LLM inference 2023, 2024 and 2025 (CSV)"
        case .burstGPT: "BurstGPT (CSV)"
        case .mooncake: "Mooncake (JSON lines)"
        case .azureFunctions2019: "Azure Functions 2019 and In-Vitro samples of it, calls by minute (CSV)"
        case .azureFunctions2021: "Azure Functions 2021, single calls (CSV)"
        case .awsLambda: "runs against AWS Lambda (CSV)"
        case .requestLog: "Pilotlight's request log (JSON lines)"
        case .prometheus: "Prometheus range query (JSON)"
        case .pilotlight: "Pilotlight's compact trace"
        case .synthetic: "made up from a process"
        }
    }

    /// What a file's beginning says it is; `nil` when it says nothing that is known.
    public static func detect(beginning: some Collection<UInt8>) -> TraceFormat? {
        let text = String(decoding: beginning.prefix(4096), as: UTF8.self)
        let line =
            text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: true).first.map(String.init) ?? ""
        if line.hasPrefix("pilotlight-trace ") { return .pilotlight }
        if line.hasPrefix("{") {
            if line.contains("\"input_length\"") { return .mooncake }
            if text.contains("\"resultType\"") { return .prometheus }
            if line.contains("\"service\""), line.contains("\"time\"") { return .requestLog }
            return nil
        }
        let columns = Set(line.split { $0 == "," || $0 == "\r" }.map { $0.trimmingSpaces.lowercased() })
        if columns.isSuperset(of: ["timestamp", "contexttokens", "generatedtokens"]) { return .azureLLM }
        if columns.isSuperset(of: ["timestamp", "model", "request tokens", "response tokens"]) { return .burstGPT }
        if columns.isSuperset(of: ["app", "func", "end_timestamp", "duration"]) { return .azureFunctions2021 }
        if columns.isSuperset(of: ["is_cold", "client_start_time"]) { return .awsLambda }
        if columns.contains("hashfunction"), !columns.contains("average"), !columns.contains("averageallocatedmb") {
            return .azureFunctions2019
        }
        return nil
    }
}

extension Substring {
    /// Without spaces at either end.
    var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " || text.last == "\r" { text = text.dropLast() }
        return text
    }
}
