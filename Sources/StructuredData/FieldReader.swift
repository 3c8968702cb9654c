/// Reads typed fields out of an object and collects everything that is wrong with them, each with its path.
///
/// A field that is `null` counts as absent, as it does in Kubernetes. Reading never stops: a wrong field is reported
/// and reads as absent, so that one pass over a document finds every mistake in it. Ask for all fields, call
/// `refuseUnknownMembers`, then `finish`.
///
/// ```swift
/// let reader = FieldReader(json)
/// let spec = reader.required("spec")
/// let replicas = spec.int("replicas", in: 0...1000)
/// spec.refuseUnknownMembers()
/// try reader.finish()
/// ```
public final class FieldReader {
    public let path: FieldPath
    /// The object that is read; empty when the field was absent or no object.
    public let object: JSONObject
    /// Keys that were asked for so far, and sets of keys that need not be asked for.
    private var readKeys: Set<String> = []
    private var passedKeys: [Set<String>] = []
    private let collector: ProblemCollector

    /// Reads `json`, which must be an object.
    public init(_ json: JSONValue, at path: FieldPath = .root) {
        self.path = path
        self.collector = ProblemCollector()
        self.object = json.objectValue ?? JSONObject()
        if json.objectValue == nil { self.report(Wording.expected("an object", json)) }
    }

    fileprivate init(_ object: JSONObject, at path: FieldPath, collector: ProblemCollector) {
        self.path = path
        self.object = object
        self.collector = collector
    }

    /// Everything found so far, by this reader and all readers of parts of the same document.
    public var problems: [Problem] { self.collector.problems }

    public func finish() throws(ProblemList) {
        guard self.collector.problems.isEmpty else { throw ProblemList(self.collector.problems) }
    }

    /// Reports a problem of the field `key`, or of the object itself.
    public func report(_ message: String, at key: String? = nil) {
        self.report(message, at: key.map(self.path.member) ?? self.path)
    }

    public func report(_ message: String, at path: FieldPath) {
        self.collector.problems.append(Problem(path: path.description, message: message))
    }

    // MARK: Scalars

    /// The field as it stands, or `nil` when it is absent or `null`.
    public func value(_ key: String) -> JSONValue? {
        self.readKeys.insert(key)
        guard let value = self.object[key], value != .null else { return nil }
        return value
    }

    public func has(_ key: String) -> Bool { self.value(key) != nil }

    public func string(_ key: String) -> String? {
        self.read(key, "a string") { $0.stringValue }
    }

    /// A string that must be there and must not be empty; reads as empty when it is not.
    public func requiredString(_ key: String) -> String {
        guard self.has(key) else { return self.reportMissing(key, "") }
        let text = self.string(key)
        if text == "" { self.report("must not be empty", at: key) }
        return text ?? ""
    }

    public func bool(_ key: String) -> Bool? {
        self.read(key, "true or false") { $0.boolValue }
    }

    public func int(_ key: String, in range: ClosedRange<Int> = .min ... .max) -> Int? {
        guard let value = self.read(key, "a whole number", { $0.intValue }) else { return nil }
        guard range.contains(value) else {
            self.report("is \(value), but must be \(Wording.range(range))", at: key)
            return nil
        }
        return value
    }

    public func requiredInt(_ key: String, in range: ClosedRange<Int> = .min ... .max) -> Int {
        guard self.has(key) else { return self.reportMissing(key, range.lowerBound) }
        return self.int(key, in: range) ?? range.lowerBound
    }

    public func number(_ key: String, in range: ClosedRange<Double> = -.infinity ... .infinity) -> Double? {
        guard let value = self.read(key, "a number", { $0.doubleValue }) else { return nil }
        guard range.contains(value) else {
            self.report("is \(value), but must be \(Wording.range(range))", at: key)
            return nil
        }
        return value
    }

    public func requiredNumber(_ key: String, in range: ClosedRange<Double> = -.infinity ... .infinity) -> Double {
        guard self.has(key) else { return self.reportMissing(key, max(range.lowerBound, 0)) }
        return self.number(key, in: range) ?? max(range.lowerBound, 0)
    }

    /// One of the names of `Choice`; another one is reported with the nearest right name.
    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        as type: Choice.Type = Choice.self
    ) -> Choice? {
        guard let text = self.string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        self.report(Wording.notOneOf(text, names), at: key)
        return nil
    }

    public func requiredChoice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        otherwise: Choice
    ) -> Choice {
        guard self.has(key) else { return self.reportMissing(key, otherwise) }
        return self.choice(key, as: Choice.self) ?? otherwise
    }

    // MARK: Lists and maps

    /// A list of strings; empty when absent.
    public func strings(_ key: String) -> [String] {
        self.elements(key, "a string") { $0.stringValue }
    }

    /// A map of strings; empty when absent.
    public func stringMap(_ key: String) -> [String: String] {
        guard let object = self.read(key, "an object", { $0.objectValue }) else { return [:] }
        var map: [String: String] = [:]
        for (name, value) in object {
            if let text = value.stringValue {
                map[name] = text
            } else {
                let quote = Wording.isScalar(value) ? "; put it in quotes: \"\(value.jsonText())\"" : ""
                self.report(Wording.expected("a string", value) + quote, at: self.path.member(key).member(name))
            }
        }
        return map
    }

    /// An amount of a resource, written as a string or as a number.
    public func quantity(_ key: String) -> Quantity? {
        self.read(key, "a quantity such as 500m, 2 or 4Gi") { Quantity(json: $0) }
    }

    /// A map from resource names to amounts; empty when absent.
    public func quantities(_ key: String) -> [String: Quantity] {
        guard let child = self.child(key) else { return [:] }
        var amounts: [String: Quantity] = [:]
        for name in child.object.keys { amounts[name] = child.quantity(name) }
        return amounts
    }

    /// A reader of an object inside, or `nil` when it is absent.
    public func child(_ key: String) -> FieldReader? {
        guard let object = self.read(key, "an object", { $0.objectValue }) else { return nil }
        return FieldReader(object, at: self.path.member(key), collector: self.collector)
    }

    /// A reader of an object that must be there; reads as an empty object when it is not.
    public func required(_ key: String) -> FieldReader {
        if let child = self.child(key) { return child }
        // Once is enough: what is missing inside something missing is no news.
        let isAbsent = self.object[key] == nil || self.object[key] == .null
        if isAbsent { self.report("is required", at: key) }
        return FieldReader(JSONObject(), at: self.path.member(key), collector: ProblemCollector())
    }

    /// Readers of the objects in a list; empty when absent.
    public func children(_ key: String) -> [FieldReader] {
        guard let elements = self.read(key, "a list", { $0.arrayValue }) else { return [] }
        return elements.enumerated().compactMap { index, element in
            let path = self.path.member(key).element(index)
            guard let object = element.objectValue else {
                self.report(Wording.expected("an object", element), at: path)
                return nil
            }
            return FieldReader(object, at: path, collector: self.collector)
        }
    }

    /// A reader of an object that stands at a place of the same document.
    ///
    /// For what may be written in several ways: the caller has looked at the value and found an object.
    public func part(_ object: JSONObject, at path: FieldPath) -> FieldReader {
        FieldReader(object, at: path, collector: self.collector)
    }

    // MARK: Unknown members

    /// Lets members of these names pass, read or not.
    public func pass(_ keys: Set<String>) { self.passedKeys.append(keys) }

    /// Reports every member that nobody asked for, with the nearest name that would have been right.
    ///
    /// - Parameter alsoKnown: Names that are right although they were not read.
    public func refuseUnknownMembers(alsoKnown: Set<String> = []) {
        self.pass(alsoKnown)
        for key in self.object.keys where !self.readKeys.contains(key) {
            guard !self.passedKeys.contains(where: { $0.contains(key) }) else { continue }
            let known = self.passedKeys.reduce(self.readKeys) { $0.union($1) }
            self.report("unknown field" + NearestName.hint(for: key, among: known.sorted()), at: key)
        }
    }

    // MARK: Plumbing

    private func read<Value>(_ key: String, _ wanted: String, _ convert: (JSONValue) -> Value?) -> Value? {
        guard let value = self.value(key) else { return nil }
        if let converted = convert(value) { return converted }
        self.report(Wording.expected(wanted, value), at: key)
        return nil
    }

    private func elements<Value>(_ key: String, _ wanted: String, _ convert: (JSONValue) -> Value?) -> [Value] {
        guard let elements = self.read(key, "a list", { $0.arrayValue }) else { return [] }
        return elements.enumerated().compactMap { index, element in
            if let converted = convert(element) { return converted }
            self.report(Wording.expected(wanted, element), at: self.path.member(key).element(index))
            return nil
        }
    }

    private func reportMissing<Value>(_ key: String, _ substitute: Value) -> Value {
        self.report("is required", at: key)
        return substitute
    }
}

/// What all readers of one document have found.
private final class ProblemCollector {
    var problems: [Problem] = []
}
