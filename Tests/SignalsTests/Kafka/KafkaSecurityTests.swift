import Autoscaler
import Foundation
import TestSupport
import Testing

@testable import Signals

/// The cluster of `kafka-peer` knows neither TLS nor SASL, so a listener that does stands in front of it.
@Suite(
    "Trigger kafka, with TLS and SASL",
    .timeLimit(.minutes(2)),
    .enabled(if: ServerProgram.python.isExpected, Comment(rawValue: ServerProgram.python.comment))
)
struct KafkaSecurityTests {
    /// Where clients connect, and the certificates of whoever listens there.
    private struct Front {
        let port: Int
        let authority: String
        let stranger: String
    }

    private static func withFront(_ body: (Front) async throws -> Void) async throws {
        try await TestCertificates.with { certificates in
            try await KafkaPeer.with(topics: ["requests:1:1"]) { peer in
                guard peer.takesCommands, let broker = peer.bootstrapServers.split(separator: ":").last else { return }
                let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "secure-front.py")
                try await ServerProcess.with { _, port in
                    ServerProcess.Command(
                        .python,
                        [script.path(), "\(port)", String(broker), certificates.certificatePath, certificates.keyPath]
                    )
                } _: { process in
                    try await body(
                        Front(
                            port: process.port,
                            authority: try TestCertificates.text(certificates.authorityPath),
                            stranger: try TestCertificates.text(certificates.strangerPath)
                        )
                    )
                }
            }
        }
    }

    private static func trigger(
        _ front: Front,
        _ credentials: [String: String],
        verifies: Bool = true
    ) throws -> any Trigger {
        let metadata = [
            "bootstrapServers": "127.0.0.1:\(front.port)", "consumerGroup": "scorer", "topic": "requests",
            "offsetResetPolicy": "earliest", "unsafeSsl": "\(!verifies)",
        ]
        let all = ["tls": "enable", "ca": front.authority].merging(credentials) { $1 }
        return try TriggerTesting.catalogue().trigger(
            for: TriggerTesting.declare("kafka", metadata, credentials: all)
        )
    }

    private static func user(_ mechanism: String, password: String = "p") -> [String: String] {
        ["sasl": mechanism, "username": "u", "password": password]
    }

    @Test("the right password opens the cluster with each mechanism, and the wrong one is told at every look")
    func passwords() async throws {
        try await Self.withFront { front in
            // A look that is refused takes its time: once for each mechanism, and for one of them again.
            for (mechanism, looks) in [("plaintext", 2), ("scram_sha256", 1), ("scram_sha512", 1)] {
                let trigger = try Self.trigger(front, Self.user(mechanism))
                #expect(try await trigger.read().value == 0, "\(mechanism)")
                let refused = try Self.trigger(front, Self.user(mechanism, password: "wrong"))
                for _ in 0..<looks {
                    let failure = await TriggerTesting.failure(of: refused)
                    #expect(failure?.kind == .refused, "\(mechanism)")
                    #expect(failure?.description.contains("wrong user or password") == true, "\(mechanism)")
                }
            }
        }
    }

    @Test("a cluster of an unknown authority is told as such, again and again, and taken when that is wanted")
    func authorities() async throws {
        try await Self.withFront { front in
            let foreign = Self.user("plaintext").merging(["ca": front.stranger]) { $1 }
            let refused = try Self.trigger(front, foreign)
            for _ in 0..<2 {
                let failure = await TriggerTesting.failure(of: refused)
                #expect(failure?.kind == .refused)
                #expect(failure?.description.contains("certificate verify failed") == true)
            }
            let trusting = try Self.trigger(front, foreign, verifies: false)
            #expect(try await trusting.read().value == 0)
        }
    }

    @Test("a token of OAuth opens the cluster")
    func token() async throws {
        try await Self.withFront { front in
            let (listener, port) = try TCPSocket.listen()
            defer { listener.stopListening() }
            let endpoint = Task {
                try await onThread {
                    let connection = try #require(listener.accept())
                    var bytes: [UInt8] = []
                    while !String(decoding: bytes, as: UTF8.self).contains("client_credentials") {
                        bytes += try connection.receive()
                    }
                    let body = #"{"access_token": "the-token", "expires_in": 3600}"#
                    try connection.send("HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
                }
            }
            let trigger = try Self.trigger(
                front,
                [
                    "sasl": "oauthbearer", "username": "me", "password": "secret",
                    "oauthTokenEndpointUri": "http://127.0.0.1:\(port)/token",
                ]
            )
            #expect(try await trigger.read().value == 0)
            try await endpoint.value
        }
    }
}
