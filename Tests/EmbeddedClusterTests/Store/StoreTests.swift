import Foundation
import KubernetesClient
import StructuredData
import Telemetry
import Testing

@testable import EmbeddedCluster

@Suite("EmbeddedAPI, the store", .timeLimit(.minutes(1)))
struct StoreTests {
    static func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }

    static func settings(_ name: String, owner: KubernetesObject? = nil) -> KubernetesObject {
        var object = KubernetesObject(.configMap, Self.key(name))
        object.json["data"] = ["value": "1"]
        if let owner { object.ownerReferences = [owner.asOwner()] }
        return object
    }

    /// Runs `body` with a directory that is removed afterwards.
    static func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = RunningCluster.newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    @Test("what was stored is there again after the store was closed, versions go on")
    func survivesReopening() async throws {
        try await Self.withDirectory { directory in
            var last = ""
            do {
                let api = try EmbeddedAPI(directory: directory)
                for name in ["a", "b", "c"] { _ = try await api.create(.configMap, Self.settings(name)) }
                _ = try await api.patch(.configMap, Self.key("b"), merge: ["data": ["value": "2"]], subresource: nil)
                try await api.delete(.configMap, Self.key("c"), uid: nil)
                last = try await api.list(.configMap, namespace: nil, selector: .everything).resourceVersion
            }
            let api = try EmbeddedAPI(directory: directory)
            let list = try await api.list(.configMap, namespace: nil, selector: .everything)
            #expect(list.items.map(\.name) == ["a", "b"])
            #expect(list.items.last?.json["data"]?["value"] == "2")
            // The deletion was the last change, and its version is not given twice.
            #expect(list.resourceVersion == last)
            let next = try await api.create(.configMap, Self.settings("d"))
            #expect(try #require(Int(next.resourceVersion ?? "")) == #require(Int(last)) + 1)
        }
    }

    @Test("a second process is refused the directory and told who has it")
    func oneProcessOnly() async throws {
        try await Self.withDirectory { directory in
            let first = try EmbeddedAPI(directory: directory)
            let error = #expect(throws: KubernetesError.self) { try EmbeddedAPI(directory: directory) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("(\(ProcessInfo.processInfo.processIdentifier))") == true)
            #expect(error?.message.contains("--data-dir") == true)
            _ = try await first.create(.configMap, Self.settings("a"))
        }
    }

    @Test("dependents of an owner that went while nobody was there are collected at the next start")
    func collectsAtStart() async throws {
        try await Self.withDirectory { directory in
            do {
                let api = try EmbeddedAPI(directory: directory)
                let owner = try await api.create(.configMap, Self.settings("owner"))
                let child = try await api.create(.configMap, Self.settings("child", owner: owner))
                _ = try await api.create(.configMap, Self.settings("grandchild", owner: child))
                _ = try await api.create(.configMap, Self.settings("stranger"))
            }
            // The owner goes behind the store's back, as if the process had died between two transactions.
            let database = try ClusterDatabase(path: "\(directory)/cluster.sqlite")
            let (objects, version) = try database.load()
            let owner = try #require(objects.first { $0.id.key.name == "owner" })
            try database.commit([StoreChange(version: version + 1, kind: .deleted, stored: owner, labelsBefore: [:])])

            let api = try EmbeddedAPI(directory: directory)
            let names = try await api.list(.configMap, namespace: nil, selector: .everything).items.map(\.name)
            #expect(names == ["stranger"])
        }
    }

    @Test("thousands of dependents go with their owner")
    func collectsMany() async throws {
        let api = EmbeddedAPI.inMemory()
        let owner = try await api.create(.configMap, Self.settings("owner"))
        for number in 0..<1000 { _ = try await api.create(.configMap, Self.settings("c\(number)", owner: owner)) }
        try await api.delete(.configMap, owner.key, uid: nil)
        #expect(try await api.list(.configMap, namespace: nil, selector: .everything).items.isEmpty)
    }

    @Test("a watch from a version that is forgotten, or that never was, is expired")
    func expiredVersions() async throws {
        let api = EmbeddedAPI.inMemory(settings: EmbeddedAPISettings(historyCapacity: 4))
        let first = try await api.create(.configMap, Self.settings("a"))
        for number in 0..<4 { _ = try await api.create(.configMap, Self.settings("b\(number)")) }
        func code(from version: String) async -> KubernetesError.Code? {
            do {
                _ = try await api.watch(.configMap, namespace: nil, selector: .everything, from: version)
                return nil
            } catch {
                return error.code
            }
        }
        // Everything after the first is still known, the first itself is not.
        #expect(await code(from: first.resourceVersion ?? "") == nil)
        #expect(await code(from: "1") == .expired)
        #expect(await code(from: "1000000") == .expired)
        #expect(await code(from: "not a version") == .expired)
        // Zero stands for whatever there is now.
        #expect(await code(from: "0") == nil)
    }

    @Test("a watcher that falls behind is ended with expired and holds nobody up")
    func slowWatcher() async throws {
        let api = EmbeddedAPI.inMemory(settings: EmbeddedAPISettings(watchCapacity: 8))
        let stream = try await api.watch(.configMap, namespace: nil, selector: .everything, from: "1")
        for number in 0..<100 { _ = try await api.create(.configMap, Self.settings("c\(number)")) }
        #expect(api.sizes.watches == 0)
        var names: [String] = []
        let error = await #expect(throws: KubernetesError.self) {
            for try await event in stream { names.append(event.object.name) }
        }
        #expect(error?.code == .expired)
        // What it got before is in order and without a gap.
        #expect(names == (0..<8).map { "c\($0)" })
    }

    @Test("a watch that nobody reads any longer is let go")
    func abandonedWatch() async throws {
        let api = EmbeddedAPI.inMemory()
        do {
            let stream = try await api.watch(.configMap, namespace: nil, selector: .everything, from: "1")
            #expect(api.sizes.watches == 1)
            _ = stream
        }
        #expect(api.sizes.watches == 0)
    }

    @Test("a pod on a node waits for its processes, one without goes at once")
    func podDeletion() async throws {
        let api = EmbeddedAPI.inMemory()
        var pod = KubernetesObject(.pod, Self.key("placed"))
        pod.spec = ["nodeName": "n", "containers": [["name": "a"]], "terminationGracePeriodSeconds": 7]
        let placed = try await api.create(.pod, pod)
        #expect(placed.status == ["phase": "Pending"])
        try await api.delete(.pod, placed.key, uid: nil)
        let marked = try await api.get(.pod, placed.key)
        #expect(marked.isDeleting)
        #expect(marked.metadata["deletionGracePeriodSeconds"] == 7)
        try api.release(pod: placed.key, uid: placed.uid)
        #expect(api.object(.pod, placed.key) == nil)

        var free = KubernetesObject(.pod, Self.key("free"))
        free.spec = ["containers": [["name": "a"]]]
        _ = try await api.create(.pod, free)
        try await api.delete(.pod, free.key, uid: nil)
        #expect(api.object(.pod, free.key) == nil)
    }

    @Test("defaults are filled in before the check, and all problems come at once")
    func admission() async throws {
        let rule = AdmissionRule(
            .configMap,
            fill: { object in if object.json["data"]?["mode"] == nil { object.json["data"]?["mode"] = "slow" } },
            check: { object, old in
                var problems: [Problem] = []
                if object.json["data"]?["a"] == "bad" { problems.append(Problem(path: "data.a", message: "is bad")) }
                if object.json["data"]?["b"] == "bad" { problems.append(Problem(path: "data.b", message: "is bad")) }
                if let old, old.json["data"]?["mode"] != object.json["data"]?["mode"] {
                    problems.append(Problem(path: "data.mode", message: "cannot be changed"))
                }
                return problems
            }
        )
        let api = EmbeddedAPI.inMemory(admission: [rule])
        let created = try await api.create(.configMap, Self.settings("a"))
        #expect(created.json["data"]?["mode"] == "slow")
        let patch: JSONValue = ["data": ["a": "bad", "b": "bad", "mode": "fast"]]
        do {
            _ = try await api.patch(.configMap, created.key, merge: patch, subresource: nil)
            Issue.record("the patch should have been refused")
        } catch {
            #expect(error.code == .invalid)
            #expect(error.message == "data.a: is bad\ndata.b: is bad\ndata.mode: cannot be changed")
        }
        #expect(try await api.get(.configMap, created.key) == created)
    }

    @Test("custom resources insist on the version that an update replaces")
    func customResourcesNeedVersions() async throws {
        let api = EmbeddedAPI.inMemory()
        var route = try await api.create(.route, KubernetesObject(.route, Self.key("a")))
        route.resourceVersion = nil
        await #expect(throws: KubernetesError.self) { try await api.update(.route, route, subresource: nil) }
    }

    @Test("old events are cleared away, and so are too many")
    func clearsEvents() async throws {
        var settings = EmbeddedAPISettings()
        settings.eventCapacity = 3
        let api = EmbeddedAPI.inMemory(settings: settings)
        for number in 0..<5 { _ = try await api.create(.event, KubernetesObject(.event, Self.key("e\(number)"))) }
        api.clearEvents(now: .now())
        #expect(api.sizes.objects["events"] == 3)
        api.clearEvents(now: WallTime(unixSeconds: WallTime.now().unixSeconds + 3700))
        #expect(api.sizes.objects["events"] == 0)
    }
}
