import NIOCore
import NIOPosix

@testable import InferenceServer

/// An answer as it came off the wire.
struct HTTPReply: Equatable {
    var status = 0
    var fields: [String: String] = [:]
    var body: [UInt8] = []

    var text: String { String(decoding: self.body, as: UTF8.self) }
}

/// A client that sends exactly the bytes it is told to and reads whole answers.
struct HTTPClient {
    private let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received: [UInt8] = []

    struct ConnectionClosed: Error {}

    /// Connects, runs `body` and closes, whatever happens.
    static func connected<Result>(
        to address: BoundAddress,
        _ body: (inout HTTPClient) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var client = HTTPClient(inbound: inbound, outbound: outbound, iterator: inbound.makeAsyncIterator())
            return try await body(&client)
        }
    }

    func send(_ text: String) async throws {
        try await self.outbound.write(ByteBuffer(string: text))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await self.outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Says that nothing more will be sent.
    func finish() { self.outbound.finish() }

    /// The next answer, interim ones included.
    mutating func reply(toHead: Bool = false) async throws -> HTTPReply {
        while true {
            if let end = self.received.firstRange(of: Array("\r\n\r\n".utf8)) {
                var reply = Self.head(self.received[..<end.lowerBound])
                let length = toHead ? 0 : reply.fields["content-length"].flatMap { Int($0) } ?? 0
                if self.received.count >= end.upperBound + length {
                    reply.body = Array(self.received[end.upperBound..<(end.upperBound + length)])
                    self.received.removeFirst(end.upperBound + length)
                    return reply
                }
            }
            guard try await self.receive() else { throw ConnectionClosed() }
        }
    }

    /// Returns once a first part of the next answer is there.
    mutating func waitForBytes() async throws {
        guard self.received.isEmpty else { return }
        guard try await self.receive() else { throw ConnectionClosed() }
    }

    /// Everything until the server closes.
    mutating func rest() async throws -> String {
        while try await self.receive() {}
        return String(decoding: self.received, as: UTF8.self)
    }

    private mutating func receive() async throws -> Bool {
        guard let bytes = try await self.iterator.next() else { return false }
        self.received += bytes.readableBytesView
        return true
    }

    private static func head(_ bytes: some Collection<UInt8>) -> HTTPReply {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        var reply = HTTPReply()
        reply.status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            reply.fields[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return reply
    }
}

extension HTTPClient {
    /// The text of a request with a body.
    static func post(_ path: String, _ body: String, fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nhost: m\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static func get(_ path: String, fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nhost: m\r\n\(fields)\r\n"
    }

    /// Sends one request on a connection of its own.
    static func exchange(_ address: BoundAddress, _ request: String) async throws -> HTTPReply {
        try await Self.connected(to: address) { client in
            try await client.send(request)
            return try await client.reply(toHead: request.hasPrefix("HEAD"))
        }
    }
}
