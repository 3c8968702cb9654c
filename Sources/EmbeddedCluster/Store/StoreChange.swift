import KubernetesClient

/// One step of the store from one resource version to the next.
struct StoreChange: Sendable {
    enum Kind: Sendable, Equatable {
        case added, modified, deleted
    }

    let version: Int64
    let kind: Kind
    /// The object as it is from this version on, or, deleted, as it was last.
    let stored: StoredObject
    /// The labels before, by which a watch tells whether the object came, stayed or went for its selector.
    let labelsBefore: [String: String]

    /// What a watch of this scope sees of the change; `nil` for nothing.
    func event(in namespace: String?, selector: LabelSelector) -> WatchEvent? {
        if let namespace, namespace != self.stored.id.key.namespace { return nil }
        let isSelected = selector.matches(self.stored.labels)
        let wasSelected = self.kind != .added && selector.matches(self.labelsBefore)
        switch (self.kind, wasSelected, isSelected) {
        case (.deleted, true, _), (.modified, true, false): return .deleted(self.stored.object)
        case (.added, _, true), (.modified, false, true): return .added(self.stored.object)
        case (.modified, true, true): return .modified(self.stored.object)
        case (.deleted, false, _), (.added, _, false), (.modified, false, false): return nil
        }
    }
}
