import Autoscaler
import ScalingCore
import TestSupport
import Testing

@testable import Signals

@Suite(
    "Trigger postgresql, with a real server",
    .enabled(if: ServerProgram.postgres.isExpected, Comment(rawValue: ServerProgram.postgres.comment)),
    .timeLimit(.minutes(2))
)
struct PostgresTriggerTests {
    private static func trigger(
        _ server: ServerProcess,
        _ query: String,
        _ metadata: [String: String] = [:],
        password: String? = "s3cret"
    ) throws -> any Trigger {
        let common = [
            "host": "127.0.0.1", "port": "\(server.port)", "userName": "postgres", "dbName": "postgres",
            "sslmode": "disable", "query": query, "targetQueryValue": "2.5",
        ]
        let declaration = TriggerTesting.declare(
            "postgresql",
            common.merging(metadata) { $1 },
            credentials: password.map { ["password": $0] } ?? [:]
        )
        return try TriggerTesting.catalogue().trigger(for: declaration)
    }

    @Test("a query's first value is read, by fields and by connection string; anything else is a failure")
    func values() async throws {
        try await Servers.postgres { server in
            let expected = TriggerReading(
                metrics: [.init(name: "postgresql", value: 7.5, target: 2.5)],
                isActive: true
            )
            let trigger = try Self.trigger(server, "SELECT 7.5, 'more'", ["activationTargetQueryValue": "7"])
            #expect(try await trigger.read() == expected)
            #expect(try await trigger.read() == expected)
            let idle = try Self.trigger(server, "SELECT 7", ["activationTargetQueryValue": "7"])
            #expect(try await idle.read().isActive == false)
            for connection in [
                "host=127.0.0.1 port=\(server.port) user=postgres password=s3cret dbname=postgres sslmode=disable",
                "postgresql://postgres:s3cret@127.0.0.1:\(server.port)/postgres?sslmode=disable",
            ] {
                let declaration = TriggerTesting.declare(
                    "postgresql",
                    [
                        "connectionFromEnv": "DATABASE", "query": "SELECT count(*) FROM pg_class",
                        "targetQueryValue": "1",
                    ],
                    environment: ["DATABASE": connection]
                )
                let trigger = try TriggerTesting.catalogue().trigger(for: declaration)
                #expect(try await trigger.read().value ?? 0 > 100)
            }
            for (query, words) in [
                ("SELECT 1 WHERE false", "no row"), ("SELECT NULL::int", "NULL"), ("SELECT 'many'", "no number"),
                ("SELECT 'NaN'::float", "no number"), ("SELECT nothing", "nothing"), ("SELECT 1; SELECT 2", "multiple"),
                ("SET application_name = 'x'", "returns nothing"),
            ] {
                let failure = await TriggerTesting.failure(of: try Self.trigger(server, query))
                #expect(failure?.kind == .invalid, "\(query)")
                #expect(failure?.description.contains(words) == true, "\(query): \(failure?.description ?? "")")
            }
            // A failed query does not spoil the connection for the next.
            #expect(try await trigger.read() == expected)
        }
    }

    @Test("a server that restarts is a failure meanwhile, and comes back by itself")
    func restart() async throws {
        try await Servers.postgres { server in
            let trigger = try Self.trigger(server, "SELECT 3")
            #expect(try await TriggerTesting.reading(of: trigger).value == 3)
            await server.stop()
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
            try await server.start()
            #expect(try await TriggerTesting.reading(of: trigger).value == 3)
            await server.stop()
            try await server.start()
            // Nothing was read in between: the first read finds the old connection gone and makes a new one.
            #expect(try await trigger.read().value == 3)
        }
    }

    @Test("wrong credentials are refused, a wrong database is a mistake, an unencrypted server no TLS server")
    func refusals() async throws {
        try await Servers.postgres { server in
            _ = try await TriggerTesting.reading(of: try Self.trigger(server, "SELECT 1"))
            let wrong = await TriggerTesting.failure(of: try Self.trigger(server, "SELECT 1", password: "wrong"))
            #expect(wrong?.kind == .refused, "\(String(describing: wrong))")
            let missing = await TriggerTesting.failure(of: try Self.trigger(server, "SELECT 1", password: nil))
            #expect(missing?.kind == .refused, "\(String(describing: missing))")
            let nowhere = await TriggerTesting.failure(of: try Self.trigger(server, "SELECT 1", ["dbName": "nowhere"]))
            #expect(nowhere?.kind == .invalid, "\(String(describing: nowhere))")
            let tls = await TriggerTesting.failure(of: try Self.trigger(server, "SELECT 1", ["sslmode": "require"]))
            #expect(tls?.kind == .refused, "\(String(describing: tls))")
        }
    }

    @Test("a query that takes too long fails, ends on the server too, and holds up no other")
    func slowQuery() async throws {
        try await Servers.postgres { server in
            let quick = try Self.trigger(server, "SELECT 1")
            _ = try await TriggerTesting.reading(of: quick)
            async let slow = TriggerTesting.failure(of: try Self.trigger(server, "SELECT 1 FROM pg_sleep(60)"))
            let others = try (2...5).map { try Self.trigger(server, "SELECT \($0)") }
            for trigger in others { _ = try await trigger.read() }
            #expect(try await slow?.kind == .unavailable)
            let sleepers = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'"
            let left = try await TriggerTesting.reading(of: try Self.trigger(server, sleepers)) { $0.value == 0 }
            #expect(left.isActive == false)
        }
    }

    @Test("every wrong field is named")
    func wrongFields() {
        let declaration = TriggerTesting.declare(
            "postgresql",
            ["host": "db", "port": "none", "sslmode": "maybe", "targetQueryValue": "0"]
        )
        #expect(
            TriggerTesting.problems(declaration) == [
                "metadata.query: is required", "metadata.targetQueryValue: is '0', but must be a number above 0",
                "metadata.userName: is required: in metadata, or by authenticationRef",
                "metadata.dbName: is required: in metadata, or by authenticationRef",
                "metadata.port: is 'none', but must be a whole number",
                "metadata.sslmode: is 'maybe', but must be one of disable, allow, prefer, require, verify-ca, verify-full",
            ]
        )
    }
}
