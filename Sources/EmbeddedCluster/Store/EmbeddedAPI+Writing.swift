public import KubernetesClient
public import StructuredData
import Synchronization
import Telemetry

/// Writing, by the API's rules and with the kubelet's privileges.
extension EmbeddedAPI {
    public func create(
        _ type: ResourceType,
        _ object: KubernetesObject
    ) async throws(KubernetesError) -> KubernetesObject {
        let prepared = try WriteRules(type).newObject(from: object, now: WallTime.now().rfc3339)
        return try self.write { state throws(KubernetesError) in
            let id = Self.id(type, prepared.key)
            guard state.object(id) == nil else {
                throw .about(.alreadyExists, type, prepared.key, "an object of that name is there already")
            }
            let admitted = try self.admission.admit(type, prepared, old: nil) {
                state.unorderedObjects(type.description, namespace: prepared.namespace)
            }
            return try state.commit([.put(id, admitted)], to: self.log)[0]
        }
    }

    public func update(
        _ type: ResourceType,
        _ object: KubernetesObject,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject {
        let rules = WriteRules(type)
        if subresource != .scale { try rules.checkVersionIsGiven(object) }
        let key = type.isNamespaced ? object.key : ObjectKey(namespace: "", name: object.name)
        return try self.replace(type, key, subresource: subresource) { _ in object }
    }

    public func patch(
        _ type: ResourceType,
        _ key: ObjectKey,
        merge patch: JSONValue,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject {
        try self.replace(type, key, subresource: subresource) { stored in
            KubernetesObject(json: stored.json.merging(patch: patch))
        }
    }

    public func scale(_ type: ResourceType, _ key: ObjectKey, replicas: Int) async throws(KubernetesError) {
        _ = try self.replace(type, key, subresource: .scale) { _ in
            KubernetesObject(json: ["spec": ["replicas": JSONValue(replicas)]])
        }
    }

    public func delete(_ type: ResourceType, _ key: ObjectKey, uid: String?) async throws(KubernetesError) {
        try self.write { state throws(KubernetesError) in
            let id = Self.id(type, key)
            guard let stored = state.object(id) else { throw .notFound(type, key) }
            guard uid == nil || uid == stored.uid else {
                throw .about(.conflict, type, key, "the object bearing the name has another uid, \(stored.uid)")
            }
            switch DeletionRules.outcome(of: stored.object, resource: id.resource, now: .now()) {
            case .remove: _ = try state.commit([.remove(id)], to: self.log)
            case .mark(let marked): _ = try state.commit([.put(id, marked)], to: self.log)
            case .alreadyMarked: break
            }
        }
    }

    /// Replaces the whole object, status, annotations and all, in one transaction: the kubelet's privilege.
    ///
    /// - Parameter uid: Refuses with `conflict` when the object bearing the name is another one.
    @discardableResult
    func modify(
        _ type: ResourceType,
        _ key: ObjectKey,
        uid: String,
        _ body: (inout KubernetesObject) -> Void
    ) throws(KubernetesError) -> KubernetesObject {
        try self.write { state throws(KubernetesError) in
            guard let stored = state.object(Self.id(type, key)) else { throw .notFound(type, key) }
            guard stored.uid == uid else {
                throw .about(.conflict, type, key, "the object bearing the name has another uid, \(stored.uid)")
            }
            var object = stored.object
            body(&object)
            return try self.store(object, over: stored, type, in: &state)
        }
    }

    /// Removes objects in one transaction, whatever holds them.
    func remove(_ type: ResourceType, _ objects: [KubernetesObject]) {
        guard !objects.isEmpty else { return }
        // What could not be removed now is removed another time.
        try? self.write { state throws(KubernetesError) in
            _ = try state.commit(objects.map { .remove(Self.id(type, $0.key)) }, to: self.log)
        }
    }

    /// Lets go of a pod that is being deleted, once none of its processes is left.
    ///
    /// The pod is gone when no finalizer holds it either. On a cluster this is the kubelet's part; a test that plays
    /// one calls it too.
    public func release(pod key: ObjectKey, uid: String) throws(KubernetesError) {
        try self.modify(.pod, key, uid: uid) { pod in
            if pod.isDeleting { pod.metadata["deletionGracePeriodSeconds"] = 0 }
        }
    }

    private func replace(
        _ type: ResourceType,
        _ key: ObjectKey,
        subresource: Subresource?,
        _ request: (KubernetesObject) -> KubernetesObject
    ) throws(KubernetesError) -> KubernetesObject {
        let rules = WriteRules(type)
        return try self.write { state throws(KubernetesError) in
            guard let stored = state.object(Self.id(type, key)) else { throw .notFound(type, key) }
            let request = request(subresource == .scale ? rules.scale(of: stored.object) : stored.object)
            try rules.checkPreconditions(of: request, on: stored.object)
            if let subresource {
                let object = try rules.replacement(of: stored.object, with: request, subresource: subresource)
                let result = try self.store(object, over: stored, type, in: &state)
                return subresource == .scale ? rules.scale(of: result) : result
            }
            let object = try rules.replacement(of: stored.object, with: request)
            let admitted = try self.admission.admit(type, object, old: stored.object) {
                state.unorderedObjects(type.description, namespace: object.namespace)
            }
            return try self.store(admitted, over: stored, type, in: &state)
        }
    }

    private func store(
        _ object: KubernetesObject,
        over stored: StoredObject,
        _ type: ResourceType,
        in state: inout ClusterState
    ) throws(KubernetesError) -> KubernetesObject {
        guard object != stored.object else { return stored.object }
        var object = object
        if let generation = WriteRules(type).generation(of: object, after: stored.object) {
            object.metadata["generation"] = JSONValue(generation)
        }
        guard !object.isReleased else {
            _ = try state.commit([.remove(stored.id, last: object)], to: self.log)
            return object
        }
        return try state.commit([.put(stored.id, object)], to: self.log)[0]
    }

    private var log: TransactionLog { TransactionLog(database: self.database, meters: self.meters) }

    private func write<Result: Sendable>(
        _ body: (inout ClusterState) throws(KubernetesError) -> Result
    ) throws(KubernetesError) -> Result {
        let (result, behind, hasOrphans) = try self.state.withLock {
            state throws(KubernetesError) -> (Result, [Watcher], Bool) in
            let result = try body(&state)
            return (result, state.takeFallenBehind(), !state.orphans.isEmpty)
        }
        self.finish(behind)
        if hasOrphans { self.collectGarbage() }
        return result
    }

    /// Deletes what has lost its last owner, in small transactions between which others get their turn.
    ///
    /// Whoever made the orphans works them off, so none are left when the call that made them returns. When the
    /// process dies in between, the next start finds them.
    func collectGarbage() {
        var isDone = false
        while !isDone {
            let behind = self.state.withLock { state in
                let writes = state.takeOrphans(limit: 64, now: .now())
                // A store that cannot be written fails the next write as well, and says so there.
                if !writes.isEmpty { _ = try? state.commit(writes, to: self.log) }
                isDone = state.orphans.isEmpty
                return state.takeFallenBehind()
            }
            self.finish(behind)
        }
    }

    /// Outside the lock: the end of a stream calls back.
    func finish(_ watchers: [Watcher]) {
        for watcher in watchers {
            watcher.finishBehind()
            self.meters.watchesEnded.increment()
        }
    }
}
