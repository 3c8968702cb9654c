import NIOCore
import NIOPosix

/// The listening socket and its event loop.
///
/// One loop is enough: it only moves bytes, and what a replica is made for, inference, happens on the workers. Thus
/// whatever the connections share needs no lock.
struct HTTPServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let registry: NIOLoopBound<ConnectionRegistry>

    /// Where the server listens, the port that the kernel chose included.
    let address: SocketAddress

    static func listen(
        host: String,
        port: Int,
        service: InferenceService,
        limits: HTTPLimits
    ) async throws -> HTTPServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let routes = RouteTable(modelName: service.modelName)
        do {
            let registry = try await loop.submit {
                NIOLoopBound(ConnectionRegistry(), eventLoop: loop)
            }.get()
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = ConnectionHandler(
                            service: service,
                            routes: routes,
                            limits: limits,
                            registry: registry.value
                        )
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                // A second read would nearly always find nothing.
                .childChannelOption(.maxMessagesPerRead, value: 1)
                .bind(host: host, port: port)
                .get()
            guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
            return HTTPServer(group: group, channel: channel, registry: registry, address: address)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Answers what is on its way, then closes everything.
    ///
    /// Until the last request is answered the socket keeps listening: a client that has not heard yet that this replica
    /// goes away gets its answer too, and with it the word that the connection ends.
    ///
    /// - Parameter limit: How long to wait for the requests.
    /// - Returns: Whether all requests were answered in time.
    func drain(limit: TimeAmount) async throws -> Bool {
        let deadline = NIODeadline.now() + limit
        let isComplete = try await self.wait(until: deadline) { registry, finished in registry.drain(finished) }
        try await self.channel.close().get()
        // What was answered last may still be on its way to a slow client.
        let isClosed = try await self.wait(until: deadline) { registry, finished in registry.closeAll(finished) }
        return isComplete && isClosed
    }

    /// Starts something on the event loop and waits for it to call back; `false` when it does not in time.
    private func wait(
        until deadline: NIODeadline,
        _ start: @escaping @Sendable (ConnectionRegistry, @escaping () -> Void) -> Void
    ) async throws -> Bool {
        let loop = self.channel.eventLoop
        let registry = self.registry
        let done = loop.makePromise(of: Bool.self)
        loop.execute {
            let timer = loop.scheduleTask(deadline: deadline) { done.succeed(false) }
            start(registry.value) {
                timer.cancel()
                done.succeed(true)
            }
        }
        return try await done.futureResult.get()
    }

    /// Ends the event loop; connections that are still open are cut.
    func shutdown() async throws {
        try await self.group.shutdownGracefully()
    }
}
