public import Autoscaler
public import StructuredData

/// The trigger types `external` and `external-push`: scalers of users' own, asked over KEDA's gRPC contract.
public final class ExternalTriggers: TriggerSource {
    private let connections = ExternalConnections()

    public init() {}

    public var types: [String] { ["external", "external-push"] }

    public func problems(with declaration: TriggerDeclaration) -> [Problem] {
        ExternalConfiguration.read(declaration).problems
    }

    public func trigger(for declaration: TriggerDeclaration) throws(ProblemList) -> any Trigger {
        let (configuration, problems) = ExternalConfiguration.read(declaration)
        guard let configuration, problems.isEmpty else { throw ProblemList(problems) }
        return ExternalTrigger(configuration, connection: self.connections.connection(to: configuration.server))
    }
}
