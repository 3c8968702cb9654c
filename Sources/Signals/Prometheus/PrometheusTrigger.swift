import Autoscaler
import HTTPTransport
import ScalingCore
import StructuredData

extension TriggerKind {
    /// The result of a PromQL query.
    static func prometheus(_ clients: HTTPClients) -> TriggerKind {
        TriggerKind("prometheus") { metadata in
            let configuration = PrometheusTrigger.Configuration(metadata)
            return { PrometheusTrigger(configuration, clients) }
        }
    }
}

/// Asks a Prometheus server for the value of a query now.
struct PrometheusTrigger: Trigger {
    struct Configuration: Sendable {
        let url: String
        let threshold: Double
        let activationThreshold: Double
        /// Whether an empty answer, NaN and infinity read as zero; an outage never does.
        let ignoresNullValues: Bool
        let headers: [(name: String, value: String)]
        let authentication: HTTPAuthentication
        let timeout: Duration

        init(_ metadata: MetadataReader) {
            var server = metadata.url("serverAddress")
            while server.hasSuffix("/") { server.removeLast() }
            var parameters = [(name: "query", value: metadata.requiredText("query"))]
            if let namespace = metadata.text("namespace") { parameters.append(("namespace", namespace)) }
            parameters += metadata.pairs("queryParameters")
            self.url = URLText.adding(parameters, to: "\(server)/api/v1/query")
            self.threshold = metadata.target("threshold", default: nil)
            self.activationThreshold = metadata.number("activationThreshold", default: 0)
            self.ignoresNullValues = metadata.flag("ignoreNullValues", default: true)
            self.headers = metadata.pairs("customHeaders")
            self.authentication = HTTPAuthentication(metadata, modes: [.basic, .bearer, .tls, .custom, .oauth])
            self.timeout = metadata.timeout(default: .seconds(3))
            metadata.refuse("awsRegion", because: "requests to Amazon's Prometheus are not signed yet")
            metadata.pass("metricName", "identityOwner", "cortexOrgID")
        }
    }

    private let configuration: Configuration
    private let source: HTTPSource

    init(_ configuration: Configuration, _ clients: HTTPClients) {
        self.configuration = configuration
        self.source = HTTPSource(clients, configuration.authentication, timeout: configuration.timeout)
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let body = try await self.source.get(self.configuration.url, headers: self.configuration.headers)
        let value = try PrometheusAnswer.value(in: body)
        guard value != nil || self.configuration.ignoresNullValues else {
            throw TriggerFailure(.invalid, "the query has no value now, and ignoreNullValues is false")
        }
        return TriggerReading(
            metrics: [.init(name: "prometheus", value: value ?? 0, target: self.configuration.threshold)],
            isActive: (value ?? 0) > self.configuration.activationThreshold,
            remark: value == nil ? "The query has no value now, which counts as zero." : nil
        )
    }
}

/// The body of an answer to an instant query.
enum PrometheusAnswer {
    /// The one value, or `nil` for none: an empty result, NaN, or infinity.
    static func value(in body: [UInt8]) throws(TriggerFailure) -> Double? {
        let json: JSONValue
        do {
            json = try JSONParser.parse(body)
        } catch {
            throw TriggerFailure(.invalid, "the answer is no JSON: \(error)")
        }
        if json["status"]?.stringValue == "error" {
            throw TriggerFailure(.invalid, "the query failed: \(json["error"]?.stringValue ?? "no reason is given")")
        }
        let result = json["data"]?["result"] ?? []
        // A scalar is one pair of time and value; a vector is a list of series with such a pair each.
        if json["data"]?["resultType"]?.stringValue == "scalar" { return try Self.value(ofPair: result) }
        guard let series = result.arrayValue else {
            throw TriggerFailure(.invalid, "the answer has no list of results")
        }
        guard series.count < 2 else {
            throw TriggerFailure(
                .invalid,
                "the query has \(series.count) series, but must have one; sum() or max() makes one of them"
            )
        }
        guard let pair = series.first?["value"] else {
            guard series.isEmpty else { throw TriggerFailure(.invalid, "the result is no instant vector") }
            return nil
        }
        return try Self.value(ofPair: pair)
    }

    private static func value(ofPair pair: JSONValue) throws(TriggerFailure) -> Double? {
        guard let parts = pair.arrayValue else { throw TriggerFailure(.invalid, "the result has no value") }
        guard !parts.isEmpty else { return nil }
        guard parts.count > 1 else { throw TriggerFailure(.invalid, "the result has a time, but no value") }
        switch parts[1].stringValue {
        case "NaN", "+Inf", "-Inf", "Inf": return nil
        case let text?:
            if let number = Double(text), number.isFinite { return number }
            throw TriggerFailure(.invalid, "the value '\(text)' is no number")
        case nil: throw TriggerFailure(.invalid, "the value is no text")
        }
    }
}
