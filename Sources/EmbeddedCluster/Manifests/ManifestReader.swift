import Foundation
import KubernetesClient
import StructuredData
import YAMLReading

/// Reads Kubernetes objects out of files and folders, YAML or JSON.
///
/// One mistake does not hide another: every object is read on its own, and every problem is reported with its file,
/// line and field.
public struct ManifestReader: Sendable {
    /// Larger files are refused.
    public var maximumFileBytes = 4 << 20
    /// Folders inside one another that are looked into.
    public var maximumFolderDepth = 16
    public var maximumFiles = 10_000

    private static let extensions: Set<String> = ["yaml", "yml", "json"]

    public init() {}

    /// Reads files and folders.
    ///
    /// Of folders every file that ends in yaml, yml or json is read, however deep, in the order of their names. Hidden
    /// files and folders are left alone.
    public func read(paths: [String]) -> ManifestReading {
        var reading = ManifestReading()
        for path in paths {
            for file in self.files(at: path, depth: 0, &reading) {
                guard !reading.files.contains(file) else { continue }
                reading.files.append(file)
                self.read(file: file, into: &reading)
            }
        }
        self.refuseDuplicates(in: &reading)
        return reading
    }

    /// Reads a text as if it stood in a file.
    ///
    /// - Parameter folder: Absolute; what relative storage addresses start from.
    public func read(text: String, file: String, folder: String) -> ManifestReading {
        var reading = ManifestReading()
        reading.files = [file]
        self.read(text, file: file, folder: folder, into: &reading)
        self.refuseDuplicates(in: &reading)
        return reading
    }

    // MARK: Files

    private func files(at path: String, depth: Int, _ reading: inout ManifestReading) -> [String] {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            self.report("there is no such file or folder", .unreadable, file: path, in: &reading)
            return []
        }
        guard isFolder.boolValue else { return [path] }
        guard depth < self.maximumFolderDepth else {
            let message = "folders are nested deeper than \(self.maximumFolderDepth)"
            self.report(message, .unreadable, file: path, in: &reading)
            return []
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            self.report("the folder cannot be read; look at its permissions", .unreadable, file: path, in: &reading)
            return []
        }
        var files: [String] = []
        for name in names.sorted() where !name.hasPrefix(".") {
            let inner = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            var isInnerFolder = ObjCBool(false)
            guard FileManager.default.fileExists(atPath: inner, isDirectory: &isInnerFolder) else { continue }
            let isManifest = Self.extensions.contains(name.split(separator: ".").last.map(String.init) ?? "")
            if isInnerFolder.boolValue || isManifest { files += self.files(at: inner, depth: depth + 1, &reading) }
            guard files.count <= self.maximumFiles else {
                let message = "there are more than \(self.maximumFiles) manifests; name fewer folders"
                self.report(message, .unreadable, file: path, in: &reading)
                return []
            }
        }
        return files
    }

    private func read(file: String, into reading: inout ManifestReading) {
        let url = URL(fileURLWithPath: file).standardizedFileURL
        guard let handle = try? FileHandle(forReadingFrom: url),
            let bytes = try? handle.read(upToCount: self.maximumFileBytes + 1) ?? Data()
        else {
            return self.report(
                "the file cannot be read; look at its permissions",
                .unreadable,
                file: file,
                in: &reading
            )
        }
        try? handle.close()
        guard bytes.count <= self.maximumFileBytes else {
            let message = "the file is larger than \(self.maximumFileBytes >> 20) MiB; split it"
            return self.report(message, .unreadable, file: file, in: &reading)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return self.report("the file is no UTF-8 text", .unreadable, file: file, in: &reading)
        }
        self.read(text, file: file, folder: url.deletingLastPathComponent().path, into: &reading)
    }

    // MARK: Documents

    private func read(_ text: String, file: String, folder: String, into reading: inout ManifestReading) {
        let (documents, end) = YAMLDocument.all(in: text)
        for document in documents {
            let read = ManifestDocument(document, file: file, folder: folder)
            reading.objects += read.objects
            reading.problems += read.problems
        }
        if let end { reading.problems.append(ManifestProblem(file: file, problem: end)) }
    }

    private func refuseDuplicates(in reading: inout ManifestReading) {
        var first: [String: ManifestOrigin] = [:]
        var kept: [ManifestObject] = []
        for object in reading.objects {
            let subject = "\(object.type.kind) \(object.object.key)"
            guard let origin = first[subject] else {
                first[subject] = object.origin
                kept.append(object)
                continue
            }
            let message = "is defined a second time; the first is at \(origin.file):\(origin.line)"
            let problem = Problem(path: "", message: message, line: object.origin.line)
            reading.problems.append(ManifestProblem(file: object.origin.file, subject: subject, problem: problem))
        }
        reading.objects = kept
    }

    private func report(
        _ message: String,
        _ cause: ManifestProblem.Cause,
        file: String,
        in reading: inout ManifestReading
    ) {
        reading.problems.append(
            ManifestProblem(file: file, problem: Problem(path: "", message: message), cause: cause)
        )
    }
}
