import Glibc
import StructuredData

/// Pilotlight's own trace: a line that names the format, a line of JSON, then the records in as few bytes as they need.
///
/// `docs/traces.md` has the layout. A request of the Azure LLM trace takes about nine bytes instead of thirty-eight.
public enum TraceFile {
    static let magic = "pilotlight-trace 1"

    // MARK: Writing

    /// The bytes of a trace.
    public static func bytes(of trace: Trace) -> [UInt8] {
        var bytes = Array("\(Self.magic)\n\(Self.header(of: trace).jsonText())\n".utf8)
        var writer = VariableLengthWriter()
        switch trace.content {
        case .requests(let requests):
            var last: Int64 = 0
            for request in requests {
                writer.append(UInt64(max(0, request.arrival - last)))
                last = max(last, request.arrival)
                writer.append(UInt64(UInt32(bitPattern: request.service)))
                writer.append(UInt64(request.duration + 1))
                writer.append(UInt64(request.inputTokens + 1))
                writer.append(UInt64(request.outputTokens + 1))
                writer.append(UInt64(request.sharedTokens + 1))
                writer.append(UInt64(request.status) << 2 | UInt64(request.start.rawValue))
            }
        case .counts(let counts):
            for steps in counts.steps {
                writer.append(UInt64(steps.count))
                var last: Int32 = 0
                for step in steps {
                    writer.append(UInt64(step.step - last))
                    writer.append(UInt64(step.calls))
                    last = step.step
                }
            }
        }
        bytes += writer.bytes
        return bytes
    }

    /// Writes a trace, whole or not at all: beside the place first, then into it.
    public static func write(_ trace: Trace, to path: String) throws(TraceError) {
        let bytes = Self.bytes(of: trace)
        let unfinished = path + ".unfinished"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw TraceError(path: unfinished, detail: "cannot be written: \(String(cString: strerror(errno)))")
        }
        var written = 0
        let isWritten = bytes.withUnsafeBytes { buffer -> Bool in
            while written < buffer.count {
                guard let base = buffer.baseAddress else { return true }
                let count = Glibc.write(descriptor, base + written, buffer.count - written)
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
        guard close(descriptor) == 0, isWritten, rename(unfinished, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(unfinished)
            throw TraceError(path: path, detail: "cannot be written: \(reason)")
        }
    }

    private static func header(of trace: Trace) -> JSONValue {
        var header: JSONValue = ["name": .string(trace.name), "format": .string(trace.format.rawValue)]
        header["durationSeconds"] = .double(trace.durationSeconds)
        if let start = trace.startUnixSeconds { header["startUnixSeconds"] = .double(start) }
        if !trace.sha256.isEmpty { header["origin"] = ["sha256": .string(trace.sha256)] }
        switch trace.content {
        case .requests(let requests): header["requests"] = JSONValue(requests.count)
        case .counts(let counts):
            header["stepSeconds"] = .double(counts.stepSeconds)
            header["steps"] = JSONValue(counts.stepCount)
        }
        header["services"] = .array(trace.services.map(\.json))
        return header
    }

    // MARK: Reading

    static func read(_ lines: LineReader, file: String) throws(TraceError) -> Trace {
        var header: JSONValue?
        var failure: String?
        guard
            try lines.next({ if ByteText($0).string != Self.magic { failure = "is no trace of version 1" } }) == .line,
            failure == nil,
            try lines.next({ bytes in
                do { header = try JSONParser.parse(bytes) } catch { failure = "its second line is no JSON: \(error)" }
            }) == .line, let header
        else { throw TraceError(path: file, detail: failure ?? "ends before its records") }
        var reader = VariableLengthReader(bytes: try lines.rest())
        let services = (header["services"]?.arrayValue ?? []).map(TraceService.init(json:))
        let content = try Self.content(header, services: services.count, &reader, file: file)
        guard reader.isAtEnd else { throw TraceError(path: file, detail: "has bytes behind its last record") }
        let format = header["format"]?.stringValue.flatMap(TraceFormat.init(rawValue:)) ?? .pilotlight
        return Trace(
            name: header["name"]?.stringValue ?? file,
            format: format,
            services: services,
            content: content,
            durationSeconds: max(0, header["durationSeconds"]?.doubleValue ?? 0),
            startUnixSeconds: header["startUnixSeconds"]?.doubleValue
        )
    }

    private static func content(
        _ header: JSONValue,
        services: Int,
        _ reader: inout VariableLengthReader,
        file: String
    ) throws(TraceError) -> Trace.Content {
        if let count = header["requests"]?.intValue, count >= 0 {
            var requests: [TraceRequest] = []
            requests.reserveCapacity(min(count, reader.remaining / 7))
            var arrival: Int64 = 0
            for number in 0..<count {
                guard let request = Self.request(&reader, services: services, arrival: &arrival) else {
                    throw TraceError(path: file, detail: "ends or is damaged at request \(number + 1) of \(count)")
                }
                requests.append(request)
            }
            return .requests(requests)
        }
        guard let seconds = header["stepSeconds"]?.doubleValue, seconds > 0, let stepCount = header["steps"]?.intValue,
            (0...Int(Int32.max)).contains(stepCount)
        else { throw TraceError(path: file, detail: "says neither how many requests nor how many steps it has") }
        var steps: [[TraceCounts.Step]] = []
        for service in 0..<services {
            guard let found = Self.steps(&reader, stepCount: stepCount) else {
                throw TraceError(path: file, detail: "ends or is damaged at service \(service + 1) of \(services)")
            }
            steps.append(found)
        }
        return .counts(TraceCounts(stepSeconds: seconds, stepCount: stepCount, steps: steps))
    }

    private static func request(
        _ reader: inout VariableLengthReader,
        services: Int,
        arrival: inout Int64
    ) -> TraceRequest? {
        guard let gap = reader.next(below: 1 << 62), let service = reader.next(below: UInt64(services)),
            let duration = reader.next(below: 1 << 62), let input = reader.next(below: 1 << 31),
            let output = reader.next(below: 1 << 31), let shared = reader.next(below: 1 << 31),
            let status = reader.next(below: 1 << 18), let start = TraceRequest.Start(rawValue: UInt8(status & 3))
        else { return nil }
        let (sum, overflow) = arrival.addingReportingOverflow(Int64(gap))
        guard !overflow else { return nil }
        arrival = sum
        return TraceRequest(
            arrival: arrival,
            service: Int32(service),
            duration: Int64(duration) - 1,
            inputTokens: Int32(input) - 1,
            outputTokens: Int32(output) - 1,
            sharedTokens: Int32(shared) - 1,
            status: UInt16(status >> 2),
            start: start
        )
    }

    private static func steps(_ reader: inout VariableLengthReader, stepCount: Int) -> [TraceCounts.Step]? {
        guard let count = reader.next(below: UInt64(stepCount) + 1) else { return nil }
        var steps: [TraceCounts.Step] = []
        var step: UInt64 = 0
        for _ in 0..<count {
            guard let gap = reader.next(below: 1 << 31), let calls = reader.next(below: 1 << 31) else { return nil }
            step += gap
            guard step < UInt64(stepCount) else { return nil }
            steps.append(TraceCounts.Step(step: Int32(step), calls: Int32(calls)))
        }
        return steps
    }
}
