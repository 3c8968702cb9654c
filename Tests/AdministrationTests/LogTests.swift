import HTTPTransport
import KubernetesClient
import Testing

@testable import Administration

@Suite("Logs of replicas, over a socket", .timeLimit(.minutes(1)))
struct LogTests {
    private func prepared(_ fixture: AdministrationFixture) async throws {
        try await fixture.store(.inferenceService, Sample.service("iris"))
        try await fixture.store(.pod, Sample.pod("iris", "a"))
        fixture.logs.set("iris-predictor-a", ["one", "two", "three"])
    }

    @Test("one replica's log is shown as it is, of several each line tells whose it is")
    func several() async throws {
        try await AdministrationFixture.with { fixture in
            try await self.prepared(fixture)
            #expect(try await fixture.get("/api/logs?name=iris").text == "one\ntwo\nthree\n")
            #expect(try await fixture.get("/api/logs?name=iris&namespace=default&tail=1").text == "three\n")
            try await fixture.store(.pod, Sample.pod("iris", "b"))
            fixture.logs.set("iris-predictor-b", ["four"])
            let text = try await fixture.get("/api/logs?name=iris&tail=1").text
            #expect(text == "iris-predictor-a | three\niris-predictor-b | four\n")
        }
    }

    @Test("following shows what replicas write that start later")
    func follow() async throws {
        try await AdministrationFixture.with { fixture in
            try await self.prepared(fixture)
            let request = HTTPClientRequest(url: fixture.base + "/api/logs?name=iris&tail=1&follow=true")
            let response = try await fixture.client.send(request)
            fixture.logs.set("iris-predictor-late", ["first words", "more"])
            try await fixture.store(.pod, Sample.pod("iris", "late"))
            var text = ""
            for try await chunk in response.body {
                text += String(decoding: chunk, as: UTF8.self)
                if text.contains("more") { break }
            }
            #expect(text.contains("iris-predictor-a | three\n"))
            #expect(text.contains("iris-predictor-late | first words\niris-predictor-late | more\n"))
        }
    }

    @Test("the log of a pod is had as kubectl asks for it")
    func kubectl() async throws {
        try await AdministrationFixture.with { fixture in
            try await self.prepared(fixture)
            let path = "/api/v1/namespaces/default/pods/iris-predictor-a/log"
            #expect(try await fixture.get(path + "?tailLines=2").text == "two\nthree\n")
            #expect(try await fixture.get("/api/v1/namespaces/default/pods/none/log").response.status == 404)
        }
    }

    @Test(
        "a question without a service, for none that is, or for half a line is refused",
        arguments: [
            ("", 400), ("?name=", 400), ("?name=none", 404), ("?name=iris&tail=-1", 400), ("?name=iris&tail=x", 400),
        ]
    )
    func refused(query: String, status: Int) async throws {
        try await AdministrationFixture.with { fixture in
            try await self.prepared(fixture)
            #expect(try await fixture.get("/api/logs" + query).response.status == status)
        }
    }
}
