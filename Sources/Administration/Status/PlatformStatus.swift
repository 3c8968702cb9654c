public import Telemetry

/// What runs, how busy it is and why: what `/api/status` answers and `pilotlight status` prints.
public struct PlatformStatus: Sendable, Equatable {
    /// When this was true.
    public var time: WallTime
    /// Of the program.
    public var version: String
    /// By namespace, then name.
    public var services: [ServiceReport]
    /// What event sources drive, by namespace, then name.
    public var scaledObjects: [EventScalingReport]

    public init(
        time: WallTime,
        version: String,
        services: [ServiceReport],
        scaledObjects: [EventScalingReport] = []
    ) {
        self.time = time
        self.version = version
        self.services = services
        self.scaledObjects = scaledObjects
    }
}

/// One InferenceService.
public struct ServiceReport: Sendable, Equatable {
    /// The state of a service in one word.
    public enum State: String, Sendable, CaseIterable {
        /// At least one replica takes requests.
        case ready
        /// At zero, ready to start with the next request.
        case idle
        /// At zero, but a replica is on its way.
        case starting
        /// Its Ready condition is false; the message says why.
        case notReady
        /// It has no Ready condition yet.
        case unknown
    }

    public var namespace: String
    public var name: String
    /// Where requests go, or `nil` before it has an address.
    public var url: String?
    /// The service's Ready condition; `nil` while there is none.
    public var isReady: Bool?
    /// Why it is not ready, one sentence.
    public var message: String?
    public var revisions: [RevisionReport]
    /// The last cold start that this program saw.
    public var coldStart: ColdStartReport?

    public init(
        namespace: String,
        name: String,
        url: String? = nil,
        isReady: Bool? = nil,
        message: String? = nil,
        revisions: [RevisionReport] = [],
        coldStart: ColdStartReport? = nil
    ) {
        self.namespace = namespace
        self.name = name
        self.url = url
        self.isReady = isReady
        self.message = message
        self.revisions = revisions
        self.coldStart = coldStart
    }

    public var state: State {
        switch self.isReady {
        case false?: return .notReady
        case nil: return .unknown
        case true?: break
        }
        if self.revisions.contains(where: { $0.count(.ready) > 0 }) { return .ready }
        return self.revisions.contains { $0.count(.starting) > 0 } ? .starting : .idle
    }
}

/// One revision of a service: its replicas, its load and the last decision about it.
public struct RevisionReport: Sendable, Equatable {
    public var name: String
    /// `predictor`, `transformer` or `explainer`.
    public var component: String
    /// Share of the service's requests; `nil` when no route names the revision.
    public var trafficPercent: Int?
    /// Wanted by the last decision; `nil` while unknown.
    public var desiredReplicas: Int?
    /// By name.
    public var replicas: [ReplicaReport]
    /// `nil` while unknown.
    public var load: LiveLoad?
    public var scaling: ScalingReport
    public var decision: DecisionReport?
    /// Concurrency of the last minutes, a value a second, newest last; empty when not asked for.
    public var history: [Double]

    public init(
        name: String,
        component: String,
        trafficPercent: Int? = nil,
        desiredReplicas: Int? = nil,
        replicas: [ReplicaReport] = [],
        load: LiveLoad? = nil,
        scaling: ScalingReport,
        decision: DecisionReport? = nil,
        history: [Double] = []
    ) {
        self.name = name
        self.component = component
        self.trafficPercent = trafficPercent
        self.desiredReplicas = desiredReplicas
        self.replicas = replicas
        self.load = load
        self.scaling = scaling
        self.decision = decision
        self.history = history
    }

    public func count(_ state: ReplicaReport.State) -> Int {
        self.replicas.count { $0.state == state }
    }

    /// Load on each ready replica in units of the metric, to be held against the target; `nil` while unknown.
    ///
    /// With no replica ready it is the whole load.
    public var loadPerReplica: Double? {
        self.load.map { load in
            (self.scaling.metric == "rps" ? load.requestsPerSecond : load.concurrency)
                / Double(max(1, self.count(.ready)))
        }
    }
}

/// One replica.
public struct ReplicaReport: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case starting
        case ready
        /// Finishes what it has and takes no more.
        case draining
        case failed
    }

    public var name: String
    public var state: State
    /// When it was made, RFC 3339; `nil` when not known.
    public var since: String?
    public var restarts: Int
    /// Why it is not ready.
    public var message: String?

    public init(name: String, state: State, since: String? = nil, restarts: Int = 0, message: String? = nil) {
        self.name = name
        self.state = state
        self.since = since
        self.restarts = restarts
        self.message = message
    }
}

/// How a revision scales, and what the autoscaler last saw.
public struct ScalingReport: Sendable, Equatable {
    /// `concurrency` or `rps`.
    public var metric: String
    /// Load aimed at per replica, in units of the metric.
    public var target: Double
    public var minScale: Int
    /// 0 for no limit.
    public var maxScale: Int
    /// Whether a burst is on; `nil` while unknown.
    public var isPanicking: Bool?
    /// Average over the stable window, in units of the metric; `nil` while unknown.
    public var stableValue: Double?
    public var panicValue: Double?

    public init(
        metric: String,
        target: Double,
        minScale: Int = 0,
        maxScale: Int = 0,
        isPanicking: Bool? = nil,
        stableValue: Double? = nil,
        panicValue: Double? = nil
    ) {
        self.metric = metric
        self.target = target
        self.minScale = minScale
        self.maxScale = maxScale
        self.isPanicking = isPanicking
        self.stableValue = stableValue
        self.panicValue = panicValue
    }
}

/// The last decision about a revision, and why.
public struct DecisionReport: Sendable, Equatable {
    /// RFC 3339.
    public var time: String
    /// `nil` when the decision was to hold what there is.
    public var desired: Int?
    /// One sentence with the numbers.
    public var reason: String

    public init(time: String, desired: Int?, reason: String) {
        self.time = time
        self.desired = desired
        self.reason = reason
    }
}
