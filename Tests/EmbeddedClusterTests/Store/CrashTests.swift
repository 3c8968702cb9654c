import Foundation
import Glibc
import KubernetesClient
import StructuredData
import Testing

@testable import EmbeddedCluster

/// Kills a process in the middle of its writes, again and again, and looks at what it leaves.
@Suite("EmbeddedAPI, kill -9", .serialized, .timeLimit(.minutes(2)))
struct CrashTests {
    static let writers = 4

    @Test("what was answered is there, whatever was not is there whole or not at all")
    func survivesKilling() async throws {
        let directory = RunningCluster.newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var version = 0
        for round in 0..<6 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [directory = directory as String, round = round as Int] in
                try await CrashTests.writeUntilKilled(in: directory, afterMilliseconds: 20 + round * 37)
            }
            version = try await Self.check(directory, round: round, since: version)
        }
        #expect(version > 100, "too little was written to tell anything")
    }

    /// Each writer counts up in an object of its own and notes every count that was answered; beside it a pair of
    /// owner and dependent comes and goes.
    private static func writeUntilKilled(in directory: String, afterMilliseconds: Int) async throws {
        let api = try EmbeddedAPI(directory: directory)
        let notes = open("\(directory)/answered", O_RDWR | O_CREAT, 0o600)
        // From a thread of its own: the writers never rest.
        Thread.detachNewThread {
            usleep(UInt32(afterMilliseconds) * 1000)
            kill(getpid(), SIGKILL)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.writers { group.addTask { try await Self.count(api, writer, notes) } }
            group.addTask { try await Self.pair(api) }
            try await group.waitForAll()
        }
    }

    private static func count(_ api: EmbeddedAPI, _ writer: Int, _ notes: CInt) async throws {
        let key = ObjectKey(namespace: "default", name: "writer-\(writer)")
        if api.object(.configMap, key) == nil {
            var object = KubernetesObject(.configMap, key)
            object.json["data"] = ["count": 0, "twice": 0]
            _ = try await api.create(.configMap, object)
        }
        while true {
            var object = try await api.get(.configMap, key)
            let next = (object.json["data"]?["count"]?.intValue ?? 0) + 1
            object.json["data"] = [
                "count": JSONValue(next), "twice": JSONValue(2 * next),
                "padding": .string(String(repeating: "x", count: next * 997 % 9000)),
            ]
            _ = try await api.update(.configMap, object, subresource: nil)
            var answered = Int64(next)
            pwrite(notes, &answered, 8, off_t(writer * 8))
        }
    }

    private static func pair(_ api: EmbeddedAPI) async throws {
        while true {
            var owner = KubernetesObject(.configMap, ObjectKey(namespace: "default", name: ""))
            owner.metadata["generateName"] = "owner-"
            owner.metadata["name"] = nil
            owner = try await api.create(.configMap, owner)
            var child = KubernetesObject(.configMap, ObjectKey(namespace: "default", name: "of-\(owner.name)"))
            child.ownerReferences = [owner.asOwner()]
            _ = try await api.create(.configMap, child)
            try await api.delete(.configMap, owner.key, uid: nil)
        }
    }

    /// - Returns: The version of the store.
    private static func check(_ directory: String, round: Int, since last: Int) async throws -> Int {
        let api = try EmbeddedAPI(directory: directory)
        let list = try await api.list(.configMap, namespace: nil, selector: .everything)
        let version = try #require(Int(list.resourceVersion))
        let versions = list.items.compactMap { $0.resourceVersion.flatMap { Int($0) } }
        #expect(version >= last, "round \(round)")
        #expect(versions.allSatisfy { $0 <= version } && Set(versions).count == versions.count, "round \(round)")

        let notes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/answered"))
        for writer in 0..<Self.writers {
            let answered = notes.dropFirst(writer * 8).prefix(8).enumerated().reduce(0) {
                $0 | Int($1.element) << ($1.offset * 8)
            }
            let object = list.items.first { $0.name == "writer-\(writer)" }
            let count = object?.json["data"]?["count"]?.intValue ?? 0
            #expect(count == answered || count == answered + 1, "round \(round), writer \(writer)")
            #expect(object?.json["data"]?["twice"]?.intValue ?? 0 == 2 * count, "round \(round), writer \(writer)")
        }
        // At most the pair of that moment is left, and no dependent without its owner.
        let names = Set(list.items.map(\.name))
        for name in names where name.hasPrefix("of-") {
            #expect(names.contains(String(name.dropFirst(3))), "round \(round)")
        }
        return version
    }
}
