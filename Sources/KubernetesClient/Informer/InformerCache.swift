/// What an informer knows, and how what it hears changes that.
struct InformerCache: Sendable {
    private(set) var objects: [ObjectKey: KubernetesObject] = [:]

    /// Takes over a whole list and returns what is different from before, removals first.
    ///
    /// - Parameter isResync: Objects that stayed as they were are handed out too.
    mutating func replace(with items: [KubernetesObject], isResync: Bool) -> [InformerChange] {
        var listed: [ObjectKey: KubernetesObject] = [:]
        for item in items { listed[item.key] = item }
        var changes = self.objects.values
            .filter { listed[$0.key]?.uid != $0.uid }
            .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
            .map(InformerChange.removed)
        for item in items {
            guard let old = self.objects[item.key], old.uid == item.uid else {
                changes.append(.added(item))
                continue
            }
            if isResync || old != item { changes.append(.updated(old: old, new: item)) }
        }
        self.objects = listed
        return changes
    }

    /// Takes over one event.
    ///
    /// An object that was deleted and created anew unseen is removed and added.
    mutating func apply(_ event: WatchEvent) -> [InformerChange] {
        switch event {
        case .added(let object), .modified(let object):
            let old = self.objects.updateValue(object, forKey: object.key)
            guard let old else { return [.added(object)] }
            if old.uid != object.uid { return [.removed(old), .added(object)] }
            return old == object ? [] : [.updated(old: old, new: object)]
        case .deleted(let object):
            guard self.objects.removeValue(forKey: object.key) != nil else { return [] }
            return [.removed(object)]
        }
    }
}
