import KubernetesClient
import Logging
import ServingAPI
import StructuredData
import Synchronization
import Telemetry
import Timekeeping

/// Makes triggers out of ScaledObjects, and makes them anew when what they were made from has changed.
///
/// It follows the objects, the credentials that they name and the Deployments that they scale. What it makes of them goes
/// into the inbox of the engine; the triggers themselves stay here, where the polls find them.
final class TriggerWorkshop: Sendable {
    /// What stands for one ScaledObject.
    private struct Bench {
        var target: ObjectKey
        var usesClusterCredentials: Bool
        var triggers: [TriggerMaking] = []
        var build = 0
        /// What the engine was told last.
        var told: EventScaling?
    }

    private struct State {
        var benches: [ObjectKey: Bench] = [:]
        var objectsByTarget: [ObjectKey: Set<ObjectKey>] = [:]
        var dirty: Set<ObjectKey> = []
        var lastBuild = 0
    }

    /// Until credentials that could not be read are read again.
    private static let retryPause = Duration.seconds(2)

    private let maker: TriggerMaker
    private let inbox: Inbox
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>.Continuation
    private let rings: AsyncStream<Void>
    private let objects: Informer
    private let deployments: Informer
    private let secrets: Informer
    private let configMaps: Informer
    private let authentications: [Informer]

    init(
        api: any KubernetesAPI,
        source: any TriggerSource,
        credentials: (any CredentialSource)?,
        inbox: Inbox,
        log: Logger
    ) {
        func informer(_ type: ResourceType) -> Informer { Informer(api: api, type: type, log: log) }
        self.objects = informer(.scaledObject)
        self.deployments = informer(.deployment)
        self.secrets = informer(.secret)
        self.configMaps = informer(.configMap)
        self.authentications = [informer(.triggerAuthentication), informer(.clusterTriggerAuthentication)]
        self.maker = TriggerMaker(source: source, credentials: credentials)
        self.inbox = inbox
        (self.rings, self.bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The trigger to ask, `nil` when it has been replaced or could not be made.
    func trigger(_ job: PollJob) -> BuiltTrigger? {
        self.state.withLock { state in
            guard let bench = state.benches[job.object], bench.build == job.build,
                bench.triggers.indices.contains(job.trigger)
            else { return nil }
            return bench.triggers[job.trigger].built
        }
    }

    // MARK: Following

    /// Works until the task is cancelled, and lets go of all triggers then.
    func run() async {
        await withDiscardingTaskGroup { group in
            self.followAll(in: &group)
            for informer in [self.objects, self.deployments, self.secrets, self.configMaps] + self.authentications {
                // What is not known yet would look as if it were missing.
                guard await informer.waitUntilSynced() else { break }
            }
            for await _ in self.rings {
                while let key = self.nextDirty() { await self.refresh(key, in: &group) }
            }
            group.cancelAll()
        }
        let left = self.state.withLock { $0.benches.values.flatMap(\.triggers) }
        for trigger in left { await trigger.built?.close() }
    }

    private func followAll(in group: inout DiscardingTaskGroup) {
        self.follow(self.objects, in: &group) { change in
            if !change.isOnlyStatus { self.mark([change.object.key]) }
        }
        self.follow(self.deployments, in: &group) { change in
            guard change.concernsTriggers else { return }
            self.mark(self.state.withLock { $0.objectsByTarget[change.object.key] } ?? [])
        }
        for informer in [self.secrets, self.configMaps] + self.authentications {
            self.follow(informer, in: &group) { self.credentialsChanged(in: $0.object.namespace) }
        }
    }

    private func follow(
        _ informer: Informer,
        in group: inout DiscardingTaskGroup,
        onChange: @escaping @Sendable (InformerChange) -> Void
    ) {
        group.addTask { await informer.run { changes in for change in changes { onChange(change) } } }
    }

    /// - Parameter namespace: Empty for what belongs to no namespace.
    private func credentialsChanged(in namespace: String) {
        let concerned = self.state.withLock { state in
            state.benches.filter { $0.key.namespace == namespace || $0.value.usesClusterCredentials }.map(\.key)
        }
        self.mark(Set(concerned))
    }

    private func mark(_ keys: Set<ObjectKey>) {
        guard !keys.isEmpty else { return }
        self.state.withLock { $0.dirty.formUnion(keys) }
        self.bell.yield()
    }

    private func nextDirty() -> ObjectKey? { self.state.withLock { $0.dirty.popFirst() } }

    // MARK: Making

    private func refresh(_ key: ObjectKey, in group: inout DiscardingTaskGroup) async {
        guard let object = self.objects.object(key), !object.isDeleting else {
            self.discard(key, in: &group)
            self.inbox.put(.scaledObjectGone(key))
            return
        }
        let reading: ScaledObjectReading
        do throws(ProblemList) {
            reading = try ScaledObjectReading(object, now: MonotonicClock.now(), wallTime: .now())
        } catch {
            // What was in force before stays in force.
            self.state.withLock { $0.benches[key]?.told = nil }
            let problems = [error.problems.sentences] + (await self.triggerProblems(of: object, in: &group))
            self.inbox.put(
                .scaledObjectRefused(key, uid: object.uid, message: problems.joined(separator: "; "))
            )
            return
        }
        let (old, oldTarget) = self.state.withLock { ($0.benches[key]?.triggers ?? [], $0.benches[key]?.target) }
        let made = await self.make(reading.object.spec, of: key, for: reading.target, reusing: old)
        let (scaling, build) = self.state.withLock { state -> (EventScaling?, Int?) in
            let isSame = old.count == made.count && zip(old, made).allSatisfy { $0.isSame(as: $1) }
            var bench = state.benches[key] ?? Bench(target: reading.target, usesClusterCredentials: false)
            if !isSame || bench.build == 0 {
                state.lastBuild += 1
                bench.build = state.lastBuild
            }
            bench.target = reading.target
            bench.usesClusterCredentials = reading.usesClusterCredentials
            bench.triggers = made
            let scaling = reading.scaling(triggers: made, build: bench.build)
            let isNews = bench.told.map { !scaling.says(theSameAs: $0) } ?? true
            bench.told = scaling
            state.benches[key] = bench
            if let oldTarget { state.objectsByTarget[oldTarget]?.remove(key) }
            state.objectsByTarget[reading.target, default: []].insert(key)
            return (isNews ? scaling : nil, isSame ? nil : bench.build)
        }
        self.discard(old.filter { before in !made.contains { $0.built === before.built } }, in: &group)
        if let scaling { self.inbox.put(.scaledObject(scaling, status: object.status)) }
        if let build { self.listen(to: made, of: key, build: build, in: &group) }
        if made.contains(where: \.isWorthRetrying) {
            group.addTask {
                guard (try? await Task.sleep(for: Self.retryPause)) != nil else { return }
                self.mark([key])
            }
        }
    }

    private func make(
        _ spec: ScaledObjectSpec,
        of key: ObjectKey,
        for target: ObjectKey?,
        reusing old: [TriggerMaking] = []
    ) async -> [TriggerMaking] {
        await self.maker.make(
            spec,
            of: key,
            reusing: old,
            deployment: target.flatMap { self.deployments.object($0) }
        ) { $0 == .secret ? self.secrets.object($1) : self.configMaps.object($1) }
    }

    /// What is wrong with the triggers of an object that is refused for other reasons, so that all is said at once.
    private func triggerProblems(of object: KubernetesObject, in group: inout DiscardingTaskGroup) async -> [String] {
        let draft = ScaledObject.draft(of: object.json)
        let target = draft.scaleTargetRef.deploymentName.map { ObjectKey(namespace: object.namespace, name: $0) }
        let made = await self.make(draft, of: object.key, for: target)
        self.discard(made, in: &group)
        return made.compactMap(\.problem)
    }

    /// Hands on what sources say by themselves, until they are closed.
    private func listen(
        to triggers: [TriggerMaking],
        of key: ObjectKey,
        build: Int,
        in group: inout DiscardingTaskGroup
    ) {
        for (index, trigger) in triggers.enumerated() {
            guard let activations = trigger.built?.activations() else { continue }
            let job = PollJob(object: key, build: build, trigger: index)
            group.addTask {
                for await isActive in activations { self.inbox.put(.triggerActivated(job, isActive)) }
            }
        }
    }

    private func discard(_ key: ObjectKey, in group: inout DiscardingTaskGroup) {
        let bench = self.state.withLock { state in
            guard let bench = state.benches.removeValue(forKey: key) else { return nil as Bench? }
            state.objectsByTarget[bench.target]?.remove(key)
            if state.objectsByTarget[bench.target]?.isEmpty == true { state.objectsByTarget[bench.target] = nil }
            return bench
        }
        self.discard(bench?.triggers ?? [], in: &group)
    }

    /// Closes triggers beside everything else, because letting go of a broker may take its time.
    private func discard(_ triggers: [TriggerMaking], in group: inout DiscardingTaskGroup) {
        for trigger in triggers {
            guard let built = trigger.built else { continue }
            group.addTask { await built.close() }
        }
    }
}

extension InformerChange {
    /// Whether nothing but the status, and the version that goes with it, is different.
    fileprivate var isOnlyStatus: Bool {
        guard case .updated(var old, var new) = self else { return false }
        for field in ["resourceVersion", "managedFields"] {
            old.metadata[field] = nil
            new.metadata[field] = nil
        }
        old.json["status"] = nil
        new.json["status"] = nil
        return old == new
    }

    /// Whether a Deployment came, went, or changed what its triggers take from it.
    fileprivate var concernsTriggers: Bool {
        guard case .updated(let old, let new) = self else { return true }
        return old.spec["template"] != new.spec["template"]
    }
}

extension [Problem] {
    /// All problems as one text.
    var sentences: String { self.map(\.description).joined(separator: "; ") }
}
