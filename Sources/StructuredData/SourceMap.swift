/// On which lines of a text the fields of a document stand.
public struct SourceMap: Sendable, Equatable {
    private var lines: [String: Int] = [:]

    public init() {}

    /// Lines are counted from one.
    public mutating func record(_ path: FieldPath, line: Int) {
        self.lines[path.description] = line
    }

    /// The line of the field itself, or `nil` when it was not recorded.
    public func line(exactlyOf path: FieldPath) -> Int? { self.lines[path.description] }

    /// The line of a field or, when the field itself is absent, of the nearest part of the document that would hold it.
    public func line(of path: FieldPath) -> Int? {
        var current: FieldPath? = path
        while let place = current {
            if let line = self.lines[place.description] { return line }
            current = place.parent
        }
        return nil
    }

    /// The same, for the path of a problem.
    public func line(of path: String) -> Int? {
        var current = Substring(path)
        while true {
            if let line = self.lines[String(current)] { return line }
            guard !current.isEmpty else { return nil }
            current = Self.parent(of: current)
        }
    }

    /// The lines of one part of the document, by paths that begin there.
    public func part(at path: FieldPath) -> SourceMap {
        guard path != .root else { return self }
        var part = SourceMap()
        let prefix = path.description
        for (place, line) in self.lines where place.hasPrefix(prefix) {
            let rest = place.dropFirst(prefix.count)
            switch rest.first {
            case nil, "[": part.lines[String(rest)] = line
            case ".": part.lines[String(rest.dropFirst())] = line
            default: continue
            }
        }
        return part
    }

    /// The problem with its line, unless it has one.
    public func located(_ problem: Problem) -> Problem {
        var problem = problem
        problem.line = problem.line ?? self.line(of: problem.path)
        return problem
    }

    /// Cuts the last step off a path; a key in brackets and quotes is one step, dots in it or not.
    private static func parent(of path: Substring) -> Substring {
        if path.hasSuffix("\"]") {
            var start = path.dropLast(2)
            while !start.isEmpty, !start.hasSuffix("[\"") { start = start.dropLast() }
            return start.dropLast(2)
        }
        guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return "" }
        return path[..<cut]
    }
}
