import Foundation
import Glibc

/// A plain blocking socket, so that tests say exactly which bytes go over the wire, and when.
public final class TCPSocket: @unchecked Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) {
            self.description = description
        }
    }

    public let descriptor: Int32

    public init(descriptor: Int32, timeoutSeconds: Int = 10) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        Glibc.close(self.descriptor)
    }

    /// Connects to a port of this machine.
    public static func connect(port: Int) throws -> TCPSocket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(port: port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            throw Failure(description: "connect to \(port): errno \(errno)")
        }
        return TCPSocket(descriptor: descriptor)
    }

    /// Listens on a port of the kernel's choice.
    public static func listen() throws -> (socket: TCPSocket, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Glibc.bind(descriptor, pointer, length) == 0 && Glibc.listen(descriptor, 512) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard result else { throw Failure(description: "listen: errno \(errno)") }
        return (TCPSocket(descriptor: descriptor, timeoutSeconds: 3600), Int(UInt16(bigEndian: address.sin_port)))
    }

    public func send(_ text: String) throws { try self.send(Array(text.utf8)) }

    public func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    self.descriptor,
                    $0.baseAddress.map { $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
            sent += count
        }
    }

    /// What has come, at least one byte; empty at the end of the stream.
    public func receive(upTo limit: Int = 65_536) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(self.descriptor, &buffer, limit, 0)
        guard count >= 0 else { throw Failure(description: "receive: errno \(errno)") }
        return Array(buffer.prefix(count))
    }

    /// Everything until the stream ends; `wasReset` when it broke off.
    public func receiveAll() -> (text: String, wasReset: Bool) {
        var all: [UInt8] = []
        while true {
            do {
                let bytes = try self.receive()
                if bytes.isEmpty { return (String(decoding: all, as: UTF8.self), false) }
                all += bytes
            } catch {
                return (String(decoding: all, as: UTF8.self), true)
            }
        }
    }

    /// One whole response: its head, and its body by Content-Length or chunks.
    public func receiveResponse(isAnswerToHead: Bool = false) throws -> HTTPAnswer {
        var bytes: [UInt8] = []
        while true {
            if let answer = try HTTPAnswer(bytes, isAnswerToHead: isAnswerToHead) { return answer }
            let more = try self.receive()
            guard !more.isEmpty else {
                throw Failure(description: "the stream ended in \(String(decoding: bytes, as: UTF8.self))")
            }
            bytes += more
        }
    }

    public func shutdownWrite() {
        Glibc.shutdown(self.descriptor, Int32(SHUT_WR))
    }

    /// Closes with a reset.
    public func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        Glibc.shutdown(self.descriptor, Int32(SHUT_RDWR))
    }

    public func accept() -> TCPSocket? {
        let descriptor = Glibc.accept(self.descriptor, nil, nil)
        return descriptor >= 0 ? TCPSocket(descriptor: descriptor, timeoutSeconds: 60) : nil
    }

    public func stopListening() {
        Glibc.shutdown(self.descriptor, Int32(SHUT_RDWR))
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}

/// Runs blocking code on a thread of its own: the pool that runs tasks has no thread to spare.
public func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
