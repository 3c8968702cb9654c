import Autoscaler
import HTTPTransport
import ScalingCore
import StructuredData
import Telemetry

extension TriggerKind {
    /// Messages in a queue of Amazon SQS.
    static func awsSQSQueue(
        _ clients: HTTPClients,
        now: @escaping @Sendable () -> WallTime = { WallTime.now() }
    ) -> TriggerKind {
        TriggerKind("aws-sqs-queue") { metadata in
            let configuration = SQSTrigger.Configuration(metadata)
            return { SQSTrigger(configuration, clients, now: now) }
        }
    }
}

/// Asks for the approximate counts of a queue, as a signed request of the JSON protocol.
struct SQSTrigger: Trigger {
    struct Configuration: Sendable {
        let queueURL: String
        let endpoint: String
        let signature: AWSSignature
        let queueLength: Double
        let activationQueueLength: Double
        /// The attributes whose sum counts.
        let attributes: [String]

        init(_ metadata: MetadataReader) {
            let queue = metadata.requiredText("queueURL", from: [.metadata, .environment]).trimmed
            let region = metadata.requiredText("awsRegion", from: [.credentials, .metadata]).trimmed
            self.queueURL = queue
            if metadata.text("awsEndpoint") != nil {
                self.endpoint = metadata.url("awsEndpoint")
            } else {
                self.endpoint = Self.endpoint(of: queue, region: region)
            }
            if !queue.isEmpty, !URLText.isHTTP(queue) {
                metadata.report(
                    "must be the queue's address, as https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
                    at: "queueURL"
                )
            }
            self.queueLength = metadata.target("queueLength", default: 5)
            self.activationQueueLength = metadata.number("activationQueueLength", in: 0 ... .infinity, default: 0)
            var attributes = ["ApproximateNumberOfMessages"]
            if metadata.flag("scaleOnInFlight", default: true) {
                attributes.append("ApproximateNumberOfMessagesNotVisible")
            }
            if metadata.flag("scaleOnDelayed") { attributes.append("ApproximateNumberOfMessagesDelayed") }
            self.attributes = attributes
            self.signature = AWSSignature(metadata, region: region, service: "sqs")
        }

        /// The region's endpoint, or the queue's own server when that is not Amazon's.
        private static func endpoint(of queue: String, region: String) -> String {
            guard URLText.isHTTP(queue) else { return "https://sqs.\(region).amazonaws.com/" }
            let origin = URLText.origin(of: queue)
            guard origin.contains(".amazonaws.com") else { return "\(origin)/" }
            return "https://sqs.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")/"
        }
    }

    private static let timeout = Duration.seconds(5)

    private let configuration: Configuration
    private let client: HTTPClient
    private let now: @Sendable () -> WallTime

    init(_ configuration: Configuration, _ clients: HTTPClients, now: @escaping @Sendable () -> WallTime) {
        self.configuration = configuration
        self.client = clients.client(HTTPClients.Trust())
        self.now = now
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let body: JSONValue = [
            "QueueUrl": .string(self.configuration.queueURL),
            "AttributeNames": .array(self.configuration.attributes.map { .string($0) }),
        ]
        var request = HTTPClientRequest(
            method: "POST",
            url: self.configuration.endpoint,
            headers: [
                "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.GetQueueAttributes",
            ],
            body: Array(body.jsonText().utf8),
            timeouts: .init(connect: Self.timeout, total: Self.timeout)
        )
        self.configuration.signature.sign(&request, time: Self.stamp(self.now()))
        let answer = try await self.answer(to: request)
        let length = try self.length(in: answer)
        let name = self.configuration.queueURL.split(separator: "/").last ?? "queue"
        return TriggerReading(
            metrics: [.init(name: "aws-sqs-\(name)", value: length, target: self.configuration.queueLength)],
            isActive: length > self.configuration.activationQueueLength
        )
    }

    private func answer(to request: HTTPClientRequest) async throws(TriggerFailure) -> [UInt8] {
        do {
            return try await self.client.answer(to: request, limit: 1 << 20)
        } catch {
            throw Self.sorted(error)
        }
    }

    /// Amazon says most things with status 400; what it means stands in the body.
    private static func sorted(_ failure: TriggerFailure) -> TriggerFailure {
        let refusals = [
            "AccessDenied", "InvalidClientTokenId", "UnrecognizedClient", "SignatureDoesNotMatch", "InvalidAccessKeyId",
            "ExpiredToken", "IncompleteSignature", "InvalidSignature", "NotAuthorized", "OptInRequired",
        ]
        let delays = ["Throttl", "RequestLimitExceeded", "ServiceUnavailable", "TooManyRequests"]
        guard failure.kind == .invalid else { return failure }
        if refusals.contains(where: failure.description.contains) {
            return TriggerFailure(.refused, failure.description)
        }
        if delays.contains(where: failure.description.contains) {
            return TriggerFailure(.unavailable, failure.description)
        }
        return failure
    }

    private func length(in answer: [UInt8]) throws(TriggerFailure) -> Double {
        let attributes = (try? JSONParser.parse(answer))?["Attributes"]
        var length = 0.0
        for name in self.configuration.attributes {
            guard let count = attributes?[name]?.stringValue.flatMap(Double.init) else {
                throw TriggerFailure(.invalid, "the answer of \(self.configuration.endpoint) has no number '\(name)'")
            }
            length += count
        }
        return length
    }

    /// A moment as `20261121T140509Z`.
    private static func stamp(_ time: WallTime) -> String {
        time.rfc3339.filter { $0 != "-" && $0 != ":" }
    }
}

extension AWSSignature {
    /// Static keys of a user, in the fields that KEDA has for them.
    init(_ metadata: MetadataReader, region: String, service: String) {
        for key in ["awsRoleArn", "awsEksRole"] {
            metadata.refuse(key, because: "roles are not assumed; give the keys of a user")
        }
        if metadata.text("identityOwner") == "operator" {
            metadata.report(
                "is 'operator', but this program has no identity of its own at Amazon; give the keys of a user",
                at: "identityOwner"
            )
        }
        let origins: MetadataReader.Origins = [.credentials, .environment]
        let older = metadata.text("awsAccessKeyId", from: .credentials)
        self.init(
            accessKeyID: older ?? metadata.requiredText("awsAccessKeyID", from: .anywhere),
            secretAccessKey: metadata.requiredText("awsSecretAccessKey", from: origins),
            sessionToken: metadata.text("awsSessionToken", from: origins),
            region: region,
            service: service
        )
    }
}
