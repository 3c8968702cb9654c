/// Reads a body that is the bytes of the model's one input and nothing else, as Triton's raw requests are.
struct RawTensorReader {
    let interface: ModelInterface

    /// A request for all outputs, in binary form as the input is.
    func read(_ body: UnsafeBufferPointer<UInt8>) throws(InferenceError) -> InferenceRequest {
        guard self.interface.inputs.count == 1, let input = self.interface.inputs.first else {
            throw InferenceError(
                .invalidInput,
                "a body without JSON holds one input, and the model has \(self.interface.inputs.count)"
            )
        }
        let tensor = try self.tensor(of: input, body)
        try input.check(tensor)
        return InferenceRequest(
            inputs: [tensor],
            outputs: self.interface.outputs.indices.map { WantedOutput(index: $0, isBinary: true) }
        )
    }

    private func tensor(
        of input: TensorDescription,
        _ body: UnsafeBufferPointer<UInt8>
    ) throws(InferenceError) -> Tensor {
        guard let width = input.datatype.byteWidth else {
            // Without lengths there is no telling where a second string would begin.
            let shape = input.shape.map { $0 < 0 ? 1 : $0 }
            guard Tensor.elementCount(of: shape) == 1 else {
                throw InferenceError(
                    .invalidInput,
                    "a body without JSON holds one string, and the model takes \(shape)"
                )
            }
            var strings = StringTable()
            strings.append(body)
            return Tensor(shape: shape, strings: strings)
        }
        guard input.shape.count(where: { $0 < 0 }) <= 1 else {
            throw InferenceError(
                .invalidInput,
                "input '\(input.name)' has shape \(input.shape): which of its lengths the body has, only JSON can tell"
            )
        }
        let fixed = input.shape.filter { $0 >= 0 }.reduce(width, *)
        let length = fixed == 0 ? 0 : body.count / fixed
        let shape = input.shape.map { $0 < 0 ? length : $0 }
        guard Tensor.elementCount(of: shape) * width == body.count else {
            throw InferenceError(
                .invalidInput,
                "the body has \(body.count) bytes, and input '\(input.name)' of shape \(input.shape) takes "
                    + (input.shape.contains(-1) ? "a multiple of \(fixed)" : "\(fixed)")
            )
        }
        var reader = BinaryTensorReader(body)
        return try reader.tensor(
            name: input.name,
            datatype: input.datatype,
            shape: shape,
            elementCount: Tensor.elementCount(of: shape),
            byteCount: body.count
        )
    }
}
