public import ScalingCore

/// What the requests of one InferenceService say about the replicas it needs, for other autoscalers to read.
public struct RequestSignal: Sendable, Equatable {
    /// Requests in flight, or a second, whichever the service scales on.
    public var metric: ScalingMetric
    /// The load that decisions were last made on: that of the short window while it is in panic, else of the long one.
    public var load: Double
    /// What one replica should have of it.
    public var target: Double
    /// What the autoscaler itself wants; `nil` while it does not know.
    public var desiredReplicas: Int?

    public init(metric: ScalingMetric, load: Double, target: Double, desiredReplicas: Int?) {
        self.metric = metric
        self.load = load
        self.target = target
        self.desiredReplicas = desiredReplicas
    }

    /// Whether there is a reason to have a replica at all.
    public var isActive: Bool { self.load > 0 || (self.desiredReplicas ?? 0) > 0 }
}

/// Where others read the request signal: the autoscaler, to those who serve it.
public protocol RequestSignalSource: Sendable {
    /// The signal of an InferenceService; `nil` when there is no such service or its load is not known yet, which is not
    /// the same as none.
    func requestSignal(namespace: String, inferenceService: String) -> RequestSignal?
}

extension AutoscalerService: RequestSignalSource {
    public func requestSignal(namespace: String, inferenceService: String) -> RequestSignal? {
        let revision = self.reading.revisions.first { $0.namespace == namespace && $0.service == inferenceService }
        guard let revision, let load = revision.isPanicking ? revision.panic : revision.stable else { return nil }
        return RequestSignal(
            metric: revision.metric,
            load: load,
            target: revision.target,
            desiredReplicas: revision.desired
        )
    }
}
