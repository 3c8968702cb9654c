public import Autoscaler
public import StructuredData

/// Reads one trigger's parameters, typed, and collects everything that is wrong with them.
///
/// A parameter that is empty counts as absent, as in KEDA. Reading never stops: a wrong parameter is reported and reads
/// as its default, so that one pass finds every mistake.
public final class MetadataReader {
    /// Where a parameter may come from; looked at in this order.
    public struct Origins: OptionSet, Sendable {
        public let rawValue: Int

        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// What the trigger's `authenticationRef` brings.
        public static let credentials = Origins(rawValue: 1)
        /// The trigger's `metadata`.
        public static let metadata = Origins(rawValue: 2)
        /// The variable of the target's container that `metadata.<key>FromEnv` names.
        public static let environment = Origins(rawValue: 4)

        public static let anywhere: Origins = [.credentials, .metadata, .environment]
        /// What must not stand in a manifest in the open.
        public static let secret: Origins = [.credentials, .environment]
    }

    public let declaration: TriggerDeclaration
    public private(set) var problems: [Problem] = []
    private var known: Set<String> = []

    init(_ declaration: TriggerDeclaration) {
        self.declaration = declaration
    }

    /// The trigger's own path, `spec.triggers[0]`.
    var path: String { "spec.triggers[\(self.declaration.index)]" }

    // MARK: Text

    /// The parameter as it was written; `nil` when it is absent or empty.
    public func text(_ key: String, from origins: Origins = .metadata) -> String? {
        self.find(key, origins)?.value
    }

    /// Reads as empty when it is missing, which is reported.
    public func requiredText(_ key: String, from origins: Origins = .metadata) -> String {
        if let text = self.text(key, from: origins) { return text }
        // A variable that is not there was reported already.
        if !self.isFromEnvironment(key, origins) { self.report("is required" + Self.places(key, origins), at: key) }
        return ""
    }

    /// Parts between commas, without the space around them; empty when absent.
    public func list(_ key: String, from origins: Origins = .metadata) -> [String] {
        (self.text(key, from: origins) ?? "").split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
    }

    /// One of the names of `Choice`.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        from origins: Origins = .metadata,
        default standard: Choice
    ) -> Choice {
        guard let (text, path) = self.find(key, origins) else { return standard }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        self.add("is '\(text)', but must be one of \(list)" + NearestName.hint(for: text, among: names), path)
        return standard
    }

    // MARK: Numbers

    public func integer(
        _ key: String,
        from origins: Origins = .metadata,
        in range: ClosedRange<Int> = .min ... .max,
        default standard: Int
    ) -> Int {
        self.optionalInteger(key, from: origins, in: range) ?? standard
    }

    /// `nil` when it is absent, or wrong, which is reported.
    public func optionalInteger(
        _ key: String,
        from origins: Origins = .metadata,
        in range: ClosedRange<Int> = .min ... .max
    ) -> Int? {
        guard let (text, path) = self.find(key, origins) else { return nil }
        guard let number = Int(text.trimmed) else {
            self.add("is '\(text)', but must be a whole number", path)
            return nil
        }
        guard range.contains(number) else {
            self.add("is \(number), but must be \(Self.words(range))", path)
            return nil
        }
        return number
    }

    public func number(
        _ key: String,
        from origins: Origins = .metadata,
        in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
        default standard: Double
    ) -> Double {
        self.optionalNumber(key, from: origins, in: range) ?? standard
    }

    /// `nil` when it is absent, or wrong, which is reported.
    public func optionalNumber(
        _ key: String,
        from origins: Origins = .metadata,
        in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    ) -> Double? {
        guard let (text, path) = self.find(key, origins) else { return nil }
        guard let number = Double(text.trimmed), number.isFinite else {
            self.add("is '\(text)', but must be a number", path)
            return nil
        }
        guard range.contains(number) else {
            self.add("is \(text), but must be at least \(NumberWords.text(range.lowerBound))", path)
            return nil
        }
        return number
    }

    /// What a metric aims at: above zero.
    public func target(_ key: String, from origins: Origins = .metadata, default standard: Double?) -> Double {
        guard let (text, path) = self.find(key, origins) else {
            if standard == nil { self.report("is required" + Self.places(key, origins), at: key) }
            return standard ?? 1
        }
        guard let number = Double(text.trimmed), number.isFinite, number > 0 else {
            self.add("is '\(text)', but must be a number above 0", path)
            return standard ?? 1
        }
        return number
    }

    public func flag(_ key: String, from origins: Origins = .metadata, default standard: Bool = false) -> Bool {
        guard let (text, path) = self.find(key, origins) else { return standard }
        switch text.trimmed {
        case "true", "True", "TRUE", "t", "T", "1": return true
        case "false", "False", "FALSE", "f", "F", "0": return false
        default:
            self.add("is '\(text)', but must be 'true' or 'false'", path)
            return standard
        }
    }

    /// A length of time as `1500` (milliseconds) or `1m30s`, from a millisecond to an hour.
    public func timeout(_ key: String = "timeout", default standard: Duration) -> Duration {
        guard let (text, path) = self.find(key, .metadata) else { return standard }
        let duration = Int(text.trimmed).map { Duration.milliseconds($0) } ?? DurationText.parse(text.trimmed)
        guard let duration, duration >= .milliseconds(1), duration <= .seconds(3600) else {
            self.add("is '\(text)', but must be milliseconds or a length such as 3s, at most an hour", path)
            return standard
        }
        return duration
    }

    // MARK: What is wrong

    /// Reports a problem with a parameter.
    public func report(_ message: String, at key: String) {
        let origin = self.found[key] ?? "\(self.path).metadata.\(key)"
        self.add(message, origin)
    }

    /// Reports a problem with a field of the trigger itself: `metricType`.
    public func report(_ message: String, atField field: String) {
        self.add(message, "\(self.path).\(field)")
    }

    /// Parameters that are right although nothing here uses them.
    public func pass(_ keys: String...) {
        self.known.formUnion(keys)
    }

    /// A parameter that KEDA has and this program has not: present, it is a problem, and not silently another meaning.
    public func refuse(_ key: String, from origins: Origins = .anywhere, because reason: String) {
        guard let (_, path) = self.find(key, origins) else { return }
        self.add("is not supported: \(reason)", path)
    }

    /// Reports parameters that nobody asked for and that look like a slip of one that was asked for.
    ///
    /// Others pass, as they do in KEDA: manifests carry fields of older versions.
    func reportSlips() {
        for key in self.declaration.metadata.keys.sorted() where !self.known.contains(key) {
            guard let meant = NearestName.of(key, among: self.known.sorted()) else { continue }
            self.add("unknown field; did you mean '\(meant)'?", "\(self.path).metadata.\(key)")
        }
    }

    // MARK: Plumbing

    /// Where parameters were found, for problems that are seen later.
    private var found: [String: String] = [:]

    private func find(_ key: String, _ origins: Origins) -> (value: String, path: String)? {
        if origins.contains(.metadata) { self.known.insert(key) }
        if origins.contains(.environment) { self.known.insert("\(key)FromEnv") }
        let value = self.look(key, origins)
        if let value { self.found[key] = value.path }
        return value
    }

    private func look(_ key: String, _ origins: Origins) -> (value: String, path: String)? {
        if origins.contains(.credentials), let value = self.declaration.credentials[key], !value.isEmpty {
            return (value, "\(self.path).authenticationRef: \(key)")
        }
        if origins.contains(.metadata), let value = self.declaration.metadata[key], !value.isEmpty {
            return (value, "\(self.path).metadata.\(key)")
        }
        guard self.isFromEnvironment(key, origins), let variable = self.declaration.metadata["\(key)FromEnv"] else {
            return nil
        }
        let path = "\(self.path).metadata.\(key)FromEnv"
        if let value = self.declaration.environment[variable], !value.isEmpty { return (value, path) }
        self.add("the target's container has no environment variable '\(variable)'", path)
        return nil
    }

    private func isFromEnvironment(_ key: String, _ origins: Origins) -> Bool {
        origins.contains(.environment) && !(self.declaration.metadata["\(key)FromEnv"] ?? "").isEmpty
    }

    private func add(_ message: String, _ path: String) {
        let problem = Problem(path: path, message: message)
        if !self.problems.contains(problem) { self.problems.append(problem) }
    }

    private static func places(_ key: String, _ origins: Origins) -> String {
        let places = [
            origins.contains(.metadata) ? "in metadata" : nil,
            origins.contains(.environment) ? "as \(key)FromEnv" : nil,
            origins.contains(.credentials) ? "by authenticationRef" : nil,
        ].compactMap(\.self)
        return origins == .metadata ? "" : ": " + places.joined(separator: ", or ")
    }

    private static func words(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}
