/// A request for a prediction, checked against the model's interface.
struct InferenceRequest {
    /// What the client calls it; `nil` when it gave no name.
    var id: String?
    /// One for each of the model's inputs, in the model's order.
    var inputs: [Tensor]
    /// What to answer with, in the order of the answer.
    var outputs: [WantedOutput]
}

/// An output that the answer shall have.
struct WantedOutput: Equatable {
    /// The place among the model's outputs.
    var index: Int
    /// As bytes behind the JSON instead of numbers in it.
    var isBinary = false
}
