import Autoscaler
import HTTPTransport
import KubernetesClient
import ScalingCore

extension TriggerKind {
    /// A number in the answer of any HTTP service.
    static func metricsAPI(_ clients: HTTPClients) -> TriggerKind {
        TriggerKind("metrics-api") { metadata in
            let configuration = MetricsAPITrigger.Configuration(metadata)
            return { MetricsAPITrigger(configuration, clients) }
        }
    }
}

/// Fetches a document and takes one number out of it.
struct MetricsAPITrigger: Trigger {
    struct Configuration: Sendable {
        let url: String
        let format: DocumentFormat
        let location: String
        let targetValue: Double
        let activationTargetValue: Double
        let authentication: HTTPAuthentication
        let timeout: Duration

        init(_ metadata: MetadataReader) {
            self.url = metadata.url("url")
            self.format = metadata.choice("format", default: .json)
            self.location = metadata.requiredText("valueLocation")
            self.targetValue = metadata.target("targetValue", default: nil)
            self.activationTargetValue = metadata.number("activationTargetValue", default: 0)
            self.authentication = HTTPAuthentication(metadata, modes: [.apiKey, .basic, .tls, .bearer])
            self.timeout = metadata.timeout(default: .seconds(3))
            if metadata.flag("aggregateFromKubeServiceEndpoints") {
                metadata.report(
                    "is not supported: only the address itself is asked",
                    at: "aggregateFromKubeServiceEndpoints"
                )
            }
            metadata.pass("aggregationType")
            do {
                try self.format.check(self.location)
            } catch {
                if !self.location.isEmpty { metadata.report(error.description, at: "valueLocation") }
            }
        }
    }

    private let configuration: Configuration
    private let source: HTTPSource

    init(_ configuration: Configuration, _ clients: HTTPClients) {
        self.configuration = configuration
        self.source = HTTPSource(clients, configuration.authentication, timeout: configuration.timeout)
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let body = try await self.source.get(self.configuration.url)
        let value: Double
        do {
            value = try self.configuration.format.number(at: self.configuration.location, in: body)
        } catch {
            throw TriggerFailure(.invalid, "\(self.configuration.url.prefix { $0 != "?" }): \(error)")
        }
        return TriggerReading(
            metrics: [.init(name: "metrics-api", value: value, target: self.configuration.targetValue)],
            isActive: value > self.configuration.activationTargetValue
        )
    }
}
