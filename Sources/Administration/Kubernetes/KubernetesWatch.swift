import KubernetesClient
import StructuredData

/// One watch as the Kubernetes API streams it: a JSON object a line.
struct KubernetesWatch: Sendable {
    let api: any KubernetesAPI
    let type: ResourceType
    let namespace: String?
    let filter: ObjectFilter
    /// `nil` to begin with everything there is.
    let from: String?
    /// `nil` to go on until the reader leaves.
    let timeout: Duration?

    func run(into channel: ByteChannel) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await self.stream(into: channel)
                } catch {
                    let known = error as? KubernetesError
                    let failure = known ?? KubernetesError(.serverError, subject: "watch", message: "\(error)")
                    await channel.send(Self.line("ERROR", StatusDocument(failure).json))
                }
            }
            if let timeout {
                group.addTask { try? await Task.sleep(for: timeout) }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func stream(into channel: ByteChannel) async throws {
        // Objects that the reader knows of: one that no longer matches is gone for it.
        var shown: Set<ObjectKey> = []
        var version = self.from
        if version == nil {
            let list = try await self.api.list(self.type, namespace: self.namespace, selector: .everything)
            for object in list.items where self.filter.matches(object) {
                shown.insert(object.key)
                guard await channel.send(Self.line("ADDED", object.json)) else { return }
            }
            version = list.resourceVersion
        }
        let events = try await self.api.watch(
            self.type,
            namespace: self.namespace,
            selector: .everything,
            from: version ?? ""
        )
        for try await event in events {
            guard let line = self.line(for: event, shown: &shown) else { continue }
            guard await channel.send(line) else { return }
        }
    }

    private func line(for event: WatchEvent, shown: inout Set<ObjectKey>) -> String? {
        switch event {
        case .added(let object), .modified(let object):
            guard self.filter.matches(object) else {
                return shown.remove(object.key).map { _ in Self.line("DELETED", object.json) }
            }
            let isNew = shown.insert(object.key).inserted
            if case .added = event { return Self.line("ADDED", object.json) }
            // Without a list of its own the watch cannot tell what the reader knew before.
            return Self.line(isNew && self.from == nil ? "ADDED" : "MODIFIED", object.json)
        case .deleted(let object):
            shown.remove(object.key)
            return self.filter.matches(object) ? Self.line("DELETED", object.json) : nil
        }
    }

    private static func line(_ type: String, _ object: JSONValue) -> String {
        JSONValue.object(["type": .string(type), "object": Redaction.redacted(object)]).jsonText() + "\n"
    }
}
