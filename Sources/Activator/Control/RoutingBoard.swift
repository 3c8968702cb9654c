import KubernetesClient
import Logging
import NIOCore
import RoutingCore
import ServingAPI
import StructuredData
import Telemetry
import Timekeeping

/// What the activator knows of revisions, routes and pods, kept up to date from the API.
///
/// Every change of routes makes a new immutable snapshot for the loops; changes of replicas go to the revision's
/// dispatcher at once. When the API is out of reach, what is known stays in force.
actor RoutingBoard {
    private struct RevisionEntry {
        let runtime: RevisionRuntime
        var spec: RevisionSpec
    }

    private struct ReplicaEntry {
        let revision: RevisionID
        let endpoint: ReplicaEndpoint
        var prober: ReplicaProber?
        var restarts: Int
        var isDraining = false
    }

    private let loops: [ProxyLoop]
    private let notices: RevisionRuntime.Notices
    private let directory: RevisionDirectory
    private let feed: ActivityFeed
    private let log: Logger
    private var revisions: [RevisionID: RevisionEntry] = [:]
    private var routes: [ObjectKey: RouteSpec] = [:]
    private var pods: [ObjectKey: KubernetesObject] = [:]
    private var replicas: [String: ReplicaEntry] = [:]
    private var nextLoop = 0

    init(
        loops: [ProxyLoop],
        notices: RevisionRuntime.Notices,
        directory: RevisionDirectory,
        feed: ActivityFeed,
        log: Logger
    ) {
        self.loops = loops
        self.notices = notices
        self.directory = directory
        self.feed = feed
        self.log = log
    }

    // MARK: Changes

    func revisionsChanged(_ changes: [InformerChange]) {
        for change in changes {
            let key = change.object.key
            let id = RevisionID(namespace: key.namespace, name: key.name)
            if case .removed = change {
                self.removeRevision(id)
            } else if let revision = self.read(change.object, as: { try Revision(json: $0).spec }) {
                self.updateRevision(id, spec: revision)
            }
        }
        self.publish()
    }

    func routesChanged(_ changes: [InformerChange]) {
        for change in changes {
            if case .removed = change {
                self.routes[change.object.key] = nil
            } else if let route = self.read(change.object, as: { try Route(json: $0).spec }) {
                self.routes[change.object.key] = route
            }
        }
        self.publish()
    }

    func podsChanged(_ changes: [InformerChange]) {
        for change in changes {
            if case .removed(let pod) = change {
                self.pods[pod.key] = nil
                self.removeReplica(uid: pod.uid)
            } else {
                self.pods[change.object.key] = change.object
                self.updateReplica(change.object)
            }
        }
    }

    /// A replica could not be reached: it is probed until it answers again.
    func suspected(_ endpoint: ReplicaEndpoint) {
        guard let entry = self.replicas[endpoint.podUID], entry.prober == nil, !entry.isDraining else { return }
        self.startProbing(uid: endpoint.podUID)
    }

    private func answered(_ endpoint: ReplicaEndpoint) {
        self.replicas[endpoint.podUID]?.prober = nil
    }

    private func read<Spec>(_ object: KubernetesObject, as spec: (JSONValue) throws -> Spec) -> Spec? {
        do {
            return try spec(object.json)
        } catch {
            // What was in force stays in force.
            self.log.error(
                "cannot read an object, its last good state stays",
                metadata: ["kind": "\(object.kind)", "object": "\(object.key)", "error": "\(error)"]
            )
            return nil
        }
    }

    // MARK: Revisions

    private func updateRevision(_ id: RevisionID, spec: RevisionSpec) {
        let limits = RevisionDispatcher.Limits(
            containerConcurrency: spec.containerConcurrency,
            queueCapacity: spec.queueCapacity
        )
        if let entry = self.revisions[id] {
            self.revisions[id]?.spec = spec
            entry.runtime.limitsChanged(limits)
        } else {
            let runtime = RevisionRuntime(
                id: id,
                service: spec.inferenceService,
                limits: limits,
                notices: self.notices,
                now: MonotonicClock.now()
            )
            self.revisions[id] = RevisionEntry(runtime: runtime, spec: spec)
            self.directory.add(runtime)
        }
        for pod in self.pods.values where pod.namespace == id.namespace { self.updateReplica(pod) }
    }

    private func removeRevision(_ id: RevisionID) {
        guard let entry = self.revisions.removeValue(forKey: id) else { return }
        self.directory.remove(id)
        for (uid, replica) in self.replicas where replica.revision == id { self.removeReplica(uid: uid) }
        for waiter in entry.runtime.takeAllWaiters(now: MonotonicClock.now()) {
            waiter.connection.loop.eventLoop.execute { waiter.connection.revisionRemoved() }
        }
    }

    // MARK: Replicas

    private func updateReplica(_ pod: KubernetesObject) {
        guard let (id, entry) = self.revision(of: pod) else { return }
        if var replica = self.replicas[pod.uid] {
            if pod.isDeleting, !replica.isDraining {
                replica.isDraining = true
                replica.prober?.stop()
                replica.prober = nil
                self.replicas[pod.uid] = replica
                let isEmpty = entry.runtime.replicaDraining(replica.endpoint)
                if isEmpty { self.notices.drained(entry.runtime, replica.endpoint) }
                return
            }
            let restarts = Self.restarts(of: pod)
            guard restarts != replica.restarts else { return }
            self.replicas[pod.uid]?.restarts = restarts
            entry.runtime.replicaSuspected(replica.endpoint)
            return
        }
        guard !pod.isDeleting, let address = Self.address(of: pod, spec: entry.spec) else { return }
        let endpoint = entry.runtime.replicaAppeared { replica in
            ReplicaEndpoint(
                id: replica,
                podName: pod.name,
                podUID: pod.uid,
                address: address,
                probe: entry.spec.probe,
                appearedAt: MonotonicClock.now()
            )
        }
        self.replicas[pod.uid] = ReplicaEntry(revision: id, endpoint: endpoint, restarts: Self.restarts(of: pod))
        self.startProbing(uid: pod.uid)
    }

    private func startProbing(uid: String) {
        guard let replica = self.replicas[uid], let entry = self.revisions[replica.revision] else { return }
        self.nextLoop = (self.nextLoop + 1) % self.loops.count
        let prober = ReplicaProber(
            endpoint: replica.endpoint,
            runtime: entry.runtime,
            loop: self.loops[self.nextLoop]
        ) { endpoint in
            Task { await self.answered(endpoint) }
        }
        self.replicas[uid]?.prober = prober
        prober.start()
    }

    private func removeReplica(uid: String) {
        guard let replica = self.replicas.removeValue(forKey: uid) else { return }
        replica.prober?.stop()
        self.revisions[replica.revision]?.runtime.replicaRemoved(replica.endpoint)
        for loop in self.loops { loop.closeIdle(to: replica.endpoint) }
    }

    private func revision(of pod: KubernetesObject) -> (RevisionID, RevisionEntry)? {
        let labels = pod.labels
        if let name = labels["pilotlight.dev/revision"] {
            let id = RevisionID(namespace: pod.namespace, name: name)
            if let entry = self.revisions[id] { return (id, entry) }
        }
        return self.revisions.first { id, entry in
            id.namespace == pod.namespace && !entry.spec.podLabels.isEmpty
                && LabelSelector(entry.spec.podLabels).matches(labels)
        }.map { ($0.key, $0.value) }
    }

    private static func address(of pod: KubernetesObject, spec: RevisionSpec) -> SocketAddress? {
        guard pod.status["phase"]?.stringValue == "Running", let host = pod.status["podIP"]?.stringValue else {
            return nil
        }
        let port = pod.annotations["pilotlight.dev/port"].flatMap { Int($0) } ?? spec.port
        return try? SocketAddress(ipAddress: host, port: port)
    }

    private static func restarts(of pod: KubernetesObject) -> Int {
        (pod.status["containerStatuses"]?.arrayValue ?? []).reduce(0) { $0 + ($1["restartCount"]?.intValue ?? 0) }
    }

    // MARK: Snapshots

    private func publish() {
        let ordered = self.routes.sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }
        let routes = ordered.compactMap { key, spec -> (RouteTable.Entry, RoutingSnapshot.Route)? in
            let targets = spec.traffic.compactMap { part -> RoutingSnapshot.Target? in
                let id = RevisionID(namespace: key.namespace, name: part.revision)
                guard part.percent > 0, let entry = self.revisions[id] else { return nil }
                return RoutingSnapshot.Target(
                    runtime: entry.runtime,
                    timeouts: RevisionTimeouts(entry.spec),
                    weight: part.percent
                )
            }
            guard !targets.isEmpty else { return nil }
            let entry = RouteTable.Entry(hosts: spec.hosts, pathPrefixes: spec.pathPrefixes)
            return (entry, RoutingSnapshot.Route(targets: targets))
        }
        let snapshot = RoutingSnapshot(table: RouteTable(routes.map(\.0)), routes: routes.map(\.1))
        for loop in self.loops { loop.apply(snapshot) }
    }
}

extension RevisionTimeouts {
    init(_ spec: RevisionSpec) {
        self.init(
            coldStartSeconds: spec.coldStartTimeoutSeconds,
            responseStartSeconds: spec.responseStartTimeoutSeconds,
            idleSeconds: spec.idleTimeoutSeconds
        )
    }
}
