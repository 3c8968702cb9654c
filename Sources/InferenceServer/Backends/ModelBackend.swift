/// A loaded model, whatever runs it.
///
/// The server above this protocol speaks HTTP and reads tensors; what lies below knows nothing of either. A backend for
/// another kind of model needs this protocol and a `ModelLoading` that makes it.
public protocol ModelBackend: Sendable {
    var interface: ModelInterface { get }

    /// Computes outputs from inputs, blocking the calling thread; called from several threads at once.
    ///
    /// - Parameters:
    ///   - inputs: One tensor for each of the interface's inputs, in its order, of its datatype and a shape that it
    ///     accepts.
    ///   - outputs: Which of the interface's outputs are wanted, as indices; the answer has their order.
    func run(_ inputs: [Tensor], outputs: [Int]) throws(InferenceError) -> [Tensor]
}
