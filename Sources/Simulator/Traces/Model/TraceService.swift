import StructuredData

/// A service, function or model that the requests of a trace are for.
public struct TraceService: Sendable, Equatable {
    public var name: String
    /// The application it belongs to; empty when not known.
    public var application: String
    /// What calls it, as `http` or `timer`; empty when not known.
    public var trigger: String
    /// Percentiles of how long it runs, in milliseconds; empty when not known.
    public var durations: [Percentile]
    /// Memory that it takes, in MiB; `nil` when not known.
    public var memoryMB: Double?

    /// A point of a distribution that was recorded as percentiles.
    public struct Percentile: Sendable, Equatable {
        /// From 0 to 100.
        public let percent: Double
        public let value: Double

        public init(percent: Double, value: Double) {
            self.percent = percent
            self.value = value
        }
    }

    public init(
        name: String,
        application: String = "",
        trigger: String = "",
        durations: [Percentile] = [],
        memoryMB: Double? = nil
    ) {
        self.name = name
        self.application = application
        self.trigger = trigger
        self.durations = durations
        self.memoryMB = memoryMB
    }

    /// The duration at a share of all calls, in milliseconds, straight between recorded percentiles.
    ///
    /// - Parameter share: From 0 to 1.
    /// - Returns: `nil` when no durations are known.
    public func duration(at share: Double) -> Double? {
        guard let first = self.durations.first, let last = self.durations.last else { return nil }
        let percent = min(max(0, share), 1) * 100
        if percent <= first.percent { return first.value }
        for (low, high) in zip(self.durations, self.durations.dropFirst()) where percent <= high.percent {
            guard high.percent > low.percent else { return high.value }
            return low.value + (high.value - low.value) * (percent - low.percent) / (high.percent - low.percent)
        }
        return last.value
    }
}

extension TraceService {
    var json: JSONValue {
        var json: JSONValue = ["name": .string(self.name)]
        if !self.application.isEmpty { json["application"] = .string(self.application) }
        if !self.trigger.isEmpty { json["trigger"] = .string(self.trigger) }
        if let memoryMB { json["memoryMB"] = .double(memoryMB) }
        if !self.durations.isEmpty {
            json["durations"] = .array(self.durations.map { .array([.double($0.percent), .double($0.value)]) })
        }
        return json
    }

    /// What is missing or makes no sense is not known.
    init(json: JSONValue) {
        self.init(
            name: json["name"]?.stringValue ?? "",
            application: json["application"]?.stringValue ?? "",
            trigger: json["trigger"]?.stringValue ?? "",
            durations: (json["durations"]?.arrayValue ?? []).compactMap { pair in
                guard let percent = pair[0]?.doubleValue, let value = pair[1]?.doubleValue else { return nil }
                return Percentile(percent: percent, value: value)
            },
            memoryMB: json["memoryMB"]?.doubleValue
        )
    }
}
