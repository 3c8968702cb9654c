import Foundation
import Synchronization
import TestSupport

/// A replica that a test scripts: real sockets, one thread a connection, and a count of what it holds at once.
final class TestReplica: Sendable {
    struct Request: Sendable {
        let head: String
        let body: [UInt8]
        var text: String { String(decoding: self.body, as: UTF8.self) }
        var line: String { String(self.head.split(separator: "\r\n")[0]) }

        func field(_ name: String) -> String? {
            self.head.split(separator: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    /// Answers one request on its socket; returns whether the connection goes on.
    typealias Handler = @Sendable (Request, TCPSocket) throws -> Bool

    private struct State {
        var inFlight = 0
        var maximum = 0
        var requests: [Request] = []
        var connections = 0
        var sockets: [TCPSocket] = []
    }

    let port: Int
    private let listener: TCPSocket
    private let state = Mutex(State())

    var maximumInFlight: Int { self.state.withLock { $0.maximum } }
    var requests: [Request] { self.state.withLock { $0.requests } }
    var connectionCount: Int { self.state.withLock { $0.connections } }

    init(_ handler: @escaping Handler = TestReplica.ok) throws {
        (self.listener, self.port) = try TCPSocket.listen()
        let listener = self.listener
        Thread.detachNewThread { [weak self] in
            while let socket = listener.accept() {
                guard let self else { return }
                self.state.withLock {
                    $0.connections += 1
                    $0.sockets.append(socket)
                }
                Thread.detachNewThread { try? self.serve(socket, handler) }
            }
        }
    }

    /// Every open connection is reset and no new one accepted, as when the process is killed.
    func kill() {
        self.listener.stopListening()
        let sockets = self.state.withLock { $0.sockets }
        for socket in sockets { socket.reset() }
    }

    static let ok: Handler = { request, socket in
        try socket.send("HTTP/1.1 200 OK\r\ncontent-length: \(request.body.count)\r\n\r\n")
        try socket.send(request.body)
        return true
    }

    private func serve(_ socket: TCPSocket, _ handler: Handler) throws {
        var bytes: [UInt8] = []
        while true {
            guard let request = try self.read(socket, &bytes) else { return }
            self.state.withLock {
                $0.inFlight += 1
                $0.maximum = max($0.maximum, $0.inFlight)
                $0.requests.append(request)
            }
            defer { self.state.withLock { $0.inFlight -= 1 } }
            guard try handler(request, socket) else { return socket.stopListening() }
        }
    }

    private func read(_ socket: TCPSocket, _ bytes: inout [UInt8]) throws -> Request? {
        while true {
            if let start = bytes.endOfHead {
                let head = String(decoding: bytes[..<(start - 4)], as: Unicode.ASCII.self)
                let request = Request(head: head, body: [])
                var bodyCount: Int?
                if request.field("transfer-encoding") == "chunked" {
                    bodyCount = Array(bytes[start...]).end(of: "0\r\n").flatMap { _ in
                        Array(bytes[start...]).end(of: "\r\n\r\n")
                    }
                } else {
                    let length = request.field("content-length").flatMap { Int($0) } ?? 0
                    if bytes.count >= start + length { bodyCount = length }
                }
                if let bodyCount {
                    let body = Array(bytes[start..<start + bodyCount])
                    bytes = Array(bytes[(start + bodyCount)...])
                    return Request(head: head, body: body)
                }
            }
            let more = try socket.receive(upTo: 1 << 20)
            if more.isEmpty { return nil }
            bytes += more
        }
    }
}
