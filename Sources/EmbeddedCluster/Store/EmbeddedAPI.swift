public import KubernetesClient
import Synchronization
import Telemetry

/// A Kubernetes API in this process: objects in memory, every write durable before it is answered.
///
/// Semantics are those of an API server (see `KubernetesAPI`), so that what is written against one runs against the
/// other. Reads and watches are served from memory; a write costs one transaction of some tens of microseconds.
public final class EmbeddedAPI: KubernetesAPI {
    let state: Mutex<ClusterState>
    let database: ClusterDatabase?
    private let lock: DataDirectoryLock?
    let admission: Admission
    let settings: EmbeddedAPISettings
    let meters = StoreMeters()
    private let podMeter = PodMeter()

    /// Opens the store in `directory`, which is made when it is not there, and holds it for this process.
    ///
    /// - Parameter admission: Rules beyond the built-in ones for Deployments and Pods.
    /// - Throws: `unavailable` when another process holds the directory.
    public convenience init(
        directory: String,
        admission: [AdmissionRule] = [],
        settings: EmbeddedAPISettings = EmbeddedAPISettings()
    ) throws(KubernetesError) {
        do throws(SystemError) {
            try Directories.make(directory)
        } catch {
            throw KubernetesError(.serverError, subject: directory, message: error.description)
        }
        let lock = try DataDirectoryLock(path: "\(directory)/cluster.lock")
        let database = try ClusterDatabase(path: "\(directory)/cluster.sqlite")
        let (objects, version) = try database.load()
        self.init(
            state: ClusterState(objects: objects, version: version, historyCapacity: settings.historyCapacity),
            database: database,
            lock: lock,
            admission: admission,
            settings: settings
        )
    }

    /// An API whose objects are gone with it, for tests and trials.
    public static func inMemory(
        admission: [AdmissionRule] = [],
        settings: EmbeddedAPISettings = EmbeddedAPISettings()
    ) -> EmbeddedAPI {
        EmbeddedAPI(
            state: ClusterState(objects: [], version: 1, historyCapacity: settings.historyCapacity),
            database: nil,
            lock: nil,
            admission: admission,
            settings: settings
        )
    }

    private init(
        state: ClusterState,
        database: ClusterDatabase?,
        lock: DataDirectoryLock?,
        admission: [AdmissionRule],
        settings: EmbeddedAPISettings
    ) {
        self.state = Mutex(state)
        self.database = database
        self.lock = lock
        self.admission = Admission(BuiltInRules.all + admission)
        self.settings = settings
        self.collectGarbage()
    }

    // MARK: Reading

    public func get(_ type: ResourceType, _ key: ObjectKey) async throws(KubernetesError) -> KubernetesObject {
        guard type != .podMetrics else {
            guard let metrics = self.object(.pod, key).flatMap(self.metrics) else { throw .notFound(type, key) }
            return metrics
        }
        guard let object = self.object(type, key) else { throw .notFound(type, key) }
        return object
    }

    /// The object as it is now, or `nil` when there is none.
    func object(_ type: ResourceType, _ key: ObjectKey) -> KubernetesObject? {
        self.state.withLock { $0.object(Self.id(type, key))?.object }
    }

    public func list(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector
    ) async throws(KubernetesError) -> KubernetesList {
        let isMeasured = type == .podMetrics
        let resource = isMeasured ? ResourceType.pod.description : type.description
        let list = self.state.withLock { state in
            KubernetesList(
                items: state.objects(resource, namespace: namespace, selector: selector),
                resourceVersion: "\(state.version)"
            )
        }
        guard isMeasured else { return list }
        return KubernetesList(items: list.items.compactMap(self.metrics), resourceVersion: list.resourceVersion)
    }

    /// What a pod uses now, `nil` when nothing of it runs.
    private func metrics(of pod: KubernetesObject) -> KubernetesObject? {
        self.podMeter.metrics(of: pod, now: MonotonicClock.now(), wallTime: .now())
    }

    /// Every object of one kind, in the order of the names.
    func objects(_ type: ResourceType) -> [KubernetesObject] {
        self.state.withLock { $0.objects(type.description, namespace: nil, selector: .everything) }
    }

    /// Objects by resource, open watches and the version.
    var sizes: (objects: [String: Int], watches: Int, version: Int64) {
        self.state.withLock { ($0.counts, $0.watcherCount, $0.version) }
    }

    /// What the object with this uid owns, of one kind, as it is now.
    func dependents(of uid: String, _ type: ResourceType) -> [KubernetesObject] {
        self.state.withLock { $0.dependents(of: uid, resource: type.description) }
    }

    static func id(_ type: ResourceType, _ key: ObjectKey) -> StoredObject.ID {
        StoredObject.ID(resource: type.description, key: key)
    }
}
