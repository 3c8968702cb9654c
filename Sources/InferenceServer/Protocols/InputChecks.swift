extension TensorDescription {
    /// Refuses a tensor that the model cannot take, in words that name the input.
    func check(_ tensor: Tensor) throws(InferenceError) {
        guard tensor.datatype == self.datatype else {
            throw InferenceError(
                .invalidInput,
                "input '\(self.name)' is \(tensor.datatype.rawValue), and the model takes \(self.datatype.rawValue)"
            )
        }
        guard self.accepts(tensor.shape) else {
            throw InferenceError(
                .invalidInput,
                "input '\(self.name)' has shape \(tensor.shape), and the model takes \(self.shape)"
                    + (self.shape.contains(-1) ? ", where -1 is any length" : "")
            )
        }
    }
}

extension ModelInterface {
    func inputIndex(of name: String) throws(InferenceError) -> Int {
        guard let index = self.inputs.firstIndex(where: { $0.name == name }) else {
            throw InferenceError(.invalidInput, "the model has no input '\(name)'; \(Self.list(self.inputs, "input"))")
        }
        return index
    }

    func outputIndex(of name: String) throws(InferenceError) -> Int {
        guard let index = self.outputs.firstIndex(where: { $0.name == name }) else {
            throw InferenceError(
                .invalidInput,
                "the model has no output '\(name)'; \(Self.list(self.outputs, "output"))"
            )
        }
        return index
    }

    /// The tensors in the model's order, none missing.
    func complete(_ tensors: [Tensor?]) throws(InferenceError) -> [Tensor] {
        var complete: [Tensor] = []
        complete.reserveCapacity(tensors.count)
        for (description, tensor) in zip(self.inputs, tensors) {
            guard let tensor else {
                throw InferenceError(.invalidInput, "input '\(description.name)' is missing")
            }
            complete.append(tensor)
        }
        return complete
    }

    private static func list(_ descriptions: [TensorDescription], _ noun: String) -> String {
        let names = descriptions.map { "'\($0.name)'" }.joined(separator: ", ")
        return "its \(noun)\(descriptions.count == 1 ? " is" : "s are") \(names)"
    }
}
