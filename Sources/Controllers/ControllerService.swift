public import KubernetesClient
public import Logging
public import ServiceLifecycle
import ServingAPI
import StructuredData
public import Telemetry

/// The live controllers: follow InferenceServices and all that belongs to them, and keep both in step.
public final class ControllerService: Service {
    /// Pods change many times within the moment in which they start; one look afterwards sees it all, and the writes of a
    /// cold start are left alone meanwhile.
    private static let podNewsDelay = Duration.milliseconds(100)

    private let reconciler: ServiceReconciler
    private let services: Informer
    private let servingRuntimes: Informer
    private let clusterServingRuntimes: Informer
    private let deployments: Informer
    private let revisions: Informer
    private let routes: Informer
    private let scaledObjects: Informer
    private let authentications: Informer
    private let pods: PodIndex
    private let podInformer: Informer
    private let settings: ControllerSettings
    private let meters = ControllerMeters()
    private let log: Logger

    /// - Parameter metrics: Where the controllers' metrics are reported; `nil` for nowhere.
    public init(
        api: any KubernetesAPI,
        settings: ControllerSettings = ControllerSettings(),
        metrics: MetricsRegistry? = nil,
        feed: ActivityFeed = ActivityFeed(),
        log: Logger = Logger(label: "controller")
    ) {
        func informer(_ type: ResourceType) -> Informer { Informer(api: api, type: type, log: log) }
        self.reconciler = ServiceReconciler(api: api, settings: settings, feed: feed, log: log)
        self.services = informer(.inferenceService)
        self.servingRuntimes = informer(.servingRuntime)
        self.clusterServingRuntimes = informer(.clusterServingRuntime)
        self.deployments = informer(.deployment)
        self.revisions = informer(.revision)
        self.routes = informer(.route)
        self.scaledObjects = informer(.scaledObject)
        self.authentications = informer(.triggerAuthentication)
        self.podInformer = informer(.pod)
        self.pods = PodIndex()
        self.settings = settings
        self.log = log
        metrics?.register(self.meters)
    }

    /// Runs until the task is cancelled or the service is asked to end.
    public func run() async throws {
        // Also while the first lists are still being read, which an API that does not answer can make long.
        await cancelWhenGracefulShutdown { await self.runUntilCancelled() }
    }

    private func runUntilCancelled() async {
        let loop = ReconcileLoop(atOnce: self.settings.servicesAtOnce) { await self.reconcile($0) }
        await withTaskGroup(of: Void.self) { group in
            self.follow(loop, in: &group)
            group.addTask {
                // What is not known yet would look as if it were missing.
                for informer in self.informers { guard await informer.waitUntilSynced() else { return } }
                for service in self.services.objects { loop.add(service.key) }
                await loop.run()
            }
            // Informers never end by themselves.
            await group.next()
            group.cancelAll()
        }
    }

    private var informers: [Informer] {
        [
            self.services, self.servingRuntimes, self.clusterServingRuntimes, self.deployments, self.revisions,
            self.routes, self.scaledObjects, self.authentications, self.podInformer,
        ]
    }

    // MARK: What happens

    private func follow(_ loop: ReconcileLoop, in group: inout TaskGroup<Void>) {
        self.follow(self.services, in: &group) { loop.add($0.object.key) }
        for informer in [self.servingRuntimes, self.clusterServingRuntimes] {
            self.follow(informer, in: &group) { _ in
                for service in self.services.objects { loop.add(service.key) }
            }
        }
        for informer in [self.deployments, self.routes] {
            self.follow(informer, in: &group) { change in
                if let key = Self.service(of: change.object) { loop.add(key, after: Self.podNewsDelay) }
            }
        }
        self.follow(self.scaledObjects, in: &group) { change in
            // The readings in its status change all the time, and are none of the service's business.
            guard !change.isOnlyStatus || change.changesConditions else { return }
            if let key = Self.service(of: change.object) { loop.add(key, after: Self.podNewsDelay) }
        }
        self.follow(self.authentications, in: &group) { change in
            for service in self.services.objects where service.namespace == change.object.namespace {
                if service.spec["predictor"]?["queue"] != nil { loop.add(service.key) }
            }
        }
        self.follow(self.revisions, in: &group) { change in
            // Its status is the autoscaler's business.
            guard !change.isOnlyStatus, let key = Self.service(of: change.object) else { return }
            loop.add(key)
        }
        self.follow(self.podInformer, in: &group) { change in
            guard let key = self.pods.take(change) else { return }
            loop.add(key, after: Self.podNewsDelay)
        }
    }

    private func follow(
        _ informer: Informer,
        in group: inout TaskGroup<Void>,
        onChange: @escaping @Sendable (InformerChange) -> Void
    ) {
        group.addTask {
            await informer.run { changes in for change in changes { onChange(change) } }
        }
    }

    private static func service(of child: KubernetesObject) -> ObjectKey? {
        guard let name = child.labels[LabelName.inferenceService] else { return nil }
        return ObjectKey(namespace: child.namespace, name: name)
    }

    // MARK: What is done about it

    private func reconcile(_ key: ObjectKey) async -> WorkQueue<ObjectKey>.Outcome {
        // Children of a service that is gone go with it: the API collects what has lost its owner.
        guard let service = self.services.object(key), !service.isDeleting else { return .done }
        do {
            let look = try await self.reconciler.reconcile(self.observe(service))
            self.meters.reconciled(hasWritten: look.hasWritten)
            return look.recheckAfterSeconds.map { .again(after: .seconds($0)) } ?? .done
        } catch {
            self.meters.failed()
            // Somebody wrote in between, or our own write is not in the cache yet: nothing an operator need know.
            let level: Logger.Level = [.conflict, .alreadyExists].contains(error.code) ? .debug : .warning
            self.log.log(
                level: level,
                "service not reconciled",
                metadata: ["service": "\(key)", "error": "\(error)"]
            )
            return .failed
        }
    }

    private func observe(_ service: KubernetesObject) -> ServiceObservation {
        var observation = ServiceObservation(service: service)
        let runtimes = self.servingRuntimes.objects + self.clusterServingRuntimes.objects
        observation.runtimes = ServiceObservation.runtimes(stored: runtimes)
        let predictorName = service.spec["predictor"]?["name"]?.stringValue ?? ""
        let predictor = [service.name, predictorName, "predictor"].filter { !$0.isEmpty }.joined(separator: "-")
        let key = ObjectKey(namespace: service.namespace, name: predictor)
        observation.deployment = self.deployments.object(key)
        observation.revision = self.revisions.object(key)
        observation.route = self.routes.object(service.key)
        observation.scaledObject = self.scaledObjects.object(key)
        if service.spec["predictor"]?["queue"] != nil {
            observation.authentications = self.authentications.objects.filter { $0.namespace == service.namespace }
        }
        observation.pods = self.pods.pods(of: service.key, revision: predictor)
        return observation
    }
}

extension InformerChange {
    /// Whether what the status says in its conditions is different.
    fileprivate var changesConditions: Bool {
        guard case .updated(let old, let new) = self else { return true }
        return old.status["conditions"] != new.status["conditions"]
    }

    /// Whether nothing but the status, and the version that goes with it, is different.
    var isOnlyStatus: Bool {
        guard case .updated(var old, var new) = self else { return false }
        for field in ["resourceVersion", "managedFields"] {
            old.metadata[field] = nil
            new.metadata[field] = nil
        }
        old.json["status"] = nil
        new.json["status"] = nil
        return old == new
    }
}
