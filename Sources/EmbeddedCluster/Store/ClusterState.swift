import KubernetesClient
import StructuredData
import Telemetry

/// All objects, the last changes and the open watches: what the API's lock guards.
struct ClusterState: Sendable {
    /// One part of a transaction.
    enum Write: Sendable {
        case put(StoredObject.ID, KubernetesObject)
        /// With its last state, when that is not what is stored.
        case remove(StoredObject.ID, last: KubernetesObject? = nil)
    }

    /// The resource version of the last change.
    private(set) var version: Int64
    private var tables: [String: [ObjectKey: StoredObject]] = [:]
    private var ids: [String: StoredObject.ID] = [:]
    private var dependents: [String: Set<StoredObject.ID>] = [:]
    private var history: ChangeHistory
    private var watchers: [String: [Watcher]] = [:]
    private var fallenBehind: [Watcher] = []
    /// Objects that may have lost their last owner.
    private(set) var orphans: [StoredObject.ID] = []

    init(objects: [StoredObject], version: Int64, historyCapacity: Int) {
        self.version = version
        self.history = ChangeHistory(capacity: historyCapacity, version: version)
        for object in objects { self.index(object) }
        // Owners may have gone while nobody was there to follow.
        for object in objects where object.ownerUIDs.contains(where: { self.ids[$0] == nil }) {
            self.orphans.append(object.id)
        }
    }

    // MARK: Reading

    func object(_ id: StoredObject.ID) -> StoredObject? { self.tables[id.resource]?[id.key] }

    func isPresent(uid: String) -> Bool { self.ids[uid] != nil }

    /// Objects by resource.
    var counts: [String: Int] { self.tables.mapValues(\.count) }

    /// In the order of their names, namespace by namespace.
    func objects(_ resource: String, namespace: String?, selector: LabelSelector) -> [KubernetesObject] {
        (self.tables[resource] ?? [:]).values
            .filter { (namespace == nil || namespace == $0.id.key.namespace) && selector.matches($0.labels) }
            .sorted { ($0.id.key.namespace, $0.id.key.name) < ($1.id.key.namespace, $1.id.key.name) }
            .map(\.object)
    }

    func unorderedObjects(_ resource: String, namespace: String) -> [KubernetesObject] {
        (self.tables[resource] ?? [:]).values.filter { $0.id.key.namespace == namespace }.map(\.object)
    }

    /// What the object with this uid owns, of one kind, in no order.
    func dependents(of uid: String, resource: String) -> [KubernetesObject] {
        (self.dependents[uid] ?? []).filter { $0.resource == resource }.compactMap { self.object($0)?.object }
    }

    // MARK: Writing

    /// Carries out a transaction: durable first, then visible, then told to the watches.
    ///
    /// All of it or nothing.
    ///
    /// - Returns: What was put, with its new resource version, in order.
    mutating func commit(
        _ writes: [Write],
        to log: TransactionLog
    ) throws(KubernetesError) -> [KubernetesObject] {
        let changes = self.changes(of: writes)
        try log.commit(changes)
        for change in changes {
            self.apply(change)
            self.history.append(change)
            self.deliver(change)
        }
        return changes.filter { $0.kind != .deleted }.map(\.stored.object)
    }

    private func changes(of writes: [Write]) -> [StoreChange] {
        writes.enumerated().compactMap { position, write in
            let version = self.version + 1 + Int64(position)
            switch write {
            case .put(let id, var object):
                object.resourceVersion = "\(version)"
                let old = self.object(id)
                return StoreChange(
                    version: version,
                    kind: old == nil ? .added : .modified,
                    stored: StoredObject(id: id, object: object),
                    labelsBefore: old?.labels ?? [:]
                )
            case .remove(let id, let last):
                guard let old = self.object(id) else { return nil }
                var last = last ?? old.object
                last.resourceVersion = "\(version)"
                return StoreChange(
                    version: version,
                    kind: .deleted,
                    stored: StoredObject(id: id, object: last),
                    labelsBefore: old.labels
                )
            }
        }
    }

    private mutating func apply(_ change: StoreChange) {
        let id = change.stored.id
        if let old = self.object(id) { self.unindex(old) }
        self.version = change.version
        if change.kind == .deleted {
            self.orphans.append(contentsOf: self.dependents[change.stored.uid] ?? [])
        } else {
            self.index(change.stored)
            let hasLostOwner = change.stored.ownerUIDs.contains { self.ids[$0] == nil }
            if hasLostOwner { self.orphans.append(id) }
        }
    }

    private mutating func index(_ object: StoredObject) {
        self.tables[object.id.resource, default: [:]][object.id.key] = object
        self.ids[object.uid] = object.id
        for owner in object.ownerUIDs { self.dependents[owner, default: []].insert(object.id) }
    }

    private mutating func unindex(_ object: StoredObject) {
        self.tables[object.id.resource]?[object.id.key] = nil
        self.ids[object.uid] = nil
        for owner in object.ownerUIDs {
            self.dependents[owner]?.remove(object.id)
            if self.dependents[owner]?.isEmpty == true { self.dependents[owner] = nil }
        }
    }

    // MARK: Watching

    /// Opens a watch that first hears every change after `version`.
    ///
    /// - Returns: `false` when the changes after `version` are not known.
    mutating func open(_ watcher: Watcher, after version: Int64) -> Bool {
        guard version <= self.version, let missed = self.history.changes(after: version) else { return false }
        return self.open(watcher) { missed.map { watcher.deliver($0) } }
    }

    /// Opens a watch that first hears of every object there is.
    mutating func openFromNow(_ watcher: Watcher) -> Bool {
        let present = self.objects(watcher.resource, namespace: watcher.namespace, selector: watcher.selector)
        return self.open(watcher) { present.map { watcher.deliver(.added($0)) } }
    }

    private mutating func open(_ watcher: Watcher, catchUp: () -> [Watcher.Delivery]) -> Bool {
        // Those that nobody reads are let go here, for on a quiet resource nothing else comes by.
        var open = (self.watchers[watcher.resource] ?? []).filter(\.isRead)
        if catchUp().contains(.fellBehind) { self.fallenBehind.append(watcher) } else { open.append(watcher) }
        self.watchers[watcher.resource] = open
        return true
    }

    var watcherCount: Int { self.watchers.values.reduce(0) { $0 + $1.count(where: \.isRead) } }

    private mutating func deliver(_ change: StoreChange) {
        let resource = change.stored.id.resource
        guard let open = self.watchers[resource] else { return }
        var isAnyGone = false
        for watcher in open {
            let delivery = watcher.deliver(change)
            if delivery == .fellBehind { self.fallenBehind.append(watcher) }
            isAnyGone = isAnyGone || delivery != .keptUp
        }
        guard isAnyGone else { return }
        let behind = self.fallenBehind
        self.watchers[resource] = open.filter { watcher in
            watcher.isRead && !behind.contains { $0 === watcher }
        }
    }

    /// Watches that were dropped and have to be told, outside the lock: ending a stream calls back into the API.
    mutating func takeFallenBehind() -> [Watcher] {
        defer { self.fallenBehind = [] }
        return self.fallenBehind
    }

    // MARK: Collecting garbage

    /// What is to be done about the next objects that may have lost their last owner.
    mutating func takeOrphans(limit: Int, now: WallTime) -> [Write] {
        let batch = Array(self.orphans.prefix(limit))
        self.orphans.removeFirst(batch.count)
        var seen: Set<StoredObject.ID> = []
        return batch.filter { seen.insert($0).inserted }.compactMap { id in
            guard let stored = self.object(id), !stored.ownerUIDs.isEmpty else { return nil }
            let present = stored.object.ownerReferences.filter { self.isPresent(uid: $0.uid) }
            guard present.isEmpty else {
                guard present.count < stored.ownerUIDs.count else { return nil }
                var object = stored.object
                object.ownerReferences = present
                return .put(id, object)
            }
            switch DeletionRules.outcome(of: stored.object, resource: id.resource, now: now) {
            case .remove: return .remove(id)
            case .mark(let marked): return .put(id, marked)
            case .alreadyMarked: return nil
            }
        }
    }
}
