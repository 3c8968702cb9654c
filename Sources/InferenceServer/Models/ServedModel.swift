/// A model that is loaded and answers requests.
public final class ServedModel: Sendable {
    public let name: String
    public let version: String
    let backend: any ModelBackend
    /// The outputs that V1's `predictions` hold, as indices.
    let predictionOutputs: [Int]

    /// - Parameter outputNames: The outputs for V1's `predictions`; when empty, the first that the model has, which for
    ///   a classifier from scikit-learn is the label.
    public init(
        name: String,
        version: String,
        backend: any ModelBackend,
        outputNames: [String] = []
    ) throws(ModelLoadError) {
        self.name = name
        self.version = version
        self.backend = backend
        let known = backend.interface.outputs.map(\.name)
        var outputs: [Int] = []
        for name in outputNames {
            guard let index = known.firstIndex(of: name) else {
                throw ModelLoadError(
                    "serve the output '\(name)'",
                    detail: "the model has no such output; it has \(known.joined(separator: ", "))",
                    hint: "name one of these with --output, or leave it out to serve '\(known.first ?? "")'"
                )
            }
            outputs.append(index)
        }
        self.predictionOutputs = outputs.isEmpty ? Array(known.indices.prefix(1)) : outputs
    }

    /// Runs the model once on zeros, so that the first request does not pay for what the runtime sets up lazily.
    ///
    /// Dimensions that vary become one. A model that does not like zeros is not worse for it.
    func warmUp() {
        let inputs = self.backend.interface.inputs.map { input in
            let shape = input.shape.map { $0 < 0 ? 1 : $0 }
            return Tensor.zeros(input.datatype, shape: shape)
        }
        _ = try? self.backend.run(inputs, outputs: Array(self.backend.interface.outputs.indices))
    }
}

extension Tensor {
    fileprivate static func zeros(_ datatype: Datatype, shape: [Int]) -> Tensor {
        let count = Tensor.elementCount(of: shape)
        guard let width = datatype.byteWidth else {
            var strings = StringTable()
            for _ in 0..<count { strings.append([]) }
            return Tensor(shape: shape, strings: strings)
        }
        let memory = TensorMemory(byteCount: count * width)
        memory.bytes.initializeMemory(as: UInt8.self, repeating: 0)
        return Tensor(datatype, shape: shape, memory: memory)
    }
}
