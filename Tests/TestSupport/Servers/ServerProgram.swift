import Foundation

/// A server program that tests need from the system.
public struct ServerProgram: Sendable {
    /// What to start.
    public let name: String
    /// Debian's package, for those who lack it.
    public let package: String
    /// Looked into before the search path; `nil` for no such place.
    public let folder: String?

    public init(_ name: String, package: String, folder: String? = nil) {
        self.name = name
        self.package = package
        self.folder = folder
    }

    public static let redis = ServerProgram("redis-server", package: "redis-server")
    public static let nats = ServerProgram("nats-server", package: "nats-server")
    public static let postgres = ServerProgram("postgres", package: "postgresql")
    public static let prometheus = ServerProgram("prometheus", package: "prometheus")
    public static let moto = ServerProgram("moto_server", package: "the Python package moto[server]")

    public static let python = ServerProgram("python3", package: "python3")

    /// Where the program lies; `nil` when it is not installed.
    public var path: String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return ([self.folder].compactMap(\.self) + folders + Self.furtherFolders).map { "\($0)/\(self.name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// Whether tests that need the program are to run.
    ///
    /// Where changes are judged (`CI=true`) a missing program makes them fail rather than vanish.
    public var isExpected: Bool { self.path != nil || ProcessInfo.processInfo.environment["CI"] == "true" }

    /// What a skipped test says.
    public var comment: String { "needs \(self.name), which is not installed (\(self.package))" }

    /// Where distributions keep what only administrators and other programs start, and where `make test` puts tools.
    private static var furtherFolders: [String] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let build = tests.deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build").path()
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let postgres = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
        return ["\(build)/tools", "\(build)/python-tools/bin", "/usr/sbin", "/usr/local/sbin"] + postgres
    }
}
