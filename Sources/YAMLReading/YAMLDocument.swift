public import StructuredData
import Yams

/// One document of a YAML text as JSON, with the lines of its fields.
public struct YAMLDocument: Sendable {
    public let value: JSONValue
    public let sources: SourceMap
    /// Where the document begins, counted from one.
    public let line: Int
    /// What JSON cannot say, with its line.
    public let problems: [Problem]
}

/// Bounds on what a text may hold.
public struct YAMLLimits: Sendable {
    /// Mappings and lists inside one another.
    public var depth: Int
    /// Scalars, mappings and lists of one document after its aliases are replaced by what they stand for.
    ///
    /// Keeps small texts from becoming large objects.
    public var nodes: Int

    public init(depth: Int = 64, nodes: Int = 200_000) {
        self.depth = depth
        self.nodes = nodes
    }
}

extension YAMLDocument {
    /// Every document of `text`, as far as it can be read, and the problem that ended the reading, if there was one.
    public static func all(
        in text: String,
        limits: YAMLLimits = YAMLLimits()
    ) -> (documents: [YAMLDocument], end: Problem?) {
        if let problem = AliasKeys.problem(in: text) { return ([], problem) }
        var documents: [YAMLDocument] = []
        do {
            // No resolver: what plain scalars mean is decided here, and looking for it in all of them would be slow.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            while let root = try parser.nextRoot() {
                var composer = YAMLComposer(limits: limits)
                let value = composer.value(of: root, at: .root, depth: 0)
                let line = root.mark?.line ?? 1
                documents.append(
                    YAMLDocument(value: value, sources: composer.sources, line: line, problems: composer.problems)
                )
            }
            return (documents, nil)
        } catch let error as YamlError {
            // What is followed by something else than a separator ended too early: half of it is not what was meant.
            if case .parser(_, let problem, _, _) = error, problem.contains("<document start>") {
                _ = documents.popLast()
            }
            return (documents, error.asProblem)
        } catch {
            return (documents, Problem(path: "", message: "is no YAML: \(error)"))
        }
    }
}

/// Keys that are lists, mappings or aliases: no Kubernetes object has any, and comparing them, which the parser does to
/// find duplicates, takes exponential time when aliases nest.
private enum AliasKeys {
    /// - Returns: `nil` when there is none, and also when there are no aliases that could do harm.
    static func problem(in text: String) -> Problem? {
        guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else { return nil }
        // With every asterisk replaced aliases become plain scalars: the same structure, and harmless to compare.
        let harmless = String(
            decoding: text.utf8.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "x") : $0 },
            as: UTF8.self
        )
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        do {
            let parser = try Parser(yaml: harmless, resolver: .basic, encoding: .utf8)
            while let root = try parser.nextRoot() {
                if let mark = Self.markOfBadKey(in: root, lines) {
                    return Problem(path: "", message: "keys must be plain text", line: mark.line)
                }
            }
            return nil
        } catch let error as YamlError {
            return error.asProblem
        } catch {
            return Problem(path: "", message: "is no YAML: \(error)")
        }
    }

    private static func markOfBadKey(in node: Node, _ lines: [Substring]) -> Mark? {
        switch node {
        case .scalar, .alias:
            return nil
        case .sequence(let sequence):
            for element in sequence {
                if let mark = Self.markOfBadKey(in: element, lines) { return mark }
            }
            return nil
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard case .scalar(let scalar) = key, let mark = scalar.mark else { return key.mark ?? node.mark }
                if scalar.style == .plain, Self.isAsterisk(at: mark, in: lines) { return mark }
                if let mark = Self.markOfBadKey(in: value, lines) { return mark }
            }
            return nil
        }
    }

    private static func isAsterisk(at mark: Mark, in lines: [Substring]) -> Bool {
        guard lines.indices.contains(mark.line - 1) else { return true }
        return lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1).first == "*"
    }
}

extension YamlError {
    /// In our words, with the line.
    fileprivate var asProblem: Problem {
        switch self {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let while_ = context.map { " (\($0.text))" } ?? ""
            return Problem(path: "", message: "is no YAML: \(problem)\(while_)", line: mark.line)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            let message = "the key \(keys) stands twice in one object; keep one"
            return Problem(path: "", message: message, line: context.mark.line)
        case .reader(let problem, let offset, _, let yaml):
            let line = offset.map { yaml.prefix($0).count(where: \.isNewline) + 1 }
            return Problem(path: "", message: "is no YAML: \(problem)", line: line)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return Problem(path: "", message: "is no YAML: \(self)")
        }
    }
}
