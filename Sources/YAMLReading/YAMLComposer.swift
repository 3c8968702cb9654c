import StructuredData
import Yams

/// Turns the nodes of one document into JSON and notes where each field stands.
struct YAMLComposer {
    private(set) var sources = SourceMap()
    private(set) var problems: [Problem] = []
    private let limits: YAMLLimits
    private var nodes = 0
    private var isFull = false

    init(limits: YAMLLimits) {
        self.limits = limits
    }

    mutating func value(of node: Node, at path: FieldPath, depth: Int) -> JSONValue {
        if let line = node.mark?.line, self.sources.line(exactlyOf: path) == nil {
            self.sources.record(path, line: line)
        }
        guard self.count(node, at: path, depth: depth) else { return .null }
        switch node {
        case .scalar(let scalar): return self.value(of: scalar, at: path)
        case .sequence(let sequence):
            let elements = sequence.enumerated().map { ($0, $1) }
            return .array(elements.map { self.value(of: $1, at: path.element($0), depth: depth + 1) })
        case .mapping(let mapping): return .object(self.members(of: mapping, at: path, depth: depth))
        case .alias:
            // The parser replaces aliases by what they stand for.
            self.report("an alias stands for nothing", node.mark, at: path)
            return .null
        }
    }

    // MARK: Mappings

    private mutating func members(of mapping: Node.Mapping, at path: FieldPath, depth: Int) -> JSONObject {
        var members = JSONObject()
        var merged: [Node.Mapping] = []
        for (key, value) in mapping {
            guard let name = self.name(of: key, at: path) else { continue }
            if name == "<<", key.scalar?.style == .plain {
                merged += self.mappings(toMergeFrom: value, at: path)
                continue
            }
            let inner = path.member(name)
            if let line = key.mark?.line { self.sources.record(inner, line: line) }
            if members[name] != nil {
                self.report("the key '\(name)' stands twice in one object; keep one", key.mark, at: inner)
            }
            members[name] = self.value(of: value, at: inner, depth: depth + 1)
        }
        for source in merged {
            // Merged mappings may hold merges of their own; what the object says itself stands.
            let inherited = self.members(of: source, at: path, depth: depth + 1)
            for (name, value) in inherited where members[name] == nil { members[name] = value }
        }
        return members
    }

    private mutating func name(of key: Node, at path: FieldPath) -> String? {
        guard case .scalar(let scalar) = key else {
            self.report("keys must be plain text", key.mark, at: path)
            return nil
        }
        return scalar.string
    }

    /// The value of `<<`: a mapping, or a list of mappings of which the first that has a member gives it.
    private mutating func mappings(toMergeFrom node: Node, at path: FieldPath) -> [Node.Mapping] {
        let candidates = node.sequence.map(Array.init) ?? [node]
        let mappings = candidates.compactMap(\.mapping)
        if mappings.count != candidates.count { self.report("'<<' must name an object", node.mark, at: path) }
        guard candidates.allSatisfy({ self.count($0, at: path, depth: 0) }) else { return [] }
        return mappings
    }

    // MARK: Scalars

    private mutating func value(of scalar: Node.Scalar, at path: FieldPath) -> JSONValue {
        let tag = scalar.tag.rawValue
        let text = scalar.string
        // The parser tags what is quoted as a string.
        if tag == "tag:yaml.org,2002:str" || tag == "!" { return .string(text) }
        guard let value = YAMLScalar.value(ofPlain: text) else {
            self.report("is \(text), which no field can be", scalar.mark, at: path)
            return .null
        }
        switch (tag, value) {
        case ("", _), ("tag:yaml.org,2002:bool", .bool), ("tag:yaml.org,2002:int", .int),
            ("tag:yaml.org,2002:float", .double), ("tag:yaml.org,2002:null", .null):
            return value
        case ("tag:yaml.org,2002:float", .int(let number)):
            return .double(Double(number))
        default:
            self.report("the tag '\(tag)' does not fit '\(text)'; leave it out", scalar.mark, at: path)
            return value
        }
    }

    // MARK: Bounds

    /// - Returns: `false` once the document is too deep or too large; says so once.
    private mutating func count(_ node: Node, at path: FieldPath, depth: Int) -> Bool {
        self.nodes += 1
        guard !self.isFull else { return false }
        if depth > self.limits.depth {
            self.isFull = true
            self.report("lists and objects are nested deeper than \(self.limits.depth)", node.mark, at: path)
        } else if self.nodes > self.limits.nodes {
            self.isFull = true
            let message = "the document has more than \(self.limits.nodes) values, aliases replaced by what they name"
            self.report(message, node.mark, at: .root)
        }
        return !self.isFull
    }

    private mutating func report(_ message: String, _ mark: Mark?, at path: FieldPath) {
        self.problems.append(Problem(path: path.description, message: message, line: mark?.line))
    }
}
