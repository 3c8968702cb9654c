import InferenceServer

/// The runtime by itself: the same input again and again, nothing read and nothing written.
struct RuntimeSide: Side {
    let model: OnnxRuntimeModel
    let rowsPerRun: Int

    var name: String { self.rowsPerRun == 1 ? "runtime, one row a call" : "runtime, \(self.rowsPerRun) rows a call" }

    func prepare(rows: Int) async throws {}

    func answer(rows: Int) async throws {
        let inputs = self.model.interface.inputs.map { input in
            let shape = [self.rowsPerRun] + input.shape.dropFirst()
            let numbers = (0..<shape.reduce(1, *)).map { MessageBodies.number($0) }
            let memory = numbers.withUnsafeBytes { TensorMemory(copying: $0) }
            return Tensor(input.datatype, shape: shape, memory: memory)
        }
        for _ in 0..<(rows / self.rowsPerRun) { _ = try self.model.run(inputs, outputs: [0]) }
    }

    func close() async {}
}
