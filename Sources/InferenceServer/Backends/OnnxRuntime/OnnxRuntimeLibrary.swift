import COnnxRuntime
import Glibc

/// The loaded shared library of ONNX Runtime, and what of it is shared by every session.
///
/// It stays loaded until the process ends: the runtime does not support being unloaded.
public final class OnnxRuntimeLibrary: Sendable {
    let table: ORTLibrary
    let environment: ORTEnvironment
    let allocator: ORTAllocator
    let memoryInfo: ORTMemoryInfo
    /// The file that was loaded, or its bare name when the dynamic linker found it.
    public let path: String

    /// What the library calls itself, for example `1.31.1`.
    public var version: String { String(cString: self.table.version) }

    private init(table: ORTLibrary, path: String) throws(ModelLoadError) {
        self.table = table
        self.path = path
        var environment = ORTEnvironment()
        var allocator = ORTAllocator()
        var memoryInfo = ORTMemoryInfo()
        do {
            // Severity 3: errors. What the runtime warns about is of no use to who runs a model.
            try table.check(ORTCreateEnvironment(table, 3, "pilotlight", &environment))
            try table.check(ORTDisableTelemetry(table, environment))
            try table.check(ORTDefaultAllocator(table, &allocator))
            try table.check(ORTCreateCPUMemoryInfo(table, &memoryInfo))
        } catch {
            throw ModelLoadError("start ONNX Runtime (\(path))", detail: error.message)
        }
        self.environment = environment
        self.allocator = allocator
        self.memoryInfo = memoryInfo
    }

    /// Forbids the runtime to report to its makers, which loading it does as well.
    ///
    /// It changes the environment, so it is better done before there are threads.
    public static func forbidReports() { ORTForbidReports() }

    /// Loads the library from the first place that has it.
    public static func open(_ locations: OnnxRuntimeLocations) throws(ModelLoadError) -> OnnxRuntimeLibrary {
        for candidate in locations.candidates {
            let isBareName = !candidate.contains("/")
            if !isBareName, access(candidate, F_OK) != 0 { continue }
            do {
                return try Self.open(path: candidate)
            } catch {
                // The last resort failing means that the library is nowhere, and that is what to say.
                guard isBareName, locations.namedBy == nil else { throw error }
            }
        }
        throw Self.notFound(locations)
    }

    private static func open(path: String) throws(ModelLoadError) -> OnnxRuntimeLibrary {
        let attempt = "load ONNX Runtime from \(path)"
        var table: ORTLibrary?
        var reason = ""
        let outcome = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { text in
            withUnsafeTemporaryAllocation(of: ORTLibrary.self, capacity: 1) { library in
                guard let textStart = text.baseAddress, let libraryStart = library.baseAddress else {
                    return ORTOpenOutcome.notLoadable
                }
                let outcome = ORTOpen(path, libraryStart, textStart, text.count)
                if outcome == .succeeded { table = libraryStart.pointee }
                reason = String(cString: textStart)
                return outcome
            }
        }
        if outcome == .succeeded, let table { return try OnnxRuntimeLibrary(table: table, path: path) }
        switch outcome {
        case .notOnnxRuntime:
            throw ModelLoadError(attempt, detail: "it is a shared library, but not ONNX Runtime's")
        case .tooOld:
            throw ModelLoadError(
                attempt,
                detail: "it is version \(reason), and 1.\(ORTInterfaceVersion) is the oldest that can be used",
                hint: "scripts/install-onnxruntime installs \(OnnxRuntimeLocations.pinnedVersion)"
            )
        default:
            throw ModelLoadError(attempt, detail: reason, hint: MissingLibrary.hint(in: reason))
        }
    }

    private static func notFound(_ locations: OnnxRuntimeLocations) -> ModelLoadError {
        if let namedBy = locations.namedBy {
            return ModelLoadError(
                "load ONNX Runtime",
                detail: "\(namedBy) names \(locations.candidates[0]), and there is no such file",
                hint: "scripts/install-onnxruntime prints the path of the library that it installs"
            )
        }
        return ModelLoadError(
            "load ONNX Runtime",
            detail: "its library is in none of these places:\n"
                + locations.candidates.map { $0.contains("/") ? "  \($0)" : "  \($0) on the system's library path" }
                .joined(separator: "\n"),
            hint: "run scripts/install-onnxruntime, or name the library with --onnxruntime or "
                + OnnxRuntimeLocations.environmentKey
        )
    }
}
