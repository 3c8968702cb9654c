import NIOCore

/// How ONNX Runtime runs a model.
public struct OnnxRuntimeOptions: Sendable, Equatable {
    public var device: ComputeDevice
    /// Threads that share the work of one inference, the calling thread among them; `nil` for the usual number.
    public var threads: Int?
    /// The GPU to use, counted from zero, where the device is CUDA.
    public var gpu: Int

    public init(device: ComputeDevice = .cpu, threads: Int? = nil, gpu: Int = 0) {
        precondition(threads ?? 1 >= 1 && gpu >= 0, "threads: \(threads ?? 1), gpu: \(gpu)")
        self.device = device
        self.threads = threads
        self.gpu = gpu
    }

    /// The threads for one inference unless someone says otherwise: the cores that the container may use, at most four.
    ///
    /// More threads answer one request sooner and spend more on it; beyond four, most models that are served on CPUs
    /// gain little, while every replica of a service that grows by replicas takes cores from the others.
    public static var defaultThreads: Int { min(System.coreCount, 4) }
}
