import Foundation
import HTTPTransport
import Testing

@Suite("HTTP client, against a server", .timeLimit(.minutes(1)))
struct HTTPClientTests {
    /// What the server saw.
    struct Echo: Decodable {
        let method: String
        let path: String
        let headers: [[String]]
        let body: String
        let connection: Int

        func values(_ name: String) -> [String] {
            self.headers.filter { $0[0].lowercased() == name }.map { $0[1] }
        }
    }

    private func echo(_ client: HTTPClient, _ request: HTTPClientRequest) async throws -> Echo {
        let response = try await client.send(request)
        #expect(response.status == 200)
        return try JSONDecoder().decode(Echo.self, from: Data(try await response.bytes(upTo: 1 << 20)))
    }

    @Test(
        "method, path, headers and body arrive as they were given",
        arguments: [
            ("GET", nil), ("POST", [0, 13, 10, 255]), ("PUT", [1]), ("PATCH", []), ("DELETE", nil), ("DELETE", [7]),
            ("GET", [9]),
        ] as [(String, [UInt8]?)]
    )
    func roundTrip(method: String, body: [UInt8]?) async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            var request = HTTPClientRequest(method: method, url: server.base + "/echo?a=1%202", body: body)
            request.headers.add("X-One", "1")
            request.headers.add("X-One", "2")
            request.headers.add("X-Empty", "")
            let echo = try await self.echo(client, request)
            #expect(echo.method == method)
            #expect(echo.path == "/echo?a=1%202")
            #expect(echo.values("x-one") == ["1", "2"])
            #expect(echo.values("x-empty") == [""])
            #expect(echo.values("expect").isEmpty)
            #expect(echo.values("content-type").isEmpty)
            #expect(echo.body == (body ?? []).map { String(format: "%02x", $0) }.joined())
            #expect(echo.values("content-length") == (body.map { ["\($0.count)"] } ?? []))
        }
    }

    @Test("the head of an answer keeps repeated and empty fields, and finds them whatever the case")
    func head() async throws {
        try await TestServer.with { server in
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.base + "/echo"))
            #expect(response.headers.values("x-twice") == ["a", "b"])
            #expect(response.headers["X-EMPTY"] == "")
            #expect(response.headers["x-none"] == nil)
        }
    }

    @Test("an error status is an answer, and a head without body too")
    func statuses() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            let missing = try await client.send(HTTPClientRequest(url: server.base + "/status/404"))
            #expect(missing.status == 404)
            #expect(!missing.isSuccess)
            #expect(try await missing.text(upTo: 100) == "said so")
            let head = try await client.send(HTTPClientRequest(method: "HEAD", url: server.base + "/echo"))
            #expect(head.status == 200)
            #expect(try await head.bytes(upTo: 0).isEmpty)
        }
    }

    @Test("interim answers are passed over")
    func interim() async throws {
        try await TestServer.with { server in
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.base + "/interim"))
            #expect(response.status == 200)
            #expect(response.headers["x-final"] == "1")
            #expect(response.headers["x-hint"] == nil)
        }
    }

    @Test("a connection is used again, and by one exchange at a time")
    func reuse() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            let request = HTTPClientRequest(url: server.base + "/echo")
            let first = try await self.echo(client, request)
            let second = try await self.echo(client, request)
            #expect(first.connection == second.connection)
        }
    }

    @Test("no more connections than allowed are opened, and the rest wait")
    func connectionLimit() async throws {
        try await TestServer.with { server in
            var configuration = HTTPClient.Configuration()
            configuration.maximumConnectionsPerHost = 2
            let client = HTTPClient(configuration)
            let connections = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await self.echo(client, HTTPClientRequest(url: server.base + "/echo")).connection
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(connections.count <= 2)
        }
    }

    @Test("redirections are handed to the caller, and followed only when asked")
    func redirects() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            var request = HTTPClientRequest(url: server.base + "/redirect?to=/status/201")
            let handed = try await client.send(request)
            #expect(handed.status == 302)
            #expect(handed.headers["location"] == "/status/201")
            request.maximumRedirects = 1
            let followed = try await client.send(request)
            #expect(followed.status == 201)
            #expect(try await followed.text(upTo: 100) == "said so")
            request.url = server.base + "/redirect?to=/redirect?to=/redirect"
            await self.expect(.tooManyRedirects) { _ = try await client.send(request) }
        }
    }

    @Test("a Unix socket is spoken to as well")
    func unixSocket() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/socket"
            try await TestServer.with(.unix(path: path)) { _ in
                var request = HTTPClientRequest(url: "http://models.local/echo")
                request.unixSocketPath = path
                let echo = try await self.echo(HTTPClient(), request)
                #expect(echo.values("host") == ["models.local"])
            }
        }
    }

    func expect(_ code: HTTPClientError.Code, _ body: () async throws -> Void) async {
        let error = await #expect(throws: HTTPClientError.self) { try await body() }
        #expect(error?.code == code, "\(error.map(String.init(describing:)) ?? "nothing")")
    }
}
