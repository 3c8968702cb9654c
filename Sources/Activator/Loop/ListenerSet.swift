import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// The listening sockets, one a loop on the same port, so that the kernel spreads connections and no loop waits for another.
final class ListenerSet: Sendable {
    private let channels = Mutex<[any Channel]>([])

    /// - Returns: The port.
    func bind(_ loops: [ProxyLoop], settings: ActivatorSettings) async throws -> Int {
        var port = settings.port
        if port != 0 { try await Self.makeSureIsFree(port, loop: loops[0]) }
        for loop in loops {
            let channel = try await Self.bootstrap(loop).bind(host: settings.host, port: port).get()
            port = channel.localAddress?.port ?? port
            self.channels.withLock { $0.append(channel) }
        }
        return port
    }

    func close() async {
        let channels = self.channels.withLock { channels in
            defer { channels = [] }
            return channels
        }
        for channel in channels { try? await channel.close() }
    }

    /// Sockets that share a port would share it with another activator of the same user without a word: a socket that
    /// shares nothing finds that out.
    private static func makeSureIsFree(_ port: Int, loop: ProxyLoop) async throws {
        let probe = try await ServerBootstrap(group: loop.eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: loop.settings.host, port: port)
            .get()
        try await probe.close()
    }

    private static func bootstrap(_ loop: ProxyLoop) -> ServerBootstrap {
        let settings = loop.settings
        return ServerBootstrap(group: loop.eventLoop)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(
                .socketOption(NIOBSDSocket.Option(rawValue: SO_REUSEPORT)),
                value: settings.loopCount > 1 ? 1 : 0
            )
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: settings.writeBufferBytes / 2, high: settings.writeBufferBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ClientConnection(loop: loop))
                }
            }
    }
}
