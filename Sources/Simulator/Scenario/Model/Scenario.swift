/// Everything a simulation run depends on, apart from its seed and the number of its replication.
///
/// Values only. Two equal scenarios with equal seeds give equal results, bit for bit.
public struct Scenario: Sendable {
    public var name: String
    /// When the run ends.
    public var horizonSeconds: Double
    /// Results count from here on; what came before only brought the model into its steady state.
    public var warmUpSeconds: Double
    public var services: [ServiceModel]
    /// `nil`: room for every replica everywhere, at once.
    public var cluster: ClusterModel?
    public var faults: [Fault]
    public var metrics: MetricPipeline
    public var recording: RecordingOptions

    public init(
        name: String,
        horizonSeconds: Double,
        warmUpSeconds: Double = 0,
        services: [ServiceModel],
        cluster: ClusterModel? = nil,
        faults: [Fault] = [],
        metrics: MetricPipeline = MetricPipeline(),
        recording: RecordingOptions = RecordingOptions()
    ) {
        self.name = name
        self.horizonSeconds = horizonSeconds
        self.warmUpSeconds = warmUpSeconds
        self.services = services
        self.cluster = cluster
        self.faults = faults
        self.metrics = metrics
        self.recording = recording
    }
}
