import Foundation
import HTTPTransport
import Testing

/// A real server in a process of its own; it ends when its standard input does, at the latest with the test run.
struct TestServer: Sendable {
    enum Kind {
        case tcp
        case tls(certificate: String, key: String)
        case unix(path: String)

        var arguments: [String] {
            switch self {
            case .tcp: ["tcp"]
            case .tls(let certificate, let key): ["tls", certificate, key]
            case .unix(let path): ["unix", path]
            }
        }
    }

    let port: Int

    var base: String { "http://127.0.0.1:\(self.port)" }

    /// Runs `body` against a live server; the server ends before this returns, pass or fail.
    static func with<Result>(
        _ kind: Kind = .tcp,
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let process = Process()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "server.py").path()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script] + kind.arguments
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "the server did not start")
        return try await body(TestServer(port: port))
    }
}

/// A folder of its own for one test, gone afterwards.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pilotlight-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// Asks again and again, a bounded number of times, until the condition holds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<500 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
