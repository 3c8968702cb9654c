/// The text exposition format of Prometheus, version 0.0.4.
public enum PrometheusText {
    /// What an HTTP answer that carries an exposition declares.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families in the given order, each with its help and type once.
    public static func exposition(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += "# HELP \(family.name) \(Self.escapedHelp(family.help))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples { Self.append(sample, of: family.name, to: &text) }
        }
        return text
    }

    /// One family a name, families by name and samples by labels.
    ///
    /// The first report of a name settles its kind and help, and the first of two samples with equal labels stands:
    /// Prometheus refuses a whole scrape for one duplicate, and half a report is better than none.
    static func merged(_ families: [MetricFamily]) -> [MetricFamily] {
        var byName: [String: MetricFamily] = [:]
        for family in families {
            guard let first = byName[family.name] else {
                byName[family.name] = family
                continue
            }
            guard first.kind == family.kind else { continue }
            byName[family.name]?.samples += family.samples
        }
        return byName.values.sorted { $0.name < $1.name }.map { family in
            var seen: Set<[String: String]> = []
            let samples = family.samples.filter { $0.fits(family.kind) && seen.insert($0.labels).inserted }
                .map { (key: Self.labelText($0.labels), sample: $0) }
                .sorted { $0.key < $1.key }
                .map(\.sample)
            return MetricFamily(name: family.name, help: family.help, kind: family.kind, samples: samples)
        }
    }

    private static func append(_ sample: MetricSample, of name: String, to text: inout String) {
        let labels = Self.labelText(sample.labels)
        switch sample.value {
        case .number(let value):
            text += labels.isEmpty ? "\(name) \(Self.number(value))\n" : "\(name){\(labels)} \(Self.number(value))\n"
        case .histogram(let histogram):
            Self.append(histogram, labels: labels, of: name, to: &text)
        }
    }

    private static func append(_ histogram: HistogramData, labels: String, of name: String, to text: inout String) {
        let prefix = labels.isEmpty ? "" : labels + ","
        var cumulative: UInt64 = 0
        for (bound, count) in zip(histogram.buckets.bounds, histogram.counts) {
            cumulative += count
            text += "\(name)_bucket{\(prefix)le=\"\(Self.number(bound))\"} \(cumulative)\n"
        }
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(histogram.count)\n"
        text += "\(name)_sum\(braced) \(Self.number(histogram.sum))\n"
        text += "\(name)_count\(braced) \(histogram.count)\n"
    }

    /// `a="1",b="2"`, names in order, so that two expositions of one state are equal.
    private static func labelText(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escapedLabel($0.value))\"" }.joined(separator: ",")
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
        return "\(value)"
    }

    private static func escapedHelp(_ text: String) -> String { Self.escaped(text, quotes: false) }
    private static func escapedLabel(_ text: String) -> String { Self.escaped(text, quotes: true) }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        // Compared as scalars: as characters, a carriage return would hide the line feed behind it.
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped.append(contentsOf: #"\\"#.unicodeScalars)
            case "\n": escaped.append(contentsOf: #"\n"#.unicodeScalars)
            case "\"" where quotes: escaped.append(contentsOf: #"\""#.unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}

extension MetricSample {
    fileprivate func fits(_ kind: MetricFamily.Kind) -> Bool {
        switch self.value {
        case .number: kind != .histogram
        case .histogram: kind == .histogram
        }
    }
}
