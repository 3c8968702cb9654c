import Autoscaler
import HTTPTransport
import ScalingCore
import StructuredData
import TestSupport
import Testing

@testable import Signals

@Suite("Trigger aws-sqs-queue")
struct SQSTriggerTests {
    static let keys = ["awsAccessKeyID": "AKIDEXAMPLE", "awsSecretAccessKey": "s3cret"]

    private static func trigger(
        _ queue: String,
        _ metadata: [String: String] = [:],
        credentials: [String: String] = keys
    ) throws -> any Trigger {
        let common = ["queueURL": queue, "awsRegion": "eu-west-1", "queueLength": "4"]
        let declaration = TriggerTesting.declare(
            "aws-sqs-queue",
            common.merging(metadata) { $1 },
            credentials: credentials
        )
        return try TriggerTesting.catalogue().trigger(for: declaration)
    }

    @Test("visible messages and those in work count, delayed ones when asked for")
    func attributes() async throws {
        let body = """
            {"Attributes": {"ApproximateNumberOfMessages": "3", "ApproximateNumberOfMessagesNotVisible": "10",
            "ApproximateNumberOfMessagesDelayed": "100"}}
            """
        try await StubServer.with { _ in
            .init(body: body)
        } _: { server in
            let queue = "\(server.base)/123456789012/jobs"
            let reading = try await Self.trigger(queue).read()
            #expect(
                reading == TriggerReading(metrics: [.init(name: "aws-sqs-jobs", value: 13, target: 4)], isActive: true)
            )
            #expect(try await Self.trigger(queue, ["scaleOnInFlight": "false"]).read().value == 3)
            #expect(try await Self.trigger(queue, ["scaleOnDelayed": "true"]).read().value == 113)
            #expect(try await Self.trigger(queue, ["activationQueueLength": "13"]).read().isActive == false)
            let request = server.seen.last ?? ""
            #expect(request.lowercased().contains("x-amz-target: amazonsqs.getqueueattributes"))
            #expect(request.contains("Credential=AKIDEXAMPLE/"))
            #expect(request.contains("/eu-west-1/sqs/aws4_request"))
            #expect(!request.contains("s3cret"))
        }
    }

    @Test(
        "what Amazon says with status 400 is told apart",
        arguments: [
            (#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#, TriggerFailure.Kind.invalid),
            (#"{"__type":"com.amazon.coral.service#UnrecognizedClientException"}"#, .refused),
            (#"{"__type":"com.amazon.coral.service#InvalidSignatureException"}"#, .refused),
            (#"{"__type":"ThrottlingException"}"#, .unavailable),
        ]
    )
    func errors(body: String, kind: TriggerFailure.Kind) async throws {
        try await StubServer.with { _ in
            .init(status: 400, body: body)
        } _: { server in
            let failure = await TriggerTesting.failure(of: try Self.trigger("\(server.base)/1/jobs"))
            #expect(failure?.kind == kind)
        }
    }

    @Test("an answer without the counts is a failure, not a zero")
    func noCounts() async throws {
        try await StubServer.with { _ in
            .init(body: "{}")
        } _: { server in
            let trigger = try Self.trigger("\(server.base)/1/jobs")
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .invalid)
        }
    }

    @Test("every wrong field is named")
    func wrongFields() {
        let declaration = TriggerTesting.declare(
            "aws-sqs-queue",
            ["queueURL": "jobs", "queueLength": "none", "identityOwner": "operator"],
            credentials: ["awsRoleArn": "arn:aws:iam::1:role/x"]
        )
        #expect(
            TriggerTesting.problems(declaration) == [
                "metadata.awsRegion: is required: in metadata, or by authenticationRef",
                "metadata.queueURL: must be the queue's address, as https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
                "metadata.queueLength: is 'none', but must be a number above 0",
                "authenticationRef: awsRoleArn: is not supported: roles are not assumed; give the keys of a user",
                "metadata.identityOwner: is 'operator', but this program has no identity of its own at Amazon; give the "
                    + "keys of a user",
                "metadata.awsAccessKeyID: is required: in metadata, or as awsAccessKeyIDFromEnv, or by authenticationRef",
                "metadata.awsSecretAccessKey: is required: as awsSecretAccessKeyFromEnv, or by authenticationRef",
            ]
        )
    }

    @Test(
        "messages are counted by a real endpoint, through its restart",
        .enabled(if: ServerProgram.moto.isExpected, Comment(rawValue: ServerProgram.moto.comment)),
        .timeLimit(.minutes(2))
    )
    func realEndpoint() async throws {
        try await Servers.moto { server in
            let queue = try await Self.makeQueue(server)
            let trigger = try Self.trigger(queue)
            #expect(try await trigger.read().value == 0)
            for index in 0..<3 {
                _ = try await Self.ask(
                    server,
                    "SendMessage",
                    ["QueueUrl": .string(queue), "MessageBody": .string("\(index)")]
                )
            }
            #expect(try await trigger.read().value == 3)
            _ = try await Self.ask(server, "ReceiveMessage", ["QueueUrl": .string(queue)])
            #expect(try await trigger.read().value == 3)
            #expect(try await Self.trigger(queue, ["scaleOnInFlight": "false"]).read().value == 2)
            await server.stop()
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
            try await server.start()
            // It keeps nothing: the queue is gone, which is no zero either.
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .invalid)
            _ = try await Self.makeQueue(server)
            #expect(try await trigger.read().value == 0)
        }
    }

    @Test(
        "a real endpoint that checks signatures refuses a wrong key and takes the right one",
        .enabled(if: ServerProgram.moto.isExpected, Comment(rawValue: ServerProgram.moto.comment)),
        .timeLimit(.minutes(2))
    )
    func signatures() async throws {
        // The first calls are let through, to make a user with rights and keys.
        try await Servers.moto(environment: ["INITIAL_NO_AUTH_ACTION_COUNT": "4"]) { server in
            func form(_ text: String) async throws -> String {
                var request = HTTPClientRequest(method: "POST", url: "http://127.0.0.1:\(server.port)/")
                request.headers["content-type"] = "application/x-www-form-urlencoded"
                request.headers["authorization"] = "AWS4-HMAC-SHA256 Credential=x/20261121/us-east-1/iam/aws4_request"
                request.body = Array(text.utf8)
                return try await HTTPClient().send(request).text(upTo: 1 << 20)
            }
            _ = try await form("Action=CreateUser&UserName=scaler&Version=2010-05-08")
            let policy = URLText.encoded(
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#
            )
            _ = try await form(
                "Action=PutUserPolicy&UserName=scaler&PolicyName=all&PolicyDocument=\(policy)&Version=2010-05-08"
            )
            let answer = try await form("Action=CreateAccessKey&UserName=scaler&Version=2010-05-08")
            func element(_ name: String) throws -> String {
                let start = try #require(answer.firstRange(of: "<\(name)>"), "\(answer)")
                return String(answer[start.upperBound...].prefix { $0 != "<" })
            }
            let keys = [
                "awsAccessKeyID": try element("AccessKeyId"), "awsSecretAccessKey": try element("SecretAccessKey"),
            ]
            let queue = try await Self.makeQueue(server)
            #expect(try await Self.trigger(queue, credentials: keys).read().value == 0)
            var wrong = keys
            wrong["awsSecretAccessKey"] = "wrong"
            #expect(await TriggerTesting.failure(of: try Self.trigger(queue, credentials: wrong))?.kind == .refused)
            let unknown = await TriggerTesting.failure(of: try Self.trigger(queue))
            #expect(unknown?.kind == .refused, "\(String(describing: unknown))")
        }
    }

    private static func makeQueue(_ server: ServerProcess) async throws -> String {
        let answer = try await Self.ask(server, "CreateQueue", ["QueueName": "jobs"])
        _ = try #require(answer["QueueUrl"]?.stringValue)
        return "http://127.0.0.1:\(server.port)/123456789012/jobs"
    }

    private static func ask(_ server: ServerProcess, _ action: String, _ body: JSONValue) async throws -> JSONValue {
        var request = HTTPClientRequest(method: "POST", url: "http://127.0.0.1:\(server.port)/")
        request.headers["content-type"] = "application/x-amz-json-1.0"
        request.headers["x-amz-target"] = "AmazonSQS.\(action)"
        request.headers["authorization"] = "AWS4-HMAC-SHA256 Credential=x/20261121/eu-west-1/sqs/aws4_request"
        request.body = Array(body.jsonText().utf8)
        let text = try await HTTPClient().send(request).text(upTo: 1 << 20)
        return try JSONParser.parse(text)
    }
}
