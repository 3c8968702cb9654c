import Foundation

/// The trace files that the project was given, which are too large for the repository.
///
/// They are looked for where `PILOTLIGHT_TRACES` says, or in `shared/traces` in the repository or beside it.
enum SharedTraces {
    static let folder: String? = {
        let repository = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        var places = [
            repository.appendingPathComponent("shared/traces").path,
            repository.deletingLastPathComponent().appendingPathComponent("shared/traces").path,
        ]
        if let named = ProcessInfo.processInfo.environment["PILOTLIGHT_TRACES"] { places.insert(named, at: 0) }
        return places.first { FileManager.default.fileExists(atPath: $0) }
    }()

    static func path(_ name: String) -> String? {
        guard let folder = Self.folder else { return nil }
        let path = "\(folder)/\(name)"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    static var areThere: Bool { Self.folder != nil }
    static let absence = "needs the shared traces; set PILOTLIGHT_TRACES to their folder"
}

/// Writes text into a file of its own that ends with the test.
func withFile<Outcome>(_ text: String, _ body: (String) throws -> Outcome) throws -> Outcome {
    try withFile(Array(text.utf8), body)
}

func withFile<Outcome>(_ bytes: [UInt8], _ body: (String) throws -> Outcome) throws -> Outcome {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
}
