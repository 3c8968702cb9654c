import Hashing
import StructuredData

/// Reads traces of every format that is known.
public struct TraceImporter: Sendable {
    /// How much of the file was read, and how much there is.
    public typealias Progress = (_ bytesRead: Int64, _ totalBytes: Int64) -> Void

    /// Whether Mooncake's requests are spread over the three seconds of their stamp; off: all arrive at once.
    public var isGridSpread = true

    public init() {}

    /// What a file is, by its beginning.
    public static func detect(path: String) throws(TraceError) -> TraceFormat {
        let lines = try LineReader(path: path)
        var beginning: [UInt8] = []
        while beginning.count < 4096 {
            let next = try lines.next { beginning += $0.prefix(4096) + [0x0A] }
            guard next == .line else { break }
        }
        guard let format = TraceFormat.detect(beginning: beginning) else {
            let names = TraceFormat.allCases.filter { $0 != .synthetic }.map(\.rawValue).joined(separator: ", ")
            throw TraceError(path: path, detail: "is of no format that is known", hint: "known are \(names)")
        }
        return format
    }

    /// Reads a trace.
    ///
    /// - Parameter format: `nil`: the one its beginning says it is.
    public func read(
        _ path: String,
        format: TraceFormat? = nil,
        progress: Progress? = nil
    ) throws(TraceError) -> Trace {
        let known: TraceFormat
        if let format { known = format } else { known = try Self.detect(path: path) }
        let lines = try LineReader(path: path)
        let hash = HashBox()
        lines.onBytes = { [unowned lines] bytes in
            hash.value.update(bytes)
            progress?(lines.bytesRead, lines.totalBytes)
        }
        var trace = try self.trace(lines, path: path, format: known)
        trace.sha256 = hash.value.hexDigest()
        trace.name = String(path.split(separator: "/").last ?? "trace")
        return trace
    }

    private final class HashBox {
        var value = SHA256()
    }

    private func trace(_ lines: LineReader, path: String, format: TraceFormat) throws(TraceError) -> Trace {
        let file = String(path.split(separator: "/").last ?? "trace")
        switch format {
        case .azureLLM, .burstGPT, .azureFunctions2021, .awsLambda:
            guard let columns = RequestColumns(format) else { break }
            var reader = RequestTableReader(columns: columns, file: file)
            var found = try reader.read(lines)
            found.isUnixTime = format == .azureLLM || format == .awsLambda
            if found.services.isEmpty { found.services = [TraceService(name: format.rawValue)] }
            return found.trace(format)
        case .mooncake:
            var reader = MooncakeReader(file: file, isSpread: self.isGridSpread)
            return try reader.read(lines).trace(format)
        case .requestLog:
            var reader = RequestLogReader(file: file)
            return try reader.read(lines).trace(format)
        case .azureFunctions2019: return try self.functions(lines, path: path, file: file)
        case .prometheus: return try self.prometheus(lines, file: file)
        case .pilotlight: return try TraceFile.read(lines, file: file)
        case .synthetic: break
        }
        throw TraceError(path: path, detail: "'\(format.rawValue)' is no format of a file")
    }

    // MARK: Azure Functions 2019

    private func functions(_ lines: LineReader, path: String, file: String) throws(TraceError) -> Trace {
        var reader = FunctionCountsReader(file: file)
        try reader.read(lines)
        var services = reader.services
        var problems = reader.problems
        for (kind, names) in [
            (FunctionProfileReader.Kind.durations, ["durations", "_run", "function_durations"]),
            (.memory, ["memory", "_mem", "app_memory"]),
        ] {
            guard let companion = try Self.companion(of: path, names: names) else { continue }
            let name = String(companion.path.split(separator: "/").last ?? "")
            var profile = FunctionProfileReader(file: name, kind: kind)
            try profile.read(companion)
            problems.merge(profile.problems)
            for index in services.indices {
                let keys = [services[index].name, services[index].application]
                if let durations = keys.lazy.compactMap({ profile.durations[$0] }).first {
                    services[index].durations = durations
                }
                if let memory = keys.lazy.compactMap({ profile.memoryMB[$0] }).first {
                    services[index].memoryMB = memory
                }
            }
        }
        let counts = TraceCounts(stepSeconds: 60, stepCount: reader.stepCount, steps: reader.steps)
        return Trace(
            name: file,
            format: .azureFunctions2019,
            services: services,
            content: .counts(counts),
            durationSeconds: 60 * Double(reader.stepCount),
            problems: problems
        )
    }

    /// The file that lies beside the calls, `durations.csv` beside `invocations.csv`, `1000_run.csv` beside `1000_inv.csv`.
    private static func companion(of path: String, names: [String]) throws(TraceError) -> LineReader? {
        for name in names {
            for (calls, suffix) in [("invocations", ""), ("_inv", ""), ("invocations_per_function_md", "_percentiles")]
            {
                guard let range = path.lastRange(of: calls) else { continue }
                var other = path
                other.replaceSubrange(range, with: name + suffix)
                if let reader = try? LineReader(path: other) { return reader }
            }
        }
        return nil
    }

    // MARK: Prometheus

    private func prometheus(_ lines: LineReader, file: String) throws(TraceError) -> Trace {
        // An answer is one JSON value; Prometheus refuses to give more than 11,000 points a series.
        let largest: Int64 = 1 << 28
        guard lines.totalBytes <= largest else {
            throw TraceError(path: file, detail: "has \(lines.totalBytes) bytes, more than \(largest)")
        }
        var text: [UInt8] = []
        while true {
            let next = try lines.next { bytes in
                text += bytes
                text.append(0x0A)
            }
            guard next != .tooLong else { throw TraceError(path: file, detail: "has a line that is too long") }
            guard next != .end else { break }
        }
        let json: JSONValue
        do {
            json = try JSONParser.parse(text)
        } catch {
            throw TraceError(path: file, detail: error.description)
        }
        var reader = PrometheusReader(file: file)
        let found = try reader.read(json)
        return Trace(
            name: file,
            format: .prometheus,
            services: found.services,
            content: .counts(found.counts),
            durationSeconds: found.counts.stepSeconds * Double(found.counts.stepCount),
            startUnixSeconds: found.startUnixSeconds,
            problems: found.problems
        )
    }
}

extension RequestCollection {
    /// In order of arrival, counted from the first one.
    func trace(_ format: TraceFormat) -> Trace {
        var requests = self.requests
        var problems = self.problems
        var unordered = 0
        for index in requests.indices.dropFirst() where requests[index].arrival < requests[index - 1].arrival {
            unordered += 1
        }
        if unordered > 0 {
            problems.note("out of order, sorted by arrival", rows: unordered)
            // By position as well, because the order of equal times must not depend on the sort.
            let order = requests.indices.sorted { (requests[$0].arrival, $0) < (requests[$1].arrival, $1) }
            requests = order.map { requests[$0] }
        }
        let first = requests.first?.arrival ?? 0
        for index in requests.indices { requests[index].arrival -= first }
        return Trace(
            name: "",
            format: format,
            services: self.services,
            content: .requests(requests),
            durationSeconds: Double(requests.last?.arrival ?? 0) / 1e9,
            startUnixSeconds: self.isUnixTime && !requests.isEmpty ? Double(first) / 1e9 : nil,
            problems: problems
        )
    }
}

extension String {
    fileprivate func lastRange(of text: String) -> Range<String.Index>? {
        var found: Range<String.Index>?
        var start = self.startIndex
        while let range = self[start...].firstRange(of: text) {
            found = range
            start = range.upperBound
        }
        return found
    }
}
