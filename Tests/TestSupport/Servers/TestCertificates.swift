import Foundation

/// An authority, a certificate that it signed for `localhost` and 127.0.0.1, and another authority that nobody trusts.
public struct TestCertificates: Sendable {
    public let authorityPath: String
    public let certificatePath: String
    public let keyPath: String
    public let strangerPath: String

    /// Has openssl make them in a folder.
    public init(in folder: String) async throws {
        self.authorityPath = "\(folder)/authority.pem"
        self.certificatePath = "\(folder)/certificate.pem"
        self.keyPath = "\(folder)/key.pem"
        self.strangerPath = "\(folder)/stranger.pem"
        for (name, path) in [("authority", self.authorityPath), ("stranger", self.strangerPath)] {
            try await ServerProcess.run([
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days",
                "2", "-subj", "/CN=\(name)", "-keyout", "\(folder)/\(name)-key.pem", "-out", path,
            ])
        }
        let names = "\(folder)/names"
        try "subjectAltName=DNS:localhost,IP:127.0.0.1".write(toFile: names, atomically: true, encoding: .utf8)
        try await ServerProcess.run([
            "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=localhost", "-keyout", self.keyPath, "-out", "\(folder)/request.pem",
        ])
        try await ServerProcess.run([
            "openssl", "x509", "-req", "-in", "\(folder)/request.pem", "-CA", self.authorityPath, "-CAkey",
            "\(folder)/authority-key.pem", "-CAcreateserial", "-days", "2", "-extfile", names, "-out",
            self.certificatePath,
        ])
    }

    /// Runs `body` with fresh certificates, gone afterwards.
    public static func with<Result>(_ body: (TestCertificates) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pilotlight-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(try await TestCertificates(in: folder))
    }

    /// The text of one of the files.
    public static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
