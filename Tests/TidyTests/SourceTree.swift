import Foundation

/// The files of this repository, as the tests about the text itself see them.
enum SourceTree {
    struct File: Sendable {
        /// From the root of the repository.
        let path: String
        let data: Data

        var text: String { String(decoding: self.data, as: UTF8.self) }

        /// The folder below `Sources` or `Tests` that the file belongs to.
        var room: String { self.path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        /// A quick look before a slow one at every line.
        func mentions(_ words: [String]) -> Bool {
            words.contains { self.data.range(of: Data($0.utf8)) != nil }
        }

        var lines: [Substring] { self.text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()

    /// Every file below a folder that a filter lets through, by path.
    static func files(under folder: String, where isWanted: (String) -> Bool) -> [File] {
        let base = Self.root + folder
        let paths = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return paths.filter(isWanted).sorted().compactMap { path in
            guard let data = FileManager.default.contents(atPath: "\(base)/\(path)") else { return nil }
            return File(path: "\(folder)/\(path)", data: data)
        }
    }

    /// All Swift files of the program.
    static let sources = Self.files(under: "Sources") { $0.hasSuffix(".swift") }
    /// All Swift files of the tests.
    static let tests = Self.files(under: "Tests") { $0.hasSuffix(".swift") }

    /// Whether a file by its name holds text: scripts have names without a dot.
    static func isText(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let endings: Set<Substring> = [
            "swift", "md", "py", "yaml", "yml", "json", "sh", "c", "h", "html", "css", "js", "txt",
        ]
        guard let dot = name.lastIndex(of: ".") else { return true }
        return endings.contains(name[name.index(after: dot)...])
    }

    /// One file, `nil` when there is none.
    static func file(_ path: String) -> File? {
        FileManager.default.contents(atPath: Self.root + path).map { File(path: path, data: $0) }
    }
}
