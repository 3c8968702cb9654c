import Testing

@testable import InferenceServer

/// Real models in the real runtime: what a batch gives is what single runs give.
@Suite("Batches of real models", .enabled(if: Runtime.isInstalled), .timeLimit(.minutes(1)))
struct BatchedModelTests {
    @Test("a batch of a quickstart model gives what single runs give, but for rounding", arguments: ["iris", "digits"])
    func sameAnswers(name: String) throws {
        let place = try ModelDirectory.find(in: Fixtures.quickstartModel(name), modelName: name).path
        let model = try OnnxRuntimeModel(path: place, library: Runtime.library(), options: OnnxRuntimeOptions())
        var random = SeededGenerator(seed: 11)
        let outputs = Array(model.interface.outputs.indices)
        let requests = try [1, 4, 1, 27].map { rows in
            try model.interface.inputs.map { input -> Tensor in
                let shape = [rows] + input.shape.dropFirst()
                #expect(input.datatype == .float32 && input.hasRows)
                let numbers = (0..<Tensor.elementCount(of: shape)).map { _ in Float.random(in: 0...8, using: &random) }
                let tensor = Tensor.of(.float32, shape, numbers)
                try input.check(tensor)
                return tensor
            }
        }
        let batch = model.interface.inputs.indices.map { index in Tensor.joining(requests.map { $0[index] }) }
        let whole = try model.run(batch, outputs: outputs)
        var start = 0
        for request in requests {
            let end = start + request[0].shape[0]
            let alone = try model.run(request, outputs: outputs)
            let names = model.interface.outputs.map(\.name)
            let comparison = BatchTrial.compare(whole.map { $0.rows(start..<end) }, alone, names: names)
            #expect(comparison == .identical || comparison == .rounded)
            start = end
        }
    }
}
