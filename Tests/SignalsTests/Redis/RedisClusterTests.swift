import Autoscaler
import Foundation
import ScalingCore
import TestSupport
import Testing

@testable import Signals

@Suite(
    "Triggers of Redis Cluster and Sentinel, with real servers",
    .enabled(if: ServerProgram.redis.isExpected, Comment(rawValue: ServerProgram.redis.comment)),
    .timeLimit(.minutes(2))
)
struct RedisClusterTests {
    private static func command(_ server: ServerProcess, _ words: String...) async throws {
        try await ServerProcess.run(["redis-cli", "-c", "-p", "\(server.port)"] + words)
    }

    private static func address(_ server: ServerProcess) -> String { "127.0.0.1:\(server.port)" }

    private static func trigger(_ type: String, _ metadata: [String: String]) throws -> any Trigger {
        try TriggerTesting.catalogue().trigger(for: TriggerTesting.declare(type, metadata))
    }

    // MARK: Cluster

    /// Runs `body` beside so many masters that share the keys.
    private static func cluster(
        of count: Int,
        _ nodes: [ServerProcess] = [],
        _ body: ([ServerProcess]) async throws -> Void
    ) async throws {
        guard nodes.count < count else {
            let addresses = nodes.map(Self.address)
            try await ServerProcess.run(["redis-cli", "--cluster", "create"] + addresses + ["--cluster-yes"])
            return try await body(nodes)
        }
        let configuration = [
            "cluster-enabled yes", "cluster-port \(try FreePort.pick())", "cluster-node-timeout 2000",
            "cluster-require-full-coverage no",
        ]
        try await Servers.redis(configuration: configuration) { node in
            try await Self.cluster(of: count, nodes + [node], body)
        }
    }

    @Test("every key of a cluster is found, also when the first address is away; a key of a lost node is no zero")
    func cluster() async throws {
        try await Self.cluster(of: 3) { nodes in
            let addresses = nodes.map(Self.address).joined(separator: ",")
            let triggers = try (1...12).map { number in
                try Self.trigger("redis-cluster", ["addresses": addresses, "listName": "list-\(number)"])
            }
            for (index, trigger) in triggers.enumerated() {
                _ = try await TriggerTesting.reading(of: trigger) { $0.value == 0 }
                let elements = (0...index).map { "\($0)" }
                try await ServerProcess.run(
                    ["redis-cli", "-c", "-p", "\(nodes[1].port)", "RPUSH", "list-\(index + 1)"] + elements
                )
                #expect(try await trigger.read().value == Double(index + 1))
            }
            let stream = try Self.trigger(
                "redis-cluster-streams",
                ["addresses": addresses, "stream": "orders", "consumerGroup": "scorer", "lagCount": "2"]
            )
            try await Self.command(nodes[0], "XADD", "orders", "*", "n", "1")
            #expect(try await stream.read().metrics == [.init(name: "redis-streams-orders", value: 1, target: 2)])

            await nodes[0].stop()
            var found: [Int] = []
            for (index, trigger) in triggers.enumerated() {
                do throws(TriggerFailure) {
                    let reading = try await trigger.read()
                    #expect(reading.value == Double(index + 1))
                    found.append(index)
                } catch {
                    #expect(error.kind == .unavailable)
                }
            }
            #expect(!found.isEmpty && found.count < triggers.count, "a node has some of the keys: \(found)")
        }
    }

    // MARK: Sentinel

    /// Runs `body` beside a sentinel that watches the master.
    private static func sentinel(
        of master: ServerProcess,
        _ body: (ServerProcess) async throws -> Void
    ) async throws {
        try await ServerProcess.with { folder, port in
            let file = "\(folder)/sentinel.conf"
            let lines = """
                port \(port)
                bind 127.0.0.1
                dir \(folder)
                requirepass watch
                sentinel monitor main 127.0.0.1 \(master.port) 1
                sentinel down-after-milliseconds main 500
                sentinel failover-timeout main 3000
                """
            try lines.write(toFile: file, atomically: true, encoding: .utf8)
            return .init(.redis, [file, "--sentinel"])
        } _: {
            try await body($0)
        }
    }

    @Test("after a failover the new master is asked, and an unknown one is told by its name")
    func sentinel() async throws {
        try await Servers.redis { master in
            let configuration = ["replicaof 127.0.0.1 \(master.port)", "repl-diskless-sync-delay 0"]
            try await Servers.redis(configuration: configuration) { replica in
                try await Self.command(master, "RPUSH", "jobs", "a", "b", "c")
                let copy = try Self.trigger("redis", ["address": Self.address(replica), "listName": "jobs"])
                _ = try await TriggerTesting.reading(of: copy) { $0.value == 3 }
                try await Self.sentinel(of: master) { sentinel in
                    let common = [
                        "addresses": Self.address(sentinel), "sentinelPassword": "watch", "sentinelMaster": "main",
                    ]
                    let list = try Self.trigger("redis-sentinel", common.merging(["listName": "jobs"]) { $1 })
                    let stream = try Self.trigger("redis-sentinel-streams", common.merging(["stream": "s"]) { $1 })
                    #expect(try await list.read().value == 3)
                    #expect(try await stream.read().value == 0)
                    let changes = ["listName": "jobs", "sentinelMaster": "nobody"]
                    let other = try Self.trigger("redis-sentinel", common.merging(changes) { $1 })
                    let failure = await TriggerTesting.failure(of: other)
                    #expect(failure?.kind == .invalid && failure?.description.contains("'nobody'") == true)
                    let wrong = ["listName": "jobs", "sentinelPassword": "wrong"]
                    let refused = try Self.trigger("redis-sentinel", common.merging(wrong) { $1 })
                    #expect(await TriggerTesting.failure(of: refused)?.kind == .refused)

                    await master.stop()
                    let wanted = try await TriggerTesting.reading(of: list)
                    #expect(wanted.value == 3, "what was copied is there")
                    try await Self.command(replica, "RPUSH", "jobs", "d")
                    #expect(try await list.read().value == 4)
                }
            }
        }
    }

    @Test("what is wrong with the fields is told")
    func wrongFields() {
        let cluster = TriggerTesting.declare(
            "redis-cluster",
            ["hosts": "a,b,c", "ports": "1,2", "listName": "l", "databaseIndex": "2"]
        )
        #expect(
            TriggerTesting.problems(cluster) == [
                "metadata.ports: has 2 ports for 3 hosts",
                "metadata.databaseIndex: is 2, but a Redis Cluster has only database 0",
            ]
        )
        let sentinel = TriggerTesting.declare("redis-sentinel", ["hosts": "a,b", "listName": "l"])
        let problems = TriggerTesting.problems(sentinel)
        #expect(problems.count == 1 && problems[0].hasPrefix("metadata.sentinelMaster: is required"))
    }
}
