public import StructuredData

/// Several sources of triggers as one; of two that know a type, the first makes it.
public struct TriggerSources: TriggerSource {
    private let sources: [any TriggerSource]

    public init(_ sources: [any TriggerSource]) {
        self.sources = sources
    }

    public var types: [String] { Set(self.sources.flatMap(\.types)).sorted() }

    public func problems(with declaration: TriggerDeclaration) -> [Problem] {
        self.source(of: declaration.type)?.problems(with: declaration) ?? [self.unknownType(of: declaration)]
    }

    public func trigger(for declaration: TriggerDeclaration) throws(ProblemList) -> any Trigger {
        guard let source = self.source(of: declaration.type) else {
            throw ProblemList([self.unknownType(of: declaration)])
        }
        return try source.trigger(for: declaration)
    }

    private func source(of type: String) -> (any TriggerSource)? {
        self.sources.first { $0.types.contains(type) }
    }

    private func known(near type: String) -> String {
        let hint = NearestName.hint(for: type, among: self.types)
        return hint.isEmpty ? "; known are " + self.types.joined(separator: ", ") : hint
    }

    private func unknownType(of declaration: TriggerDeclaration) -> Problem {
        Problem(
            path: "spec.triggers[\(declaration.index)].type",
            message: "there is no trigger type '\(declaration.type)'" + self.known(near: declaration.type)
        )
    }
}
