import Autoscaler
import Logging
import MessageTransport
import ScalingCore
import Synchronization
import TestSupport
import Testing

@testable import Signals

@Suite("Trigger rabbitmq")
struct RabbitMQTriggerTests {
    private static func trigger(_ metadata: [String: String]) throws -> any Trigger {
        try TriggerTesting.catalogue().trigger(for: TriggerTesting.declare("rabbitmq", metadata))
    }

    private static func queue(_ name: String, _ messages: Int, _ ready: Int, _ rate: Double) -> String {
        """
        {"name": "\(name)", "messages": \(messages), "messages_ready": \(ready), "message_stats":
        {"publish_details": {"rate": \(rate)}, "deliver_get_details": {"rate": \(rate * 2)}}}
        """
    }

    @Test(
        "each mode has its number",
        arguments: [
            ("QueueLength", [:], 10.0, true), ("QueueLength", ["excludeUnacknowledged": "true"], 4, true),
            ("QueueLength", ["activationValue": "10"], 10, false), ("MessageRate", [:], 2, true),
            ("DeliverGetRate", [:], 4, true), ("PublishedToDeliveredRatio", [:], 0.5, true),
            ("ExpectedQueueConsumptionTime", [:], 2, true),
        ] as [(String, [String: String], Double, Bool)]
    )
    func modes(mode: String, metadata: [String: String], value: Double, isActive: Bool) async throws {
        try await StubServer.with { request in
            #expect(request.hasPrefix("GET /api/queues/%2F/a%20b?columns=name%2Cmessages%2C"))
            return .init(body: Self.queue("a b", 10, 4, 2))
        } _: { server in
            let common = ["host": server.base, "queueName": "a b", "mode": mode, "value": "5"]
            let reading = try await Self.trigger(common.merging(metadata) { $1 }).read()
            #expect(reading.value == value && reading.isActive == isActive)
            #expect(reading.metrics.map(\.target) == [5])
        }
    }

    @Test("a regular expression reads every page", arguments: [("sum", 250.0), ("avg", 1), ("max", 1)])
    func pages(operation: String, value: Double) async throws {
        try await StubServer.with { request in
            let page = Int(request.split(separator: "page=")[1].prefix { $0.isNumber }) ?? 0
            #expect(request.contains("page_size=100&use_regex=true&name=%5Ejobs"))
            let count = page < 3 ? 100 : 50
            let items = (0..<count).map { Self.queue("jobs-\(page)-\($0)", 1, 1, 0) }.joined(separator: ",")
            return .init(body: #"{"page_count": 3, "items": [\#(items)]}"#)
        } _: { server in
            let trigger = try Self.trigger([
                "host": server.base, "queueName": "^jobs", "useRegex": "true", "operation": operation,
                "mode": "QueueLength",
                "value": "5",
            ])
            #expect(try await trigger.read().value == value)
            #expect(server.seen.count == 3)
        }
    }

    @Test("a queue so new that RabbitMQ has not counted it is empty, and the reading says why")
    func newQueue() async throws {
        try await StubServer.with { _ in
            .init(body: #"{"name": "fresh"}"#)
        } _: { server in
            let reading = try await Self.trigger(["host": server.base, "queueName": "fresh", "queueLength": "5"]).read()
            #expect(reading.value == 0 && !reading.isActive)
            #expect(reading.remark == "RabbitMQ has not counted the new queue yet, which counts as empty.")
        }
    }

    @Test(
        "what the management API refuses is no zero",
        arguments: [(401, TriggerFailure.Kind.refused), (404, .invalid), (500, .unavailable), (200, .invalid)]
    )
    func refusals(status: Int, kind: TriggerFailure.Kind) async throws {
        try await StubServer.with { _ in
            .init(status: status, body: "<html>")
        } _: { server in
            let trigger = try Self.trigger([
                "host": "http://me:hunter2@127.0.0.1:\(server.port)/team", "queueName": "q",
            ])
            let failure = await TriggerTesting.failure(of: trigger)
            #expect(failure?.kind == kind)
            #expect(failure?.description.contains("hunter2") == false)
            #expect(server.seen.first?.contains("GET /api/queues/team/q?") == true)
            #expect(server.seen.first?.contains("Basic bWU6aHVudGVyMg==") == true)
        }
    }

    @Test("with OAuth a token takes the place of the password, until it is refused and another is fetched")
    func oauth() async throws {
        let counts = Mutex((tokens: 0, looks: 0))
        try await StubServer.with { request in
            counts.withLock { counts in
                if request.hasPrefix("POST /token ") {
                    counts.tokens += 1
                    return .init(body: #"{"access_token": "t\#(counts.tokens)", "expires_in": 3600}"#)
                }
                counts.looks += 1
                // The first token is revoked after two looks.
                let valid = counts.looks > 2 ? "t2" : "t1"
                guard request.lowercased().contains("authorization: bearer \(valid)\r\n") else {
                    return .init(status: 401)
                }
                return .init(body: Self.queue("q", 7, 7, 0))
            }
        } _: { server in
            let declaration = TriggerTesting.declare(
                "rabbitmq",
                ["host": "http://me:hunter2@127.0.0.1:\(server.port)", "queueName": "q", "queueLength": "5"],
                credentials: [
                    "oauthTokenURI": "\(server.base)/token", "clientID": "scaler", "clientSecret": "s3cret",
                    "scopes": "rabbitmq.read:*/*,rabbitmq.tag:monitoring",
                ]
            )
            let trigger = try TriggerTesting.catalogue().trigger(for: declaration)
            for _ in 0..<2 { #expect(try await trigger.read().value == 7) }
            let refused = await TriggerTesting.failure(of: trigger)
            #expect(refused?.kind == .refused)
            #expect(try await trigger.read().value == 7)
            let requests = server.seen.filter { $0.hasPrefix("POST ") }
            #expect(requests.count == 2, "a token is kept until it is refused")
            #expect(requests.first?.contains("Basic c2NhbGVyOnMzY3JldA==") == true)
            let form = "grant_type=client_credentials&scope=rabbitmq.read%3A%2A%2F%2A%20rabbitmq.tag%3Amonitoring"
            #expect(requests.first?.hasSuffix(form) == true)
        }
    }

    @Test("OAuth is for the management API, and needs a client")
    func oauthProblems() {
        let problems = TriggerTesting.problems(
            TriggerTesting.declare(
                "rabbitmq",
                ["host": "amqp://h", "queueName": "q", "queueLength": "5", "oauthTokenURI": "http://t/token"]
            )
        )
        #expect(
            problems == [
                "metadata.clientID: is required: in metadata, or by authenticationRef",
                "metadata.oauthTokenURI: needs the management API: http",
            ]
        )
    }

    @Test(
        "an address says where, as whom and in which virtual host",
        arguments: [
            ("http://h:15672", "http://h:15672", "/", "guest"), ("http://h:15672/", "http://h:15672", "/", "guest"),
            ("https://u:p@h/team", "https://h", "team", "u"),
            ("http://h/proxy/path/team", "http://h/proxy/path", "team", "guest"),
            ("http://h:15672/%2f", "http://h:15672", "/", "guest"), ("amqp://u:p@h:1/a%2Fb", "", "a/b", "u"),
        ]
    )
    func addresses(text: String, base: String, virtualHost: String, username: String) throws {
        let address = try #require(RabbitMQAddress(text, tls: BrokerTLS(), wantsTLS: false))
        #expect(address.base == base && address.virtualHost == virtualHost && address.username == username)
    }

    @Test("every wrong field is named at once")
    func wrongFields() {
        let problems = TriggerTesting.problems(
            TriggerTesting.declare(
                "rabbitmq",
                ["host": "amqp://h", "queueNam": "q", "mode": "MessageRate", "useRegex": "true", "protocol": "http"]
            )
        )
        #expect(
            problems == [
                "metadata.host: must begin with http:// or https://, as protocol says",
                "metadata.value: is required: mode and value go together", "metadata.queueName: is required",
                "metadata.queueNam: unknown field; did you mean 'queueName'?",
            ]
        )
        let overAMQP = TriggerTesting.problems(
            TriggerTesting.declare(
                "rabbitmq",
                [
                    "host": "amqp://h", "queueName": "q", "mode": "MessageRate", "value": "1", "useRegex": "true",
                    "queueLength": "3",
                ]
            )
        )
        #expect(
            overAMQP == [
                "metadata.queueLength: is the old form of mode and value; give one of the two forms",
                "metadata.useRegex: needs the management API: http",
            ]
        )
    }
}
