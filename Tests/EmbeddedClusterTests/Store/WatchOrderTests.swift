import KubernetesClient
import StructuredData
import Testing

@testable import EmbeddedCluster

/// Writers at work all at once, and watchers that must see what a reference model says.
@Suite("EmbeddedAPI, watches under concurrent writers", .timeLimit(.minutes(1)))
struct WatchOrderTests {
    static let selector = LabelSelector(["side": "left"])

    @Test("every watch sees every change once, in the order of the versions", arguments: 0..<4)
    func order(seed: UInt64) async throws {
        let api = EmbeddedAPI.inMemory(settings: EmbeddedAPISettings(historyCapacity: 100_000, watchCapacity: 100_000))
        let whole = try await api.watch(.configMap, namespace: nil, selector: .everything, from: "1")
        let part = try await api.watch(.configMap, namespace: "one", selector: Self.selector, from: "1")
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 { group.addTask { await Self.write(to: api, seed: seed * 10 + UInt64(writer)) } }
        }
        _ = try await api.create(.configMap, Self.object("end", in: "one", side: "left"))

        let events = try await Self.untilEnd(whole)
        try Self.check(events)
        let partial = try await Self.untilEnd(part)
        #expect(partial == Self.model(of: events, namespace: "one"), "seed \(seed)")

        // A watch that begins in the middle sees exactly the rest.
        let middle = events[events.count / 2]
        let version = middle.object.resourceVersion ?? ""
        let rest = try await api.watch(.configMap, namespace: nil, selector: .everything, from: version)
        #expect(try await Self.untilEnd(rest) == Array(events[(events.count / 2 + 1)...]), "seed \(seed)")
    }

    @Test("readers that are cancelled in mid-stream hold no writer up")
    func cancelledReaders() async throws {
        let api = EmbeddedAPI.inMemory()
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<2 { group.addTask { await Self.write(to: api, seed: 77 + UInt64(writer)) } }
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<300 { await Self.readAndCancel(api) }
                }
            }
        }
        _ = try await api.create(.configMap, Self.object("end", in: "one", side: "left"))
        #expect(api.sizes.watches == 0)
    }

    /// Cancels a task that waits for events while writers give it some.
    private static func readAndCancel(_ api: EmbeddedAPI) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard let stream = try? await api.watch(.configMap, namespace: nil, selector: .everything, from: "0")
                else { return }
                do { for try await _ in stream {} } catch {}
            }
            await Task.yield()
            group.cancelAll()
        }
    }

    /// What a watch of `namespace` for the selector has to see, told from all events.
    private static func model(of events: [WatchEvent], namespace: String) -> [WatchEvent] {
        var selected: Set<ObjectKey> = []
        return events.compactMap { event in
            let object = event.object
            guard object.namespace == namespace else { return nil }
            if case .deleted = event {
                return selected.remove(object.key) == nil ? nil : .deleted(object)
            }
            if Self.selector.matches(object.labels) {
                return selected.insert(object.key).inserted ? .added(object) : .modified(object)
            }
            return selected.remove(object.key) == nil ? nil : .deleted(object)
        }
    }

    /// Versions rise one by one, and each event fits what was there before it.
    private static func check(_ events: [WatchEvent]) throws {
        var present: Set<ObjectKey> = []
        var version = 1
        for event in events {
            version += 1
            #expect(event.object.resourceVersion == "\(version)")
            switch event {
            case .added(let object): #expect(present.insert(object.key).inserted)
            case .modified(let object): #expect(present.contains(object.key))
            case .deleted(let object): #expect(present.remove(object.key) != nil)
            }
        }
    }

    private static func untilEnd(
        _ stream: AsyncThrowingStream<WatchEvent, any Error>
    ) async throws -> [WatchEvent] {
        var events: [WatchEvent] = []
        for try await event in stream {
            events.append(event)
            if event.object.name == "end" { break }
        }
        return events
    }

    private static func write(to api: EmbeddedAPI, seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        for step in 0..<300 {
            let namespace = Bool.random(using: &random) ? "one" : "two"
            let key = ObjectKey(namespace: namespace, name: "o\(Int.random(in: 0..<6, using: &random))")
            let side = Bool.random(using: &random) ? "left" : "right"
            // Conflicts, objects that are there already and objects that are gone belong to it.
            switch Int.random(in: 0..<4, using: &random) {
            case 0: _ = try? await api.create(.configMap, Self.object(key.name, in: key.namespace, side: side))
            case 1: try? await api.delete(.configMap, key, uid: nil)
            case 2:
                let patch: JSONValue = ["metadata": ["labels": ["side": .string(side)]]]
                _ = try? await api.patch(.configMap, key, merge: patch, subresource: nil)
            default:
                guard var object = try? await api.get(.configMap, key) else { continue }
                object.json["data"] = ["step": JSONValue(step)]
                _ = try? await api.update(.configMap, object, subresource: nil)
            }
        }
    }

    private static func object(_ name: String, in namespace: String, side: String) -> KubernetesObject {
        var object = KubernetesObject(.configMap, ObjectKey(namespace: namespace, name: name))
        object.labels = ["side": side]
        return object
    }
}
