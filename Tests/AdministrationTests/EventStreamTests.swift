import Administration
import HTTPTransport
import Testing

@testable import Telemetry

@Suite("Event stream, over a socket", .timeLimit(.minutes(1)))
struct EventStreamTests {
    /// Reads until the text holds so many events.
    private func read(_ response: HTTPClientResponse, events: Int) async throws -> String {
        var text = ""
        for try await chunk in response.body {
            text += String(decoding: chunk, as: UTF8.self)
            if text.matches(of: /data:/).count >= events { break }
        }
        return text
    }

    private func open(
        _ fixture: AdministrationFixture,
        _ path: String,
        headers: HTTPClientHeaders = [:]
    ) async throws -> HTTPClientResponse {
        try await fixture.client.send(HTTPClientRequest(url: fixture.base + path, headers: headers))
    }

    @Test("what happened is replayed, what happens follows at once")
    func replayAndLive() async throws {
        try await AdministrationFixture.with { fixture in
            fixture.feed.publish(.scaled, subject: "default/iris", message: "one")
            fixture.feed.publish(.scaled, subject: "default/iris", message: "two", fields: ["replicas": "2"])
            let response = try await self.open(fixture, "/api/events?replay=1")
            #expect(response.headers["content-type"] == "text/event-stream")
            // The head comes before the stream listens; what happens in between would be replayed in place of the second.
            while fixture.feed.subscriberCount == 0 { await Task.yield() }
            fixture.feed.publish(.replicaReady, subject: "default/iris", message: "three\nlines")
            let text = try await self.read(response, events: 2)
            #expect(text.hasPrefix("retry: 1000\n\nid: 2\nevent: activity\ndata: {\"sequence\":2,"))
            #expect(!text.contains("one"))
            #expect(text.contains(#""fields":{"replicas":"2"}"#))
            #expect(text.contains("\n\nid: 3\nevent: activity\n"))
            #expect(text.contains(#""message":"three\nlines""#))
        }
    }

    @Test(
        "who comes back gets what it missed, and everything when the program has started anew",
        arguments: [("2", ["three"]), ("3", []), ("99", ["one", "two", "three"]), ("x", [])]
    )
    func resume(last: String, missed: [String]) async throws {
        try await AdministrationFixture.with { fixture in
            for message in ["one", "two", "three"] {
                fixture.feed.publish(.warning, subject: "", message: message)
            }
            let response = try await self.open(fixture, "/api/events", headers: ["Last-Event-ID": last])
            fixture.feed.publish(.warning, subject: "", message: "four")
            let text = try await self.read(response, events: missed.count + 1)
            let messages = text.matches(of: /"message":"([a-z]+)"/).map { String($0.1) }
            #expect(messages == missed + ["four"])
        }
    }

    @Test("streams are bounded, and a reader that leaves makes room")
    func bounded() async throws {
        var settings = AdministrationSettings()
        settings.maximumStreams = 1
        try await AdministrationFixture.with(settings: settings) { fixture in
            do {
                let first = try await self.open(fixture, "/api/events")
                #expect(first.status == 200)
                let second = try await self.open(fixture, "/api/events")
                #expect(second.status == 503)
                #expect(second.headers["retry-after"] != nil)
            }
            var status = 0
            for _ in 0..<500 where status != 200 {
                status = try await self.open(fixture, "/api/events").status
                if status != 200 { try await Task.sleep(for: .milliseconds(10)) }
            }
            #expect(status == 200)
        }
    }
}
