import COnnxRuntime

/// A model that ONNX Runtime has loaded.
public final class OnnxRuntimeModel: ModelBackend {
    public let interface: ModelInterface
    let library: OnnxRuntimeLibrary
    private let session: ORTSession
    private let inputNames: OnnxRuntimeNames
    private let outputNames: OnnxRuntimeNames

    /// Loads a model file.
    ///
    /// - Parameter path: The `.onnx` file; data that it keeps in files beside it is found there.
    public init(
        path: String,
        library: OnnxRuntimeLibrary,
        options: OnnxRuntimeOptions
    ) throws(ModelLoadError) {
        let table = library.table
        let settings = try OnnxRuntimeSessionOptions(options, library: library)
        var session = ORTSession()
        do {
            try table.check(ORTCreateSession(table, library.environment, path, settings.handle, &session))
        } catch {
            throw ModelLoadError(
                "load the model \(path)",
                detail: error.message,
                hint: MissingLibrary.hint(in: error.message)
            )
        }
        do throws(ModelLoadError) {
            let reader = OnnxRuntimeInterfaceReader(library: library, session: session, modelPath: path)
            let inputs = try reader.descriptions(of: .input)
            let outputs = try reader.descriptions(of: .output)
            self.interface = ModelInterface(platform: "onnxruntime_onnx", inputs: inputs, outputs: outputs)
        } catch {
            ORTSessionRelease(table, session)
            throw error
        }
        self.library = library
        self.session = session
        self.inputNames = OnnxRuntimeNames(self.interface.inputs.map(\.name))
        self.outputNames = OnnxRuntimeNames(self.interface.outputs.map(\.name))
    }

    deinit {
        ORTSessionRelease(self.library.table, self.session)
    }

    public func run(_ inputs: [Tensor], outputs: [Int]) throws(InferenceError) -> [Tensor] {
        precondition(inputs.count == self.interface.inputs.count, "\(inputs.count) inputs")
        do {
            return try self.runChecked(inputs, outputs: outputs)
        } catch {
            // The request passed every check against the interface; what is left for the runtime to refuse are the
            // combinations that only the model knows, as two inputs of different lengths.
            let isTheirs = error.code == OnnxRuntimeFailure.invalidArgument
            throw InferenceError(isTheirs ? .invalidInput : .failed, "inference failed: \(error.message)")
        }
    }

    private func runChecked(_ inputs: [Tensor], outputs: [Int]) throws(OnnxRuntimeFailure) -> [Tensor] {
        let table = self.library.table
        var values: [ORTValue] = []
        values.reserveCapacity(inputs.count)
        defer { for value in values { ORTValueRelease(table, value) } }
        for input in inputs { values.append(try OnnxRuntimeInput.value(of: input, library: self.library)) }

        let wantedNames = outputs.map { self.outputNames.pointers[$0] }
        var results = [ORTValue](repeating: ORTValue(), count: outputs.count)
        // The memory of the inputs belongs to `inputs`, which must outlive the run.
        let status = withExtendedLifetime(inputs) {
            ORTRun(
                table,
                self.session,
                self.inputNames.pointers,
                values,
                values.count,
                wantedNames,
                wantedNames.count,
                &results
            )
        }
        var owned: [OnnxRuntimeOutput] = []
        owned.reserveCapacity(results.count)
        // Owned before anything can fail, so that nothing is leaked when something does.
        for value in results where value.pointer != nil {
            owned.append(OnnxRuntimeOutput(value: value, library: self.library))
        }
        try table.check(status)
        guard owned.count == results.count else {
            throw OnnxRuntimeFailure(code: OnnxRuntimeFailure.failed, message: "the model left an output empty")
        }
        var tensors: [Tensor] = []
        tensors.reserveCapacity(owned.count)
        for value in owned { tensors.append(try value.tensor()) }
        return tensors
    }
}
