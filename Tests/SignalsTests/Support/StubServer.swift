import Foundation
import Synchronization
import TestSupport

/// An HTTP server that answers as the test says and remembers what it was asked.
final class StubServer: Sendable {
    struct Answer: Sendable {
        var status = 200
        var body = ""
    }

    let port: Int
    private let socket: TCPSocket
    private let requests = Mutex<[String]>([])

    var base: String { "http://127.0.0.1:\(self.port)" }
    /// Heads and bodies, in order.
    var seen: [String] { self.requests.withLock { $0 } }

    private init(_ answer: @escaping @Sendable (String) -> Answer) throws {
        (self.socket, self.port) = try TCPSocket.listen()
        Thread.detachNewThread { [socket, self] in
            while let connection = socket.accept() {
                guard let request = try? Self.request(connection) else { continue }
                self.requests.withLock { $0.append(request) }
                let answer = answer(request)
                let head =
                    "HTTP/1.1 \(answer.status) x\r\nconnection: close\r\ncontent-length: \(answer.body.utf8.count)"
                try? connection.send("\(head)\r\n\r\n\(answer.body)")
            }
        }
    }

    /// Runs `body` against the server, which is gone before this returns.
    static func with<Result>(
        _ answer: @escaping @Sendable (String) -> Answer,
        _ body: (StubServer) async throws -> Result
    ) async throws -> Result {
        let server = try StubServer(answer)
        defer { server.socket.stopListening() }
        return try await body(server)
    }

    private static func request(_ connection: TCPSocket) throws -> String {
        var bytes: [UInt8] = []
        while true {
            if let end = bytes.endOfHead {
                let head = String(decoding: bytes[..<end], as: UTF8.self)
                let length =
                    head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
                if bytes.count >= end + length { return String(decoding: bytes, as: UTF8.self) }
            }
            let more = try connection.receive()
            if more.isEmpty { throw TCPSocket.Failure(description: "the request broke off") }
            bytes += more
        }
    }
}
