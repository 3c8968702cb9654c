import Foundation
import Testing

@testable import InferenceServer

/// Files of the repository that tests read.
enum Fixtures {
    /// The root of the checkout.
    static let root: String = {
        var path = #filePath
        for _ in 0..<4 { path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
        return path
    }()

    static func model(_ name: String) -> String { "\(Self.root)/Tests/InferenceServerTests/Fixtures/\(name).onnx" }
    static func quickstartModel(_ name: String) -> String { "\(Self.root)/config/quickstart/models/\(name)" }

    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Self.root)/\(path)", encoding: .utf8)
    }
}

/// The real ONNX Runtime, which `scripts/install-onnxruntime` fetches.
enum Runtime {
    static let locations = OnnxRuntimeLocations(
        named: nil,
        environment: getenv(OnnxRuntimeLocations.environmentKey).map { String(cString: $0) },
        executable: "\(Fixtures.root)/.build/debug/tests",
        workingDirectory: Fixtures.root,
        device: .cpu
    )
    static let loaded = Result { try OnnxRuntimeLibrary.open(Self.locations) }

    static var isInstalled: Bool { (try? Self.loaded.get()) != nil }

    static func library() throws -> OnnxRuntimeLibrary { try Self.loaded.get() }

    static func model(_ name: String) throws -> OnnxRuntimeModel {
        try OnnxRuntimeModel(path: Fixtures.model(name), library: Self.library(), options: OnnxRuntimeOptions())
    }
}

/// One failure that says what to do, instead of one for each test that needs the library.
@Test("ONNX Runtime is installed; scripts/install-onnxruntime does it")
func runtimeIsInstalled() throws {
    _ = try Runtime.library()
}

/// Makes an empty folder, removed with all it holds when `body` returns.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = "/tmp/pilotlight-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

/// Writes a file, making the folders it lies in.
func writeFile(_ path: String, _ text: String = "") throws {
    let file = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
}

/// Gives the processor away for a moment, on a thread that has nothing better to do.
func usleepMillisecond() { usleep(1000) }
