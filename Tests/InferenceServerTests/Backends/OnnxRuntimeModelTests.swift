import Glibc
import Testing

@testable import InferenceServer

@Suite("ONNX Runtime", .enabled(if: Runtime.isInstalled, "scripts/install-onnxruntime fetches the library"))
struct OnnxRuntimeModelTests {
    @Test("the library is the pinned version")
    func version() throws {
        #expect(try Runtime.library().version == OnnxRuntimeLocations.pinnedVersion)
    }

    @Test("the library may not report to its makers")
    func telemetryIsForbidden() throws {
        #expect(getenv("ORT_DISABLE_TELEMETRY").map { String(cString: $0) } == "1")
    }

    @Test("an identity model of every datatype gives back what it was given", arguments: Datatype.allCases)
    func identities(datatype: Datatype) throws {
        let model = try Runtime.model("identity-\(datatype.rawValue.lowercased())")
        let description = TensorDescription(name: "x", datatype: datatype, shape: [-1, 2])
        #expect(model.interface.inputs == [description])
        #expect(model.interface.outputs.map(\.datatype) == [datatype])
        let given = Self.sample(datatype)
        let taken = try #require(try model.run([given], outputs: [0]).first)
        #expect(taken.datatype == datatype)
        #expect(taken.shape == [3, 2])
        #expect(taken.elements(as: UInt8.self) == given.elements(as: UInt8.self))
        #expect(taken.strings == given.strings)
    }

    /// Six elements whose bytes all differ, so that a wrong width or order shows.
    static func sample(_ datatype: Datatype) -> Tensor {
        guard let width = datatype.byteWidth else {
            return .of([3, 2], strings: ["", "a", "ünï", "with\u{0}null", String(repeating: "long", count: 100), "z"])
        }
        let bytes = (0..<(6 * width)).map { datatype == .bool ? UInt8($0 % 2) : UInt8($0 + 1) }
        return .of(datatype, [3, 2], bytes)
    }

    @Test("an empty batch goes through", arguments: [Datatype.float32, .int64, .bytes])
    func emptyBatch(datatype: Datatype) throws {
        let model = try Runtime.model("identity-\(datatype.rawValue.lowercased())")
        let given = datatype == .bytes ? Tensor.of([0, 2], strings: []) : Tensor.of(datatype, [0, 2], [] as [UInt8])
        let taken = try #require(try model.run([given], outputs: [0]).first)
        #expect(taken.shape == [0, 2])
        #expect(taken.elementCount == 0)
    }

    @Test("a tensor without dimensions goes through")
    func scalar() throws {
        let model = try Runtime.model("scalar")
        #expect(model.interface.inputs[0].shape == [])
        let taken = try model.run([.of(.float32, [], [2.5] as [Float])], outputs: [0])
        #expect(taken[0].shape == [])
        #expect(taken[0].elements() == [-2.5] as [Float])
    }

    @Test("outputs come in the order asked for, and only those")
    func chosenOutputs() throws {
        let model = try Runtime.model("two-inputs")
        #expect(model.interface.inputs.map(\.name) == ["price", "count"])
        let inputs = [
            Tensor.of(.float32, [1, 2], [1.5, 2] as [Float]), Tensor.of(.int64, [1, 2], [2, 3] as [Int64]),
        ]
        let both = try model.run(inputs, outputs: [1, 0])
        #expect(both[0].elements() == [-2, -3] as [Int64])
        #expect(both[1].elements() == [3, 6] as [Float])
        let one = try model.run(inputs, outputs: [0])
        #expect(one.count == 1)
        #expect(one[0].elements() == [3, 6] as [Float])
    }

    @Test("inputs that do not go together fail in the runtime's words")
    func mismatchedInputs() throws {
        let model = try Runtime.model("two-inputs")
        let inputs = [
            Tensor.of(.float32, [3, 2], [Float](repeating: 1, count: 6)),
            Tensor.of(.int64, [2, 2], [Int64](repeating: 1, count: 4)),
        ]
        let error = inferenceError { _ = try model.run(inputs, outputs: [0]) }
        #expect(error?.message.hasPrefix("inference failed: ") == true)
    }

    @Test("a model that fails while it runs is a failure of the server, not of the request")
    func failure() throws {
        let model = try Runtime.model("fails-at-run-time")
        let good = try model.run([.of(.float32, [6], [1, 2, 3, 4, 5, 6] as [Float])], outputs: [0])
        #expect(good[0].shape == [2, 3])
        let error = inferenceError {
            _ = try model.run([.of(.float32, [5], [Float](repeating: 0, count: 5))], outputs: [0])
        }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("Reshape") == true)
    }

    @Test("a model whose output is no tensor cannot be served, and the error says how to export it")
    func noTensor() throws {
        do {
            _ = try Runtime.model("sequence-output")
            Issue.record("it was loaded")
        } catch let error as ModelLoadError {
            #expect(error.detail.contains("'y' is no tensor"))
            #expect(error.hint?.contains("zipmap") == true)
        }
    }

    @Test("a file that is no model is refused with its path")
    func noModel() throws {
        try withTemporaryFolder { folder in
            try writeFile("\(folder)/model.onnx", "this is no model")
            do {
                _ = try OnnxRuntimeModel(
                    path: "\(folder)/model.onnx",
                    library: Runtime.library(),
                    options: OnnxRuntimeOptions()
                )
                Issue.record("it was loaded")
            } catch let error as ModelLoadError {
                #expect(error.attempt == "load the model \(folder)/model.onnx")
                #expect(!error.detail.isEmpty)
            }
        }
    }

    @Test("a build without CUDA refuses to run on a GPU")
    func withoutCUDA() throws {
        do {
            _ = try OnnxRuntimeModel(
                path: Fixtures.model("identity-fp32"),
                library: Runtime.library(),
                options: OnnxRuntimeOptions(device: .cuda)
            )
            Issue.record("it was loaded")
        } catch let error as ModelLoadError {
            #expect(error.attempt.hasPrefix("use CUDA with ONNX Runtime"))
            #expect(error.hint != nil)
        }
    }

    @Test("one session answers many threads at once, each with its own result")
    func concurrency() async throws {
        let model = try Runtime.model("identity-fp32")
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<200).allSatisfy { round in
                        let numbers = [Float(task), Float(round)]
                        let result = try? model.run([.of(.float32, [1, 2], numbers)], outputs: [0])
                        return result?.first?.elements(as: Float.self) == numbers
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
