/// What a model is computed on.
public enum ComputeDevice: String, Sendable, CaseIterable {
    case cpu
    /// An NVIDIA GPU.
    case cuda
}
