/// Everything that is reported under one metric name.
public struct MetricFamily: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// `pilotlight_<component>_<noun>[_<unit>][_total]`, in a Prometheus base unit.
    public let name: String
    /// One sentence for whoever reads the exposition.
    public let help: String
    public let kind: Kind
    public var samples: [MetricSample]

    /// - Parameter name: Letters, digits, `_` and `:`, not beginning with a digit; anything else traps.
    public init(name: String, help: String, kind: Kind, samples: [MetricSample]) {
        precondition(MetricName.isValid(name), "not a metric name: '\(name)'")
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }

    /// A counter without labels.
    public static func counter(_ name: String, help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .counter, samples: [MetricSample(value)])
    }

    public static func counter(_ name: String, help: String, samples: [MetricSample]) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .counter, samples: samples)
    }

    /// A gauge without labels.
    public static func gauge(_ name: String, help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .gauge, samples: [MetricSample(value)])
    }

    public static func gauge(_ name: String, help: String, samples: [MetricSample]) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .gauge, samples: samples)
    }

    public static func histogram(_ name: String, help: String, samples: [MetricSample]) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .histogram, samples: samples)
    }
}

/// One line, or for a histogram one set of lines, of a family.
public struct MetricSample: Sendable, Equatable {
    public enum Value: Sendable, Equatable {
        case number(Double)
        case histogram(HistogramData)
    }

    /// Bounded in number: never the name of a request, a replica, or the text of an error.
    public let labels: [String: String]
    public let value: Value

    public init(labels: [String: String] = [:], value: Value) {
        for name in labels.keys {
            precondition(MetricName.isValidLabel(name), "not a label name: '\(name)'")
        }
        self.labels = labels
        self.value = value
    }

    public init(_ value: Double, labels: [String: String] = [:]) {
        self.init(labels: labels, value: .number(value))
    }

    public init(_ value: Int, labels: [String: String] = [:]) {
        self.init(labels: labels, value: .number(Double(value)))
    }

    public init(_ histogram: HistogramData, labels: [String: String] = [:]) {
        self.init(labels: labels, value: .histogram(histogram))
    }
}

/// What Prometheus allows as a name.
enum MetricName {
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, !Self.isDigit(first) else { return false }
        return name.utf8.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: ":") }
    }

    /// `le` is the histogram's own, and names with two leading underscores are Prometheus's.
    static func isValidLabel(_ name: String) -> Bool {
        guard let first = name.utf8.first, !Self.isDigit(first), name != "le", !name.hasPrefix("__") else {
            return false
        }
        return name.utf8.allSatisfy { Self.isLetter($0) || Self.isDigit($0) }
    }

    /// The name with every byte that is not allowed turned into `_`, for names that come from libraries.
    static func sanitized(_ name: String) -> String {
        var bytes = name.utf8.map { Self.isLetter($0) || Self.isDigit($0) ? $0 : UInt8(ascii: "_") }
        if bytes.first.map(Self.isDigit) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The label name with everything that is not allowed replaced.
    static func sanitizedLabel(_ name: String) -> String {
        let sanitized = Self.sanitized(name)
        return Self.isValidLabel(sanitized) ? sanitized : "label_" + sanitized
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
