import Administration
import HTTPTransport
import Telemetry
import Testing

@Suite("Administration, over a socket", .timeLimit(.minutes(1)))
struct AdministrationServerTests {
    @Test("the dashboard is one page that may load nothing from elsewhere")
    func dashboard() async throws {
        try await AdministrationFixture.with { fixture in
            let (response, text) = try await fixture.get("/")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(response.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'"))
            let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-([a-z0-9]{20,})'/)?.1)
            #expect(text.contains("<script nonce=\"\(nonce)\">"))
            #expect(!text.contains("NONCE"))
            #expect(!text.contains("/*SCRIPT*/") && !text.contains("/*STYLE*/"))
            #expect(text.matches(of: /(src|href)="(http|\/\/)/).isEmpty)
            let (second, _) = try await fixture.get("/")
            #expect(second.headers["content-security-policy"] != policy)
        }
    }

    @Test("every answer carries the security headers and lets no other site read it")
    func securityHeaders() async throws {
        try await AdministrationFixture.with { fixture in
            for path in ["/", "/api/status", "/metrics", "/nothing", "/api/v1/pods"] {
                let (response, _) = try await fixture.get(path, headers: ["Origin": "http://evil.example"])
                #expect(response.headers["x-content-type-options"] == "nosniff")
                #expect(response.headers["x-frame-options"] == "DENY")
                #expect(response.headers["cache-control"] == "no-store")
                #expect(response.headers["cross-origin-resource-policy"] == "same-origin")
                #expect(response.headers["access-control-allow-origin"] == nil)
            }
        }
    }

    @Test(
        "a request for a name that is not this server's is refused",
        arguments: [
            ("localhost:9", 200), ("LOCALHOST", 200), ("127.0.0.1:80", 200), ("[::1]:9900", 200), ("10.1.2.3", 200),
            ("pilot.example:1", 200), ("evil.example", 403), ("127.0.0.1.evil.example", 403), ("localhost:x", 403),
            ("1.2.3.400", 403), ("[::1", 403), ("localhost.", 200), ("xlocalhost", 403),
        ]
    )
    func hostNames(host: String, status: Int) async throws {
        let settings = AdministrationSettings(allowedHosts: ["Pilot.example"])
        try await AdministrationFixture.with(settings: settings) { fixture in
            let (response, _) = try await fixture.get("/healthz", headers: ["Host": host])
            #expect(response.status == status)
        }
    }

    @Test(
        "nothing can be changed: every other method is refused",
        arguments: ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    )
    func methods(method: String) async throws {
        try await AdministrationFixture.with { fixture in
            for path in ["/", "/api/status", "/api/v1/namespaces/default/pods/x"] {
                // kubectl sends its options along when it deletes.
                let (response, _) = try await fixture.get(path, method: method, body: [0x7B, 0x7D])
                #expect(response.status == 405)
                #expect(response.headers["allow"] == "GET, HEAD")
            }
        }
    }

    @Test("a body is refused unread")
    func body() async throws {
        try await AdministrationFixture.with { fixture in
            let (response, _) = try await fixture.get("/healthz", body: Array(repeating: 65, count: 1000))
            #expect(response.status == 413)
        }
    }

    @Test("health is told, and readiness with what stands in its way")
    func health() async throws {
        try await AdministrationFixture.with { fixture in
            #expect(try await fixture.get("/healthz").text == "ok\n")
            #expect(try await fixture.get("/readyz").text == "ok\n")
            fixture.readiness.set(["the store is read-only", "no port is free"])
            let (response, text) = try await fixture.get("/readyz")
            #expect(response.status == 503)
            #expect(text == "the store is read-only\nno port is free\n")
            #expect(try await fixture.get("/healthz").response.status == 200)
        }
    }

    @Test("metrics are Prometheus text")
    func metrics() async throws {
        try await AdministrationFixture.with { fixture in
            fixture.metrics.counter("pilotlight_test_things_total", help: "Things.").increment()
            let (response, text) = try await fixture.get("/metrics")
            #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(text.contains("\npilotlight_test_things_total 1\n"))
        }
    }

    @Test("HEAD answers like GET without the body")
    func head() async throws {
        try await AdministrationFixture.with { fixture in
            let (response, text) = try await fixture.get("/api/status", method: "HEAD")
            #expect(response.status == 200)
            #expect(response.headers["content-length"] != "0")
            #expect(text.isEmpty)
        }
    }

    @Test("an address that is taken is told with its number")
    func addressTaken() async throws {
        try await AdministrationFixture.with { fixture in
            let port = try #require(Int(fixture.base.split(separator: ":").last ?? ""))
            let error = await #expect(throws: AdministrationError.self) {
                try await AdministrationFixture.with(settings: AdministrationSettings(port: port)) { _ in }
            }
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
        }
    }
}
