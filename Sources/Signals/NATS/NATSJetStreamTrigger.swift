import Autoscaler
import HTTPTransport
import ScalingCore
import StructuredData
import Synchronization

extension TriggerKind {
    /// Messages that a JetStream consumer has still to take or to acknowledge.
    static func natsJetStream(_ clients: HTTPClients) -> TriggerKind {
        TriggerKind("nats-jetstream") { metadata in
            let configuration = NATSJetStreamTrigger.Configuration(metadata)
            return { NATSJetStreamTrigger(configuration, clients) }
        }
    }
}

/// Asks the monitoring endpoint of NATS servers.
///
/// In a cluster only the consumer's leader knows its numbers; the trigger finds it and remembers where it was.
final class NATSJetStreamTrigger: Trigger {
    struct Configuration: Sendable {
        /// As `http://host:port`.
        let server: String
        let account: String
        let stream: String
        let consumer: String
        let lagThreshold: Double
        let activationLagThreshold: Double
        let authentication: HTTPAuthentication

        init(_ metadata: MetadataReader) {
            let origins: MetadataReader.Origins = [.credentials, .metadata]
            let endpoint = metadata.requiredText("natsServerMonitoringEndpoint", from: origins).trimmed
            let usesTLS = metadata.flag("useHttps")
            if endpoint.contains("/") || endpoint.contains(where: \.isWhitespace) {
                metadata.report(
                    "must be a host and a port, as nats.default.svc:8222",
                    at: "natsServerMonitoringEndpoint"
                )
            }
            self.server = "\(usesTLS ? "https" : "http")://\(endpoint)"
            let name = metadata.text("account", from: origins)
            if let id = metadata.text("accountID", from: origins) ?? name {
                self.account = id
            } else {
                self.account = metadata.requiredText("account", from: origins)
            }
            self.stream = metadata.requiredText("stream")
            self.consumer = metadata.requiredText("consumer")
            self.lagThreshold = metadata.target("lagThreshold", default: 10)
            self.activationLagThreshold = metadata.number("activationLagThreshold", in: 0 ... .infinity, default: 0)
            self.authentication = HTTPAuthentication(metadata, modes: [])
        }
    }

    private static let timeout = Duration.seconds(3)

    private let configuration: Configuration
    private let source: HTTPSource
    /// The server that led the consumer when it was last asked; `nil` to look for it.
    private let leader = Mutex<String?>(nil)

    init(_ configuration: Configuration, _ clients: HTTPClients) {
        self.configuration = configuration
        self.source = HTTPSource(clients, configuration.authentication, timeout: Self.timeout)
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let lag = try await self.lag()
        return TriggerReading(
            metrics: [
                .init(
                    name: "nats-jetstream-\(self.configuration.stream)",
                    value: lag,
                    target: self.configuration.lagThreshold
                )
            ],
            isActive: lag > self.configuration.activationLagThreshold
        )
    }

    private func lag() async throws(TriggerFailure) -> Double {
        let known = self.leader.withLock { $0 }
        if let known, let answer = try? await self.ask(known), answer.isFromLeader, let lag = answer.lag { return lag }
        let first = try await self.ask(self.configuration.server)
        self.leader.withLock { $0 = nil }
        if first.clusterSize <= 1 || first.isFromLeader { return try self.lag(of: first) }
        for server in try await self.servers() {
            guard let answer = try? await self.ask(server), answer.isFromLeader else { continue }
            self.leader.withLock { $0 = server }
            return try self.lag(of: answer)
        }
        throw TriggerFailure(
            .unavailable,
            "no server of the NATS cluster leads the consumer '\(self.configuration.consumer)' now"
        )
    }

    private func lag(of answer: NATSMonitoringAnswer) throws(TriggerFailure) -> Double {
        if let lag = answer.lag { return lag }
        let (stream, consumer) = (self.configuration.stream, self.configuration.consumer)
        guard answer.hasAccount else {
            throw TriggerFailure(.invalid, "the NATS server has no account '\(self.configuration.account)'")
        }
        throw TriggerFailure(
            .invalid,
            answer.hasStream
                ? "the stream '\(stream)' has no consumer '\(consumer)'"
                : "the account '\(self.configuration.account)' has no stream '\(stream)'"
        )
    }

    private func ask(_ server: String) async throws(TriggerFailure) -> NATSMonitoringAnswer {
        let url = URLText.adding(
            [("acc", self.configuration.account), ("consumers", "true"), ("config", "true")],
            to: "\(server)/jsz"
        )
        let body = try await self.source.get(url)
        guard let json = try? JSONParser.parse(body) else {
            throw TriggerFailure(.invalid, "\(server)/jsz answered with what is no JSON")
        }
        return NATSMonitoringAnswer(
            json,
            account: self.configuration.account,
            stream: self.configuration.stream,
            consumer: self.configuration.consumer
        )
    }

    /// The monitoring endpoints of the cluster's servers, taken to be on one port.
    private func servers() async throws(TriggerFailure) -> [String] {
        let body = try await self.source.get("\(self.configuration.server)/varz")
        guard let json = try? JSONParser.parse(body) else {
            throw TriggerFailure(.invalid, "\(self.configuration.server)/varz answered with what is no JSON")
        }
        let advertised = json["connect_urls"]?.arrayValue ?? []
        let routes = json["cluster"]?["urls"]?.arrayValue ?? []
        let (scheme, port) = Self.schemeAndPort(of: self.configuration.server)
        return (advertised.isEmpty ? routes : advertised).compactMap(\.stringValue).map { address in
            let host = address.lastIndex(of: ":").map { String(address[..<$0]) } ?? address
            return "\(scheme)://\(host)\(port)"
        }
    }

    private static func schemeAndPort(of server: String) -> (scheme: Substring, port: Substring) {
        let scheme = server.prefix { $0 != ":" }
        let authority = server.dropFirst(scheme.count + 3)
        let port = authority.lastIndex(of: ":").map { authority[$0...] } ?? ""
        return (scheme, port.contains("]") ? "" : port)
    }
}

/// What `/jsz` says about one consumer.
struct NATSMonitoringAnswer {
    let clusterSize: Int
    private(set) var hasAccount = false
    private(set) var hasStream = false
    /// Messages that were not delivered yet, and that were not acknowledged; `nil` when there is no such consumer.
    private(set) var lag: Double?
    private(set) var isFromLeader = false

    init(_ json: JSONValue, account: String, stream: String, consumer: String) {
        self.clusterSize = json["meta_cluster"]?["cluster_size"]?.intValue ?? 1
        let accounts = (json["account_details"]?.arrayValue ?? []).filter {
            $0["id"]?.stringValue == account || $0["name"]?.stringValue == account
        }
        self.hasAccount = !accounts.isEmpty
        let streams = accounts.flatMap { $0["stream_detail"]?.arrayValue ?? [] }.filter {
            $0["name"]?.stringValue == stream
        }
        self.hasStream = !streams.isEmpty
        let found = streams.flatMap { $0["consumer_detail"]?.arrayValue ?? [] }.first {
            $0["name"]?.stringValue == consumer
        }
        guard let found, let waiting = found["num_pending"]?.doubleValue,
            let unacknowledged = found["num_ack_pending"]?.doubleValue
        else { return }
        self.lag = waiting + unacknowledged
        let leader = found["cluster"]?["leader"]?.stringValue
        self.isFromLeader = leader == nil || leader == json["server_name"]?.stringValue
    }
}
