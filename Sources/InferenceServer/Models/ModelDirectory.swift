import Glibc

/// Finds the model file in the folder that a model was fetched into.
public struct ModelDirectory: Sendable, Equatable {
    /// The `.onnx` file.
    public let path: String
    /// The name of the version folder that it was found in, or `1` when there are no version folders.
    public let version: String

    /// The name that decides when there are several files.
    static let preferredName = "model.onnx"

    /// Looks for, in this order, the file itself; one `.onnx` file in the folder, or of several the one named
    /// `model.onnx`; the newest of numbered version folders with such a file; the same in a folder that has the model's
    /// name, as Triton's model repositories do.
    public static func find(in place: String, modelName: String) throws(ModelLoadError) -> ModelDirectory {
        let place = Self.withoutTrailingSlash(place)
        if place.hasSuffix(".onnx"), !Folder.exists(place) || Folder.entries(of: place) == nil {
            guard Folder.exists(place) else { throw Self.missing(place, modelName) }
            return ModelDirectory(path: place, version: "1")
        }
        guard let entries = Folder.entries(of: place) else { throw Self.missing(place, modelName) }
        if let found = try Self.file(in: place, entries) { return ModelDirectory(path: found, version: "1") }
        if let found = try Self.newestVersion(in: place, entries) { return found }
        let named = "\(place)/\(modelName)"
        if let entries = Folder.entries(of: named) {
            if let found = try Self.newestVersion(in: named, entries) { return found }
            if let found = try Self.file(in: named, entries) { return ModelDirectory(path: found, version: "1") }
        }
        throw Self.nothing(in: place, entries, modelName)
    }

    /// The model file that lies in the folder itself; `nil` when none does.
    private static func file(in folder: String, _ entries: [String]) throws(ModelLoadError) -> String? {
        let models = entries.filter { $0.hasSuffix(".onnx") && !$0.hasPrefix(".") }.sorted()
        if models.count <= 1 { return models.first.map { "\(folder)/\($0)" } }
        guard models.contains(Self.preferredName) else {
            throw ModelLoadError(
                "choose a model in \(folder)",
                detail: "it holds \(models.count) of them: \(models.joined(separator: ", "))",
                hint: "name one of them \(Self.preferredName), or point --model-dir at a folder with one"
            )
        }
        return "\(folder)/\(Self.preferredName)"
    }

    private static func newestVersion(in folder: String, _ entries: [String]) throws(ModelLoadError) -> ModelDirectory?
    {
        let versions = entries.compactMap { name in UInt64(name).map { (number: $0, name: name) } }
        for version in versions.sorted(by: { $0.number > $1.number }) {
            let path = "\(folder)/\(version.name)"
            guard let entries = Folder.entries(of: path), let found = try Self.file(in: path, entries) else { continue }
            return ModelDirectory(path: found, version: version.name)
        }
        return nil
    }

    private static func missing(_ place: String, _ modelName: String) -> ModelLoadError {
        ModelLoadError(
            "find the model '\(modelName)'",
            detail: "there is no folder \(place), or it cannot be read",
            hint: "point --model-dir at a folder that holds a .onnx file"
        )
    }

    private static func nothing(in place: String, _ entries: [String], _ modelName: String) -> ModelLoadError {
        let shown = entries.filter { !$0.hasPrefix(".") }.sorted()
        let list = shown.prefix(10).joined(separator: ", ") + (shown.count > 10 ? " and \(shown.count - 10) more" : "")
        return ModelLoadError(
            "find the model '\(modelName)'",
            detail: "\(place) holds no .onnx file, " + (shown.isEmpty ? "it is empty" : "only \(list)"),
            hint: "put the model at \(place)/model.onnx, or at \(place)/1/model.onnx with a version of its own"
        )
    }

    private static func withoutTrailingSlash(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}

/// The two questions to the file system.
enum Folder {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a folder, or `nil` when it is none or cannot be read.
    static func entries(of path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
