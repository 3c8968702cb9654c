public import Autoscaler
public import StructuredData

/// Every type of trigger that this program knows.
public struct TriggerCatalogue: TriggerSource {
    private let kinds: [String: TriggerKind]

    /// - Parameter kinds: Of several with one name the last counts.
    public init(_ kinds: [TriggerKind]) {
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }) { $1 }
    }

    /// This catalogue with further types.
    public func adding(_ kinds: [TriggerKind]) -> TriggerCatalogue {
        TriggerCatalogue(self.kinds.values + kinds)
    }

    public var types: [String] { self.kinds.keys.sorted() }

    public func problems(with declaration: TriggerDeclaration) -> [Problem] {
        self.read(declaration).problems
    }

    public func trigger(for declaration: TriggerDeclaration) throws(ProblemList) -> any Trigger {
        let (maker, problems) = self.read(declaration)
        guard let maker, problems.isEmpty else { throw ProblemList(problems) }
        return maker()
    }

    /// The maker is `nil` only when there are problems.
    private func read(_ declaration: TriggerDeclaration) -> (maker: TriggerKind.Maker?, problems: [Problem]) {
        let reader = MetadataReader(declaration)
        guard let kind = self.kinds[declaration.type] else {
            let hint = NearestName.hint(for: declaration.type, among: self.types)
            return (nil, [Problem(path: "\(reader.path).type", message: self.unknown(declaration.type, hint))])
        }
        let maker = kind.read(reader)
        if declaration.metricType == .utilization, !kind.isResource {
            reader.report(
                "'Utilization' is for the types cpu and memory; '\(kind.name)' takes 'AverageValue' or 'Value'",
                atField: "metricType"
            )
        }
        reader.reportSlips()
        return (maker, reader.problems)
    }

    private func unknown(_ type: String, _ hint: String) -> String {
        let known = hint.isEmpty ? "; known are \(self.types.joined(separator: ", "))" : hint
        return "there is no trigger type '\(type)'\(known)"
    }
}
