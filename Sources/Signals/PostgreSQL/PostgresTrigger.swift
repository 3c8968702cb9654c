import Autoscaler
import ScalingCore

/// Connections to databases, by parameters and lane.
typealias PostgresConnections = SharedLanes<PostgresConnection.Key, PostgresConnection>

extension TriggerKind {
    /// The number that an SQL query returns.
    static func postgreSQL(_ connections: PostgresConnections) -> TriggerKind {
        TriggerKind("postgresql") { metadata in
            let configuration = PostgresTrigger.Configuration(metadata)
            return { PostgresTrigger(configuration, connections) }
        }
    }
}

struct PostgresTrigger: Trigger {
    struct Configuration: Sendable {
        let parameters: [String: String]
        let query: String
        let targetQueryValue: Double
        let activationTargetQueryValue: Double

        init(_ metadata: MetadataReader) {
            self.query = metadata.requiredText("query")
            self.targetQueryValue = metadata.target("targetQueryValue", default: nil)
            self.activationTargetQueryValue = metadata.number("activationTargetQueryValue", default: 0)
            self.parameters = Self.parameters(metadata)
        }

        private static func parameters(_ metadata: MetadataReader) -> [String: String] {
            let origins: MetadataReader.Origins = [.credentials, .metadata]
            let password = metadata.text("password", from: .secret)
            if let connection = metadata.text("connection", from: .secret) { return ["dbname": connection] }
            var parameters: [String: String] = [:]
            let fields = [
                ("host", "host"), ("port", "port"), ("userName", "user"), ("dbName", "dbname"), ("sslmode", "sslmode"),
            ]
            for (field, parameter) in fields {
                parameters[parameter] = metadata.requiredText(field, from: origins)
            }
            _ = metadata.optionalInteger("port", from: origins, in: 1...65_535)
            let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
            if let mode = parameters["sslmode"], !mode.isEmpty, !modes.contains(mode) {
                metadata.report("is '\(mode)', but must be one of \(modes.joined(separator: ", "))", at: "sslmode")
            }
            parameters["password"] = password
            return parameters
        }

        /// One of the connections to the database, the same one each time.
        var key: PostgresConnection.Key {
            let sum = self.query.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
            return .init(parameters: self.parameters, lane: sum % PostgresConnection.lanesPerDatabase)
        }
    }

    private let configuration: Configuration
    private let connection: PostgresConnection

    init(_ configuration: Configuration, _ connections: PostgresConnections) {
        self.configuration = configuration
        self.connection = connections.lane(configuration.key)
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let value = try await self.connection.number(self.configuration.query)
        return TriggerReading(
            metrics: [.init(name: "postgresql", value: value, target: self.configuration.targetQueryValue)],
            isActive: value > self.configuration.activationTargetQueryValue
        )
    }
}
