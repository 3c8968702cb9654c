import Foundation
import HTTPTransport
import Testing

@Suite("HTTP client, what goes wrong", .timeLimit(.minutes(1)))
struct HTTPClientErrorTests {
    @Test("nobody listening is unreachable, with the address and something to try")
    func unreachable() async {
        let error = await #expect(throws: HTTPClientError.self) {
            _ = try await HTTPClient().send(HTTPClientRequest(url: "http://user:secret@127.0.0.1:1/x?token=secret"))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.subject == "GET http://127.0.0.1:1/x")
        #expect(error?.hint != nil)
    }

    @Test("an unknown name is unreachable")
    func unknownName() async {
        await self.expect(.unreachable, "http://no-such-host.invalid/")
    }

    @Test(
        "a request that cannot be sent is refused before anything is",
        arguments: [
            HTTPClientRequest(url: "ftp://127.0.0.1/"), HTTPClientRequest(url: "file:///etc/hostname"),
            HTTPClientRequest(url: ""), HTTPClientRequest(url: "http://127.0.0.1/ x"),
            HTTPClientRequest(url: "http://127.0.0.1/\r\nx: y"), HTTPClientRequest(method: "GET x", url: "http://h/"),
            HTTPClientRequest(method: "", url: "http://h/"),
            HTTPClientRequest(url: "http://h/", headers: ["a": "b\r\nc: d"]),
            HTTPClientRequest(url: "http://h/", headers: ["a b": "c"]),
            HTTPClientRequest(url: "http://h/", headers: ["": "c"]),
            HTTPClientRequest(url: "http://h/", headers: ["a": "b\u{0}"]),
        ]
    )
    func invalid(request: HTTPClientRequest) async {
        let error = await #expect(throws: HTTPClientError.self) { _ = try await HTTPClient().send(request) }
        #expect(error?.code == .invalidRequest)
    }

    @Test(
        "bad manners of a server have names",
        arguments: [
            ("/garbage", .malformedReply), ("/flood", .malformedReply), ("/silent", .aborted),
        ] as [(String, HTTPClientError.Code)]
    )
    func badManners(path: String, code: HTTPClientError.Code) async throws {
        try await TestServer.with { server in await self.expect(code, server.base + path) }
    }

    @Test("a body that ends too early gives what came, then an error, never a whole answer")
    func truncated() async throws {
        try await TestServer.with { server in
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.base + "/truncated"))
            var bytes: [UInt8] = []
            let error = await #expect(throws: HTTPClientError.self) {
                for try await chunk in response.body { bytes += chunk }
            }
            #expect(error?.code == .aborted)
            #expect(String(decoding: bytes, as: UTF8.self) == "only this")
        }
    }

    @Test("a body over the limit is refused, one at the limit is not")
    func tooLarge() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            let request = HTTPClientRequest(url: server.base + "/big?bytes=100000")
            let whole = try await client.send(request).bytes(upTo: 100_000)
            #expect(whole.count == 100_000)
            let error = await #expect(throws: HTTPClientError.self) {
                _ = try await client.send(request).bytes(upTo: 99_999)
            }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test("the total timeout ends an exchange before its head and in the midst of its body")
    func totalTimeout() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            let timeouts = HTTPClientRequest.Timeouts(total: .milliseconds(100))
            await self.expect(.timedOut, server.base + "/slow?seconds=30", timeouts)
            let response = try await client.send(HTTPClientRequest(url: server.base + "/stall", timeouts: timeouts))
            let error = await #expect(throws: HTTPClientError.self) { _ = try await response.bytes(upTo: 1000) }
            #expect(error?.code == .timedOut)
        }
    }

    @Test("an exchange that stands still is ended by the low-speed limit")
    func lowSpeed() async throws {
        try await TestServer.with { server in
            let timeouts = HTTPClientRequest.Timeouts(lowSpeed: (bytesPerSecond: 10, during: .seconds(1)))
            let request = HTTPClientRequest(url: server.base + "/stall", timeouts: timeouts)
            let response = try await HTTPClient().send(request)
            let error = await #expect(throws: HTTPClientError.self) { _ = try await response.bytes(upTo: 1000) }
            #expect(error?.code == .timedOut)
        }
    }

    @Test("a server that nobody vouches for is not trusted, unless its authority is given or trust is waived")
    func tls() async throws {
        try await withTemporaryFolder { folder in
            let (certificate, key) = try Self.selfSigned(in: folder)
            try await TestServer.with(.tls(certificate: certificate, key: key)) { server in
                let url = "https://localhost:\(server.port)/status/200"
                await self.expect(.tls, url)

                var trusting = HTTPClient.Configuration()
                trusting.tls.certificateAuthority = Array(try Data(contentsOf: URL(filePath: certificate)))
                #expect(try await HTTPClient(trusting).send(HTTPClientRequest(url: url)).status == 200)
                // The certificate is for localhost, not for the address.
                let other = "https://127.0.0.1:\(server.port)/status/200"
                let error = await #expect(throws: HTTPClientError.self) {
                    _ = try await HTTPClient(trusting).send(HTTPClientRequest(url: other))
                }
                #expect(error?.code == .tls)

                var waiving = HTTPClient.Configuration()
                waiving.tls.verifiesServer = false
                #expect(try await HTTPClient(waiving).send(HTTPClientRequest(url: other)).status == 200)
            }
        }
    }

    private static func selfSigned(in folder: String) throws -> (certificate: String, key: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder + "/key.pem",
            "-out", folder + "/certificate.pem",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl made no certificate")
        return (folder + "/certificate.pem", folder + "/key.pem")
    }

    private func expect(
        _ code: HTTPClientError.Code,
        _ url: String,
        _ timeouts: HTTPClientRequest.Timeouts = .init()
    ) async {
        let error = await #expect(throws: HTTPClientError.self) {
            _ = try await HTTPClient().send(HTTPClientRequest(url: url, timeouts: timeouts))
        }
        #expect(error?.code == code, "\(error.map(String.init(describing:)) ?? "nothing")")
    }
}
