import Telemetry

/// Brings a model into memory, and says how long each part of it took.
public protocol ModelLoading: Sendable {
    /// Blocks the calling thread until the model can answer.
    func load(_ phases: StartupPhases) throws(ModelLoadError) -> ServedModel
}

/// Loads ONNX models.
public struct OnnxModelLoader: ModelLoading {
    public let modelName: String
    /// A folder, or the file itself.
    public let modelPlace: String
    public let outputNames: [String]
    public let locations: OnnxRuntimeLocations
    public let options: OnnxRuntimeOptions

    public init(
        modelName: String,
        modelPlace: String,
        outputNames: [String] = [],
        locations: OnnxRuntimeLocations,
        options: OnnxRuntimeOptions
    ) {
        self.modelName = modelName
        self.modelPlace = modelPlace
        self.outputNames = outputNames
        self.locations = locations
        self.options = options
    }

    public func load(_ phases: StartupPhases) throws(ModelLoadError) -> ServedModel {
        // A folder without a model is the likelier mistake and quicker to find.
        let directory = try ModelDirectory.find(in: self.modelPlace, modelName: self.modelName)
        let runtimeStart = MonotonicClock.now()
        let library = try OnnxRuntimeLibrary.open(self.locations)
        let loadStart = MonotonicClock.now()
        phases.record(.runtime, from: runtimeStart, to: loadStart)
        let backend = try OnnxRuntimeModel(path: directory.path, library: library, options: self.options)
        let model = try ServedModel(
            name: self.modelName,
            version: directory.version,
            backend: backend,
            outputNames: self.outputNames
        )
        let warmupStart = MonotonicClock.now()
        phases.record(.load, from: loadStart, to: warmupStart)
        model.warmUp()
        phases.record(.warmup, from: warmupStart, to: MonotonicClock.now())
        return model
    }
}
