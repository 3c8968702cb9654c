import EmbeddedCluster
import StructuredData
import Synchronization
import Testing

@testable import KubernetesClient

@Suite("Informer, when the API fails it", .timeLimit(.minutes(1)))
struct InformerRecoveryTests {
    static let settings = InformerSettings(initialBackoff: .milliseconds(1), maximumBackoff: .milliseconds(8))

    @Test("a consumer that was too slow is told the differences of a new list, and misses nothing")
    func relistsWhenExpired() async throws {
        let api = EmbeddedAPI.inMemory(settings: EmbeddedAPISettings(watchCapacity: 2))
        _ = try await api.create(.configMap, .settings("gone", value: "1"))
        _ = try await api.create(.configMap, .settings("kept", value: "1"))
        let informer = Informer(api: api, type: .configMap, settings: Self.settings)
        let (isBusy, busy) = AsyncStream.makeStream(of: Void.self)
        let (isFree, free) = AsyncStream.makeStream(of: Void.self)
        let model = Model()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await informer.run { changes in
                    for change in changes { model.apply(change) }
                    busy.yield()
                    for await _ in isFree { break }
                }
            }
            defer { group.cancelAll() }
            for await _ in isBusy { break }
            // The consumer is at work on the first list and the watch has not begun: these do not fit into its buffer.
            try await api.delete(.configMap, .named("gone"), uid: nil)
            _ = try await api.patch(.configMap, .named("kept"), merge: ["data": ["value": "2"]], subresource: nil)
            for number in 0..<20 { _ = try await api.create(.configMap, .settings("c\(number)", value: "1")) }
            free.finish()
            let list = try await api.list(.configMap, namespace: nil, selector: .everything).items
            for await _ in isBusy where model.values.count == list.count { break }
            let expected = Dictionary(uniqueKeysWithValues: list.map { ($0.name, text($0)) })
            #expect(model.values == expected)
            #expect(expected["kept"] == "2" && expected["gone"] == nil)
        }
    }

    @Test("errors of list and watch are outlived, with a pause that grows to its limit")
    func outlivesErrors() async throws {
        let api = FlakyAPI(EmbeddedAPI.inMemory())
        let informer = Informer(api: api, type: .configMap, settings: Self.settings)
        api.failures.withLock { $0 = [.list, .list, .watch, .list] }
        try await withChanges(of: informer) { changes in
            #expect(await changes.next() == [])
            _ = try await api.create(.configMap, .settings("a", value: "1"))
            #expect(await changes.next() == ["added a=1"])
            #expect(api.failures.withLock { $0.isEmpty })
        }
        let pauses = (1...6).map { Self.settings.backoff(afterFailures: $0) }
        #expect(pauses == [1, 2, 4, 8, 8, 8].map { .milliseconds($0) })
    }

    @Test("a watch that the server ends goes on where it was, without a new list")
    func continuesEndedWatches() async throws {
        let api = FlakyAPI(EmbeddedAPI.inMemory())
        api.eventsPerWatch.withLock { $0 = 1 }
        let informer = Informer(api: api, type: .configMap, settings: Self.settings)
        try await withChanges(of: informer) { changes in
            #expect(await changes.next() == [])
            for name in ["a", "b", "c"] {
                _ = try await api.create(.configMap, .settings(name, value: "1"))
                #expect(await changes.next() == ["added \(name)=1"])
            }
            #expect(api.lists.withLock { $0 } == 1)
        }
    }

    @Test("a resync hands out everything again, changed or not")
    func resyncs() async throws {
        let api = EmbeddedAPI.inMemory()
        _ = try await api.create(.configMap, .settings("a", value: "1"))
        var settings = Self.settings
        settings.resyncInterval = .milliseconds(5)
        let informer = Informer(api: api, type: .configMap, settings: settings)
        try await withChanges(of: informer) { changes in
            #expect(await changes.next() == ["added a=1"])
            #expect(await changes.next() == ["updated a=1 to a=1"])
            #expect(await changes.next() == ["updated a=1 to a=1"])
        }
    }

    @Test("an object deleted and made anew unseen is removed and added")
    func replacedObject() async throws {
        let api = FlakyAPI(EmbeddedAPI.inMemory())
        _ = try await api.create(.configMap, .settings("a", value: "1"))
        let informer = Informer(api: api, type: .configMap, settings: Self.settings)
        try await withChanges(of: informer) { changes in
            #expect(await changes.next() == ["added a=1"])
            try await api.hidden {
                try await api.delete(.configMap, .named("a"), uid: nil)
                _ = try await api.create(.configMap, .settings("a", value: "2"))
            }
            #expect(await changes.next() == ["removed a=1", "added a=2"])
        }
    }
}

private func text(_ object: KubernetesObject) -> String { object.json["data"]?["value"]?.stringValue ?? "" }

/// What a consumer that goes by changes alone believes to be there.
private final class Model: Sendable {
    private let state = Mutex<[String: String]>([:])

    var values: [String: String] { self.state.withLock { $0 } }

    func apply(_ change: InformerChange) {
        self.state.withLock { values in
            switch change {
            case .added(let object):
                #expect(values.updateValue(text(object), forKey: object.name) == nil)
            case .updated(let old, let new):
                #expect(values.updateValue(text(new), forKey: new.name) == text(old))
            case .removed(let object):
                #expect(values.removeValue(forKey: object.name) == text(object))
            }
        }
    }
}
