import Autoscaler
import ScalingCore
import TestSupport
import Testing

@testable import Signals

@Suite("Trigger prometheus")
struct PrometheusTriggerTests {
    static func answer(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"vector","result":[\#(result)]}}"#
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let body: String
        /// `nil` for an error.
        let lenient: Double?
        let strict: Double?

        var testDescription: String { self.body }
    }

    /// Cases 153 to 159 of the source's own tests, and more.
    static let rows: [Row] = [
        Row(body: "{}", lenient: 0, strict: nil),
        Row(body: answer(""), lenient: 0, strict: nil),
        Row(body: answer(#"{"value":["1","2"]}"#), lenient: 2, strict: 2),
        Row(body: answer(#"{"value":[1700000000.1,"2.5"]}"#), lenient: 2.5, strict: 2.5),
        Row(body: answer(#"{"value":["1"]}"#), lenient: nil, strict: nil),
        Row(body: answer(#"{"value":[]}"#), lenient: 0, strict: nil),
        Row(body: answer(#"{},{}"#), lenient: nil, strict: nil),
        Row(body: answer(#"{"value":["1","2"]},{"value":["1","3"]}"#), lenient: nil, strict: nil),
        Row(body: answer(#"{"value":["1","+Inf"]}"#), lenient: 0, strict: nil),
        Row(body: answer(#"{"value":["1","-Inf"]}"#), lenient: 0, strict: nil),
        Row(body: answer(#"{"value":["1","NaN"]}"#), lenient: 0, strict: nil),
        Row(body: answer(#"{"value":["1","many"]}"#), lenient: nil, strict: nil),
        Row(body: answer(#"{"values":[["1","2"]]}"#), lenient: nil, strict: nil),
        Row(body: #"{"status":"success","data":{"resultType":"scalar","result":[1,"7"]}}"#, lenient: 7, strict: 7),
        Row(body: #"{"status":"error","error":"parse error"}"#, lenient: nil, strict: nil),
        Row(body: "<html>", lenient: nil, strict: nil),
    ]

    @Test("an empty answer is zero only where nulls are ignored; what makes no sense never is", arguments: rows)
    func values(row: Row) async throws {
        try await StubServer.with { _ in
            .init(body: row.body)
        } _: { server in
            for (ignores, expected) in [("true", row.lenient), ("false", row.strict)] {
                let trigger = try Self.trigger(server.base, ["ignoreNullValues": ignores])
                guard let expected else {
                    #expect(await TriggerTesting.failure(of: trigger)?.kind == .invalid, "ignoreNullValues \(ignores)")
                    continue
                }
                let reading = try await trigger.read()
                #expect(reading.value == expected, "ignoreNullValues \(ignores)")
                #expect(reading.isActive == (expected > 0))
            }
        }
    }

    @Test(
        "an outage is a failure, also where nulls are ignored",
        arguments: [
            (400, TriggerFailure.Kind.invalid), (404, .invalid), (401, .refused), (403, .refused), (429, .unavailable),
            (500, .unavailable), (503, .unavailable), (302, .invalid),
        ]
    )
    func outage(status: Int, kind: TriggerFailure.Kind) async throws {
        try await StubServer.with { _ in
            .init(status: status, body: "no")
        } _: { server in
            let failure = await TriggerTesting.failure(of: try Self.trigger(server.base))
            #expect(failure?.kind == kind)
        }
    }

    @Test("query, namespace, parameters, headers and credentials travel as told")
    func request() async throws {
        try await StubServer.with { _ in
            .init(body: Self.answer(#"{"value":["1","2"]}"#))
        } _: { server in
            let trigger = try Self.trigger(
                "\(server.base)/prom/",
                [
                    "query": "sum(rate(x{a=\"b c\"}[1m]))", "namespace": "ml & co", "authModes": "bearer",
                    "queryParameters": "dedup=true, step=5s", "customHeaders": "X-Scope-OrgID=team a,X-Two=2",
                ],
                credentials: ["bearerToken": "t0ken"]
            )
            _ = try await trigger.read()
            let request = server.seen.first ?? ""
            let line =
                "GET /prom/api/v1/query?query=sum%28rate%28x%7Ba%3D%22b%20c%22%7D%5B1m%5D%29%29"
                + "&namespace=ml%20%26%20co&dedup=true&step=5s HTTP/1.1\r\n"
            #expect(request.hasPrefix(line), "\(request)")
            let fields = request.lowercased()
            #expect(fields.contains("\r\nx-scope-orgid: team a\r\n"))
            #expect(fields.contains("\r\nx-two: 2\r\n"))
            #expect(fields.contains("\r\nauthorization: bearer t0ken\r\n"))
        }
    }

    @Test("a token of OAuth is fetched once, and anew when it was refused")
    func oauth() async throws {
        let refusals = Countdown(1)
        try await StubServer.with { request in
            if request.hasPrefix("POST /token") { return .init(body: #"{"access_token":"abc","expires_in":60}"#) }
            if request.lowercased().contains("authorization: bearer abc") == false || refusals.take() {
                return .init(status: 401)
            }
            return .init(body: Self.answer(#"{"value":["1","2"]}"#))
        } _: { server in
            let credentials = [
                "oauthTokenURI": "\(server.base)/token", "clientID": "me", "clientSecret": "s3cret",
                "scopes": "read, all",
            ]
            let trigger = try Self.trigger(server.base, ["authModes": "oauth"], credentials: credentials)
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .refused)
            for _ in 0..<3 { #expect(try await trigger.read().value == 2) }
            let grants = server.seen.filter { $0.hasPrefix("POST") }
            #expect(grants.count == 2)
            #expect(grants.last?.hasSuffix("grant_type=client_credentials&scope=read%20all") == true)
        }
    }

    @Test("every wrong field is named, and secrets are not")
    func wrongFields() {
        let declaration = TriggerTesting.declare(
            "prometheus",
            [
                "serverAddress": "prometheus:9090", "treshold": "5", "authModes": "basic,bearer", "customHeaders": "x",
                "awsRegion": "eu-west-1",
            ],
            credentials: ["username": "me", "password": "s3cret"]
        )
        let problems = TriggerTesting.problems(declaration)
        #expect(
            problems == [
                "metadata.serverAddress: must be an address that begins with http:// or https://",
                "metadata.query: is required", "metadata.threshold: is required",
                "metadata.customHeaders: has 'x', but must be pairs as name=value,name=value",
                "metadata.bearerToken: is required: by authenticationRef",
                "metadata.authModes: 'basic' and 'bearer' exclude each other: a request has one Authorization",
                "metadata.awsRegion: is not supported: requests to Amazon's Prometheus are not signed yet",
                "metadata.treshold: unknown field; did you mean 'threshold'?",
            ]
        )
    }

    private static func trigger(
        _ address: String,
        _ metadata: [String: String] = [:],
        credentials: [String: String] = [:]
    ) throws -> any Trigger {
        let common = ["serverAddress": address, "query": "up", "threshold": "10"]
        let declaration = TriggerTesting.declare(
            "prometheus",
            common.merging(metadata) { $1 },
            credentials: credentials
        )
        return try TriggerTesting.catalogue().trigger(for: declaration)
    }
}

@Suite(
    "Trigger prometheus, with a real server",
    .enabled(if: ServerProgram.prometheus.isExpected, Comment(rawValue: ServerProgram.prometheus.comment)),
    .timeLimit(.minutes(1))
)
struct PrometheusServerTests {
    @Test("a query's value is read, through a restart of the server")
    func restart() async throws {
        try await Servers.prometheus { server in
            let metadata = [
                "serverAddress": "http://127.0.0.1:\(server.port)", "query": "sum(up) * 3", "threshold": "2",
            ]
            let catalogue = TriggerTesting.catalogue()
            let trigger = try catalogue.trigger(for: TriggerTesting.declare("prometheus", metadata))
            // Empty until the server has looked at itself for the first time.
            #expect(try await TriggerTesting.reading(of: trigger) { $0.value == 3 }.isActive)
            await server.stop()
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
            try await server.start()
            _ = try await TriggerTesting.reading(of: trigger) { $0.value == 3 }
            let broken = metadata.merging(["query": "sum("]) { $1 }
            let failure = await TriggerTesting.failure(
                of: try catalogue.trigger(for: TriggerTesting.declare("prometheus", broken))
            )
            #expect(failure?.kind == .invalid)
            #expect(failure?.description.contains("parse error") == true)
        }
    }
}
