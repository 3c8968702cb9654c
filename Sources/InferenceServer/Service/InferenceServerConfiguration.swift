/// How a server listens and how much it takes on.
public struct InferenceServerConfiguration: Sendable {
    /// The name under which requests ask for the model.
    public var modelName: String
    public var host: String
    /// 0 lets the kernel choose.
    public var port: Int
    /// Requests that are worked on at one time; each has a thread.
    public var workers: Int
    /// Requests that may wait for a worker; a further one is answered with 503.
    public var queueCapacity: Int
    /// How far requests that wait are run together.
    public var batching: BatchingOptions
    /// Where messages come from and their results go; `nil` when there are only HTTP requests.
    public var queue: QueueSettings?
    public var http: HTTPLimits
    /// Seconds that requests in flight have to finish once the server is asked to stop.
    public var drainSeconds: Int

    public init(
        modelName: String,
        host: String = "127.0.0.1",
        port: Int = 8080,
        workers: Int = 1,
        queueCapacity: Int = 1000,
        batching: BatchingOptions = BatchingOptions(),
        queue: QueueSettings? = nil,
        http: HTTPLimits = HTTPLimits(),
        drainSeconds: Int = 30
    ) {
        precondition((0...65_535).contains(port), "port: \(port)")
        precondition(workers > 0 && queueCapacity >= 0, "workers: \(workers), queueCapacity: \(queueCapacity)")
        self.modelName = modelName
        self.host = host
        self.port = port
        self.workers = workers
        self.queueCapacity = queueCapacity
        self.batching = batching
        self.queue = queue
        self.http = http
        self.drainSeconds = drainSeconds
    }
}
