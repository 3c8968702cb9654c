public import StructuredData

/// One line of the request log, `{"time":1700000000.25,"service":"default/iris","status":200,...}`.
public struct RequestLogEntry: Sendable, Equatable {
    /// When the request arrived, in seconds since 1970.
    public var unixSeconds: Double
    /// Namespace and name, `default/iris`.
    public var service: String
    /// HTTP status of the answer; 0 when there was none.
    public var status: Int
    /// From the arrival to the end of the answer.
    public var totalMilliseconds: Double?
    /// The part of it before a replica had the request.
    public var waitMilliseconds: Double?
    /// The part of it that a replica took.
    public var serviceMilliseconds: Double?
    /// Whether the request waited for a replica to start.
    public var isCold: Bool?
    public var inputTokens: Int?
    public var outputTokens: Int?

    public init(
        unixSeconds: Double,
        service: String,
        status: Int = 200,
        totalMilliseconds: Double? = nil,
        waitMilliseconds: Double? = nil,
        serviceMilliseconds: Double? = nil,
        isCold: Bool? = nil,
        inputTokens: Int? = nil,
        outputTokens: Int? = nil
    ) {
        self.unixSeconds = unixSeconds
        self.service = service
        self.status = status
        self.totalMilliseconds = totalMilliseconds
        self.waitMilliseconds = waitMilliseconds
        self.serviceMilliseconds = serviceMilliseconds
        self.isCold = isCold
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }

    public init(json: JSONValue) throws(Problem) {
        func number(_ key: String, in range: ClosedRange<Double>) throws(Problem) -> Double? {
            guard let value = json[key], value != .null else { return nil }
            guard let number = value.doubleValue, range.contains(number) else {
                throw Problem(path: key, message: "is no number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        guard json.objectValue != nil else { throw Problem(path: "", message: "is no object") }
        guard let time = try number("time", in: 0...7e9) else { throw Problem(path: "time", message: "is required") }
        guard let service = json["service"]?.stringValue, !service.isEmpty else {
            throw Problem(path: "service", message: "is required, a name in quotes")
        }
        self.unixSeconds = time
        self.service = service
        self.status = Int(try number("status", in: 0...999) ?? 0)
        self.totalMilliseconds = try number("totalMs", in: 0...1e12)
        self.waitMilliseconds = try number("waitMs", in: 0...1e12)
        self.serviceMilliseconds = try number("serviceMs", in: 0...1e12)
        self.inputTokens = try number("inputTokens", in: 0...1e9).map { Int($0) }
        self.outputTokens = try number("outputTokens", in: 0...1e9).map { Int($0) }
        if let cold = json["cold"], cold != .null {
            guard let isCold = cold.boolValue else { throw Problem(path: "cold", message: "is neither true nor false") }
            self.isCold = isCold
        }
    }

    /// The line, without its end.
    public var json: JSONValue {
        var json: JSONValue = ["time": .double(self.unixSeconds), "service": .string(self.service)]
        json["status"] = JSONValue(self.status)
        if let totalMilliseconds { json["totalMs"] = .double(totalMilliseconds) }
        if let waitMilliseconds { json["waitMs"] = .double(waitMilliseconds) }
        if let serviceMilliseconds { json["serviceMs"] = .double(serviceMilliseconds) }
        if let isCold { json["cold"] = .bool(isCold) }
        if let inputTokens { json["inputTokens"] = JSONValue(inputTokens) }
        if let outputTokens { json["outputTokens"] = JSONValue(outputTokens) }
        return json
    }
}
