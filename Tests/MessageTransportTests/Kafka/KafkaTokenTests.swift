import Foundation
import Logging
import MessageTransport
import TestSupport
import Testing

@Suite("KafkaOAuth", .timeLimit(.minutes(1)))
struct KafkaTokenTests {
    @Test("a client asks the endpoint for a token with its credentials and scopes")
    func fetches() async throws {
        let (listener, port) = try TCPSocket.listen()
        defer { listener.stopListening() }
        let request = Task {
            try await onThread {
                let connection = try #require(listener.accept())
                var bytes: [UInt8] = []
                while !String(decoding: bytes, as: UTF8.self).contains("scope=") { bytes += try connection.receive() }
                let body = #"{"access_token": "tok", "expires_in": 3600}"#
                try connection.send("HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        let oauth = KafkaOAuth(
            tokenEndpoint: "http://127.0.0.1:\(port)/token",
            clientID: "me",
            clientSecret: "hunter2",
            scopes: ["read", "a b"]
        )
        // No broker is needed: the library wants a token before it connects.
        let settings = KafkaSettings(bootstrapServers: ["127.0.0.1:1"], sasl: .oauthBearer(oauth))
        let cluster = try KafkaClusters(logger: .silent).cluster(for: settings)
        let asking = Task { try await cluster.progress(of: KafkaGroupQuery(group: "g", topics: ["t"])) }
        let seen = try await request.value
        #expect(seen.hasPrefix("POST /token HTTP/1.1"))
        #expect(seen.contains("Basic " + Data("me:hunter2".utf8).base64EncodedString()))
        #expect(seen.hasSuffix("grant_type=client_credentials&scope=read%20a%20b"))
        await #expect(throws: MessagingError.self) { try await asking.value }
    }
}
