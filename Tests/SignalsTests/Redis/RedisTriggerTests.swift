import Autoscaler
import ScalingCore
import TestSupport
import Testing

@testable import Signals

@Suite(
    "Triggers redis and redis-streams, with a real server",
    .enabled(if: ServerProgram.redis.isExpected, Comment(rawValue: ServerProgram.redis.comment)),
    .timeLimit(.minutes(1))
)
struct RedisTriggerTests {
    private static func command(_ server: ServerProcess, _ words: String...) async throws {
        try await ServerProcess.run(["redis-cli", "-p", "\(server.port)"] + words)
    }

    private static func list(
        _ server: ServerProcess,
        _ metadata: [String: String] = [:],
        credentials: [String: String] = [:]
    ) throws -> any Trigger {
        let address = ["address": "127.0.0.1:\(server.port)", "listName": "jobs"]
        let declaration = TriggerTesting.declare(
            "redis",
            address.merging(metadata) { $1 },
            credentials: credentials
        )
        return try TriggerTesting.catalogue().trigger(for: declaration)
    }

    private static func stream(_ server: ServerProcess, _ metadata: [String: String]) throws -> any Trigger {
        let common = ["address": "127.0.0.1:\(server.port)", "stream": "jobs"]
        let declaration = TriggerTesting.declare("redis-streams", common.merging(metadata) { $1 })
        return try TriggerTesting.catalogue().trigger(for: declaration)
    }

    @Test("the length of a list is read, whatever kind of collection it is; none is empty")
    func lengths() async throws {
        try await Servers.redis { server in
            let trigger = try Self.list(server, ["listLength": "10", "activationListLength": "2"])
            let empty = TriggerReading(metrics: [.init(name: "redis-jobs", value: 0, target: 10)], isActive: false)
            #expect(try await trigger.read() == empty)
            try await Self.command(server, "RPUSH", "jobs", "a", "b")
            #expect(try await trigger.read().isActive == false)
            try await Self.command(server, "RPUSH", "jobs", "c")
            let three = TriggerReading(metrics: [.init(name: "redis-jobs", value: 3, target: 10)], isActive: true)
            #expect(try await trigger.read() == three)
            for (command, members, length) in [
                ("SADD", ["a", "b"], 2.0), ("ZADD", ["1", "a", "2", "b", "3", "c"], 3), ("HSET", ["a", "b"], 1),
            ] {
                try await Self.command(server, "DEL", "jobs")
                try await ServerProcess.run(["redis-cli", "-p", "\(server.port)", command, "jobs"] + members)
                #expect(try await trigger.read().value == length, "\(command)")
            }
            try await Self.command(server, "SET", "jobs", "text")
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .invalid)
            try await Self.command(server, "-n", "3", "RPUSH", "jobs", "a")
            #expect(try await Self.list(server, ["databaseIndex": "3"]).read().value == 1)
        }
    }

    @Test("a server that is away is a failure and never zero, and comes back by itself")
    func restart() async throws {
        try await Servers.redis { server in
            let trigger = try Self.list(server)
            try await Self.command(server, "RPUSH", "jobs", "a")
            #expect(try await trigger.read().value == 1)
            await server.stop()
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
            try await server.start()
            try await Self.command(server, "RPUSH", "jobs", "a", "b")
            // The first read after the return finds the old connection gone and makes a new one.
            #expect(try await trigger.read().value == 2)
        }
    }

    @Test("a restart between two reads goes unnoticed")
    func quickRestart() async throws {
        try await Servers.redis { server in
            let trigger = try Self.list(server)
            #expect(try await trigger.read().value == 0)
            await server.stop()
            try await server.start()
            #expect(try await trigger.read().value == 0)
        }
    }

    @Test("credentials that are wrong or missing are refused; right ones are used")
    func passwords() async throws {
        let users = ["requirepass s3cret", "user scaler on >pa55 ~* +llen +type", "user nobody on >pa55"]
        try await Servers.redis(configuration: users) { server in
            #expect(try await Self.list(server, credentials: ["password": "s3cret"]).read().value == 0)
            let scaler = ["username": "scaler", "password": "pa55"]
            #expect(try await Self.list(server, credentials: scaler).read().value == 0)
            for wrong in [
                [:], ["password": "wrong"], ["username": "scaler", "password": "wrong"],
                ["username": "nobody", "password": "pa55"],
            ] {
                let failure = await TriggerTesting.failure(of: try Self.list(server, credentials: wrong))
                #expect(failure?.kind == .refused, "\(wrong): \(String(describing: failure))")
                #expect(failure?.description.contains("pa55") == false)
            }
        }
    }

    @Test("TLS is verified: a server of an unknown authority is refused unless told otherwise")
    func tls() async throws {
        try await TestCertificates.with { certificates in
            try await Servers.redis(tls: certificates) { server in
                let authority = try TestCertificates.text(certificates.authorityPath)
                let stranger = try TestCertificates.text(certificates.strangerPath)
                let encrypted = ["enableTLS": "true"]
                #expect(try await Self.list(server, encrypted, credentials: ["ca": authority]).read().value == 0)
                #expect(try await Self.list(server, credentials: ["tls": "enable", "ca": authority]).read().value == 0)
                let unsafe = ["enableTLS": "true", "unsafeSsl": "true"]
                #expect(try await Self.list(server, unsafe).read().value == 0)
                for credentials in [[:], ["ca": stranger]] {
                    let trigger = try Self.list(server, encrypted, credentials: credentials)
                    #expect(await TriggerTesting.failure(of: trigger)?.kind == .refused)
                }
                let inTheOpen = await TriggerTesting.failure(of: try Self.list(server))
                #expect(inTheOpen != nil)
            }
        }
    }

    @Test("of a stream are counted all entries, those in work, or those not yet delivered")
    func streams() async throws {
        try await Servers.redis { server in
            let length = try Self.stream(server, ["streamLength": "4"])
            let pending = try Self.stream(server, ["consumerGroup": "scorer", "pendingEntriesCount": "3"])
            let lag = try Self.stream(
                server,
                ["consumerGroup": "scorer", "lagCount": "2", "activationLagCount": "3"]
            )
            #expect(try await length.read().value == 0)
            #expect(try await lag.read().value == 0)
            #expect(try await lag.read().isActive == false)
            #expect(await TriggerTesting.failure(of: pending)?.kind == .invalid)
            for index in 0..<5 { try await Self.command(server, "XADD", "jobs", "*", "n", "\(index)") }
            // Without a group yet, everything waits for it.
            #expect(try await lag.read().metrics == [.init(name: "redis-streams-jobs", value: 5, target: 2)])
            try await Self.command(server, "XGROUP", "CREATE", "jobs", "scorer", "0")
            try await Self.command(server, "XREADGROUP", "GROUP", "scorer", "me", "COUNT", "2", "STREAMS", "jobs", ">")
            #expect(try await length.read().metrics == [.init(name: "redis-streams-jobs", value: 5, target: 4)])
            #expect(try await pending.read().metrics == [.init(name: "redis-streams-jobs", value: 2, target: 3)])
            #expect(try await lag.read().metrics == [.init(name: "redis-streams-jobs", value: 3, target: 2)])
            #expect(try await lag.read().isActive == false)
        }
    }

    @Test("where Redis has forgotten the lag it is counted, not taken for zero")
    func forgottenLag() async throws {
        try await Servers.redis { server in
            let lag = try Self.stream(server, ["consumerGroup": "scorer", "lagCount": "2"])
            for index in 1...5 { try await Self.command(server, "XADD", "jobs", "\(index)-0", "n", "x") }
            try await Self.command(server, "XGROUP", "CREATE", "jobs", "scorer", "0")
            try await Self.command(server, "XREADGROUP", "GROUP", "scorer", "me", "COUNT", "1", "STREAMS", "jobs", ">")
            try await Self.command(server, "XDEL", "jobs", "3-0")
            let reading = try await lag.read()
            #expect(reading.value == 3)
            #expect(reading.remark?.contains("does not know the lag") == true)
        }
    }

    @Test("many triggers on one server share one connection")
    func sharing() async throws {
        try await Servers.redis { server in
            let catalogue = TriggerTesting.catalogue()
            let triggers = try (0..<50).map { index in
                let metadata = ["address": "127.0.0.1:\(server.port)", "listName": "jobs-\(index)"]
                return try catalogue.trigger(for: TriggerTesting.declare("redis", metadata))
            }
            try await withThrowingTaskGroup(of: Double?.self) { group in
                for trigger in triggers { group.addTask { try await trigger.read().value } }
                for try await value in group { #expect(value == 0) }
            }
            let connection = RedisConnection(.init(port: server.port))
            let clients = try await connection.send([["CLIENT", "LIST"]]).first?.textValue ?? ""
            // The shared one, and the one that asks.
            #expect(clients.split(separator: "\n").count == 2, "\(clients)")
        }
    }
}

extension RedisConnection.Server {
    fileprivate init(port: Int) {
        self.init()
        self.host = "127.0.0.1"
        self.port = port
    }
}

@Suite("Redis, without a server")
struct RedisOfflineTests {
    @Test("every wrong field is named")
    func wrongFields() {
        #expect(
            TriggerTesting.problems(TriggerTesting.declare("redis", ["adress": "a", "listLenght": "x"])) == [
                "metadata.listName: is required",
                "metadata.address: is required, or host and port: in metadata, from the environment, or by "
                    + "authenticationRef",
                "metadata.adress: unknown field; did you mean 'address'?",
                "metadata.listLenght: unknown field; did you mean 'listLength'?",
            ]
        )
        #expect(
            TriggerTesting.problems(
                TriggerTesting.declare("redis-streams", ["address": "redis", "stream": "s", "lagCount": "5"])
            ) == [
                "metadata.consumerGroup: is required for pendingEntriesCount and lagCount",
                "metadata.address: is 'redis', but must be a host and a port, as redis.default.svc:6379",
            ]
        )
    }

    @Test("a server that takes connections and says nothing costs a reader its timeout, and others nothing")
    func silentServer() async throws {
        let (socket, port) = try TCPSocket.listen()
        defer { socket.stopListening() }
        let catalogue = TriggerTesting.catalogue()
        let silent = try catalogue.trigger(
            for: TriggerTesting.declare("redis", ["address": "127.0.0.1:\(port)", "listName": "jobs"])
        )
        let cron = [
            "timezone": "UTC", "start": "0 0 * * *", "end": "1 0 * * *", "desiredReplicas": "1",
        ]
        let other = try catalogue.trigger(for: TriggerTesting.declare("cron", cron))
        async let failure = TriggerTesting.failure(of: silent)
        _ = try await other.read()
        #expect(await failure?.kind == .unavailable)
    }

    @Test("a read that is cancelled ends at once, though its server is silent")
    func cancelled() async throws {
        let (socket, port) = try TCPSocket.listen()
        defer { socket.stopListening() }
        let connection = RedisConnection(.init(port: port))
        let clock = ContinuousClock()
        let took = await clock.measure {
            let reader = Task { try await connection.send([["PING"]]) }
            reader.cancel()
            _ = await reader.result
        }
        #expect(took < RedisConnection.timeout / 2)
    }

    @Test("answers are read however the bytes are cut")
    func replies() throws {
        let text = "*4\r\n$3\r\nabc\r\n:-7\r\n$-1\r\n*2\r\n+OK\r\n-ERR no\r\n:12\r\n"
        let expected: [RedisReply] = [
            .list([.text("abc"), .integer(-7), .null, .list([.text("OK"), .error("ERR no")])]), .integer(12),
        ]
        for size in [1, 2, 7, 100] {
            var reader = RedisReader()
            var replies: [RedisReply] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                try reader.append(Array(bytes[start..<min(start + size, bytes.count)]))
                while let reply = try reader.next() { replies.append(reply) }
            }
            #expect(replies == expected, "in pieces of \(size)")
        }
    }

    @Test(
        "what is not the protocol is refused",
        arguments: ["HTTP/1.1 400 Bad Request\r\n", ":x\r\n", "$9999999999\r\n"]
    )
    func malformed(text: String) throws {
        var reader = RedisReader()
        try reader.append(Array(text.utf8))
        #expect(throws: RedisReader.Malformed.self) { try reader.next() }
    }
}
