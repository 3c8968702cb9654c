/// What goes into a model and what comes out.
public struct ModelInterface: Sendable, Equatable {
    /// The V2 protocol's name for what runs the model, for example `onnxruntime_onnx`.
    public let platform: String
    public let inputs: [TensorDescription]
    public let outputs: [TensorDescription]

    public init(platform: String, inputs: [TensorDescription], outputs: [TensorDescription]) {
        self.platform = platform
        self.inputs = inputs
        self.outputs = outputs
    }
}
