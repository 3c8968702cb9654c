import Foundation
import Glibc
import HTTPTransport
import StructuredData

/// This program, run as `pilotlight up` beside itself in a folder of its own.
final class LivePlatform {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let folder: URL
    let port: Int
    let admin: Int
    private let process = Process()

    private var output: URL { self.folder.appendingPathComponent("output") }

    /// Starts the platform with one manifest and waits until it answers.
    init(manifest: String, client: HTTPClient) async throws {
        self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("pilotlight-\(UUID().uuidString)")
        let services = self.folder.appendingPathComponent("services")
        try FileManager.default.createDirectory(at: services, withIntermediateDirectories: true)
        self.port = try Self.freePort()
        self.admin = try Self.freePort()
        try manifest.write(to: services.appendingPathComponent("service.yaml"), atomically: true, encoding: .utf8)
        try Data().write(to: self.output)
        self.process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        self.process.arguments = [
            "up", services.path, "--listen", "127.0.0.1:\(self.port)", "--admin", "127.0.0.1:\(self.admin)",
            "--data-dir", self.folder.appendingPathComponent("data").path,
        ]
        let output = try FileHandle(forWritingTo: self.output)
        self.process.standardOutput = output
        self.process.standardError = output
        try self.process.run()
        try await self.untilItAnswers(client)
    }

    private func untilItAnswers(_ client: HTTPClient) async throws {
        for _ in 0..<500 {
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(self.admin)/readyz")
            if let answer = try? await client.send(request), answer.isSuccess {
                _ = try? await answer.bytes(upTo: 65_536)
                return
            }
            guard self.process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        let said = (try? String(contentsOf: self.output, encoding: .utf8)) ?? ""
        throw Failure(description: "the platform did not start; it said:\n\(said.suffix(2000))")
    }

    /// Ends it as Control-C would, and removes its folder.
    func stop() {
        if self.process.isRunning {
            self.process.terminate()
            for _ in 0..<1500 where self.process.isRunning { usleep(10_000) }
            if self.process.isRunning { kill(self.process.processIdentifier, SIGKILL) }
        }
        try? FileManager.default.removeItem(at: self.folder)
    }

    /// A port that nobody listens on: the kernel names one, and it is let go at once.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isNamed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isNamed else { throw Failure(description: "no free port on loopback") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
