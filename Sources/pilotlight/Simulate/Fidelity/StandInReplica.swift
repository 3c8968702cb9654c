import Foundation
import Glibc

/// A model server without a model: it takes a while to start, and works on a request for as long as that one says.
///
/// A thread a connection and blocking calls: there are never more than a few, and its own overhead must not show.
struct StandInReplica: Sendable {
    /// The request's field with the seconds to work, and the answer's with those that were worked.
    static let workField = "x-work-seconds"

    let port: UInt16
    /// How long it loads before it listens.
    let loadSeconds: Double

    /// Serves until the process ends.
    func run() throws {
        Self.wait(self.loadSeconds)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = self.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(listener, 512) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRINUSE)
        }
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { continue }
            setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
            Thread.detachNewThread { Self.serve(client) }
        }
    }

    private static func serve(_ client: Int32) {
        defer { close(client) }
        var received: [UInt8] = []
        while let head = Self.readHead(client, &received) {
            let work = Self.work(in: head)
            if let work { Self.wait(work) }
            let field = work.map { "\(Self.workField): \($0)\r\n" } ?? ""
            let answer = Array("HTTP/1.1 200 OK\r\n\(field)content-length: 2\r\n\r\nok".utf8)
            guard write(client, answer, answer.count) == answer.count else { return }
        }
    }

    /// The next request's head, `nil` once the peer has closed.
    ///
    /// Requests come without a body.
    private static func readHead(_ client: Int32, _ received: inout [UInt8]) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                received.removeFirst(text[..<end.upperBound].utf8.count)
                return String(text[..<end.lowerBound])
            }
            let count = read(client, &buffer, buffer.count)
            guard count > 0, received.count < 65_536 else { return nil }
            received += buffer[..<count]
        }
    }

    private static func work(in head: String) -> Double? {
        for line in head.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == Self.workField else { continue }
            return Double(parts[1].trimmingCharacters(in: .whitespaces)).map { min(max($0, 0), 3600) }
        }
        return nil
    }

    private static func wait(_ seconds: Double) {
        var rest = timespec(
            tv_sec: Int(seconds),
            tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9)
        )
        var left = timespec()
        while nanosleep(&rest, &left) != 0 { rest = left }
    }
}
