import EmbeddedCluster
import KubernetesClient
import StructuredData
import Synchronization
import Testing

@Suite("Informer", .timeLimit(.minutes(1)))
struct InformerTests {
    @Test("the first call carries the list, later calls carry what happens, in order")
    func followsChanges() async throws {
        let api = EmbeddedAPI.inMemory()
        _ = try await api.create(.configMap, .settings("a", value: "1"))
        let informer = Informer(api: api, type: .configMap)
        try await withChanges(of: informer) { changes in
            #expect(await changes.next() == ["added a=1"])
            _ = try await api.create(.configMap, .settings("b", value: "1"))
            #expect(await changes.next() == ["added b=1"])
            _ = try await api.patch(.configMap, .named("a"), merge: ["data": ["value": "2"]], subresource: nil)
            #expect(await changes.next() == ["updated a=1 to a=2"])
            try await api.delete(.configMap, .named("a"), uid: nil)
            #expect(await changes.next() == ["removed a=2"])
            #expect(informer.objects.map(\.name) == ["b"])
        }
    }

    @Test("a consumer of an empty cluster is told so, and is synced then")
    func emptyFirstList() async throws {
        let informer = Informer(api: EmbeddedAPI.inMemory(), type: .configMap)
        #expect(!informer.isSynced)
        try await withChanges(of: informer) { changes in
            #expect(await changes.next() == [])
            #expect(await informer.waitUntilSynced())
            #expect(informer.isSynced)
        }
    }

    @Test("a wait for the first list ends with the waiting task")
    func cancelledWait() async {
        let informer = Informer(api: EmbeddedAPI.inMemory(), type: .configMap)
        let isSynced = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await informer.waitUntilSynced() }
            group.cancelAll()
            return await group.next()
        }
        #expect(isSynced == false)
    }
}

/// Runs an informer and hands `body` its changes, one batch at a time; the informer ends before this returns.
func withChanges(
    of informer: Informer,
    _ body: (inout AsyncStream<[String]>.Iterator) async throws -> Void
) async throws {
    let (stream, feed) = AsyncStream.makeStream(of: [String].self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informer.run { feed.yield($0.map(describe)) } }
        defer { group.cancelAll() }
        var iterator = stream.makeAsyncIterator()
        try await body(&iterator)
    }
}

private func describe(_ change: InformerChange) -> String {
    func text(_ object: KubernetesObject) -> String {
        "\(object.name)=\(object.json["data"]?["value"]?.stringValue ?? "")"
    }
    return switch change {
    case .added(let object): "added \(text(object))"
    case .updated(let old, let new): "updated \(text(old)) to \(text(new))"
    case .removed(let object): "removed \(text(object))"
    }
}

extension ObjectKey {
    static func named(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }
}

extension KubernetesObject {
    static func settings(_ name: String, value: String) -> KubernetesObject {
        var object = KubernetesObject(.configMap, .named(name))
        object.json["data"] = ["value": .string(value)]
        return object
    }
}
