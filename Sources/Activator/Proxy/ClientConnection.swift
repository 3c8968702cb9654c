import Glibc
import HTTPWire
import NIOCore
import RoutingCore
import ServingAPI
import Telemetry
import Timekeeping

/// A client's connection: reads requests one after another, finds each a replica and gives back its answer.
///
/// A translator between channel events, the dispatcher's decisions and the connection to the replica. One request is
/// under way at a time; what a client sends ahead stays unparsed until its turn comes. While a request waits, reading is
/// paused and its body stays in the socket.
final class ClientConnection: DeadlineHolder, ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Between requests, or in the middle of a head.
        case reading
        /// In a revision's queue.
        case waiting(Ticket)
        /// A replica is chosen and a connection to it is being made.
        case connecting(ReplicaEndpoint)
        /// The request is with a replica.
        case exchanging(UpstreamConnection)
        /// Bytes go both ways without being looked at.
        case tunnelling(UpstreamConnection)
        /// The last answer is out; what the client still sends is thrown away for a moment, so that it gets to read it.
        case discarding
        case closed
    }

    let loop: ProxyLoop
    private(set) var context: ChannelHandlerContext?
    var phase = Phase.reading
    /// Bytes that were read and not used yet: part of a head, a head that waits, or requests sent ahead.
    var inbound: ByteBuffer?
    /// The parser of a head that comes in pieces; `nil` while heads come whole.
    private var pieces: RequestHeadBox?
    /// The client's address as text, for X-Forwarded-For.
    private(set) var clientAddress: [UInt8] = []
    var request = ClientRequest()
    private(set) var isReadingPaused = false
    /// The client has shut down its direction: it sends nothing more but may well read.
    var isInputClosed = false
    private var discardedBytes = 0
    private var requestCount = 0

    init(loop: ProxyLoop) {
        self.loop = loop
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        self.loop.readClock()
        guard self.loop.clientConnected(self) else {
            self.phase = .closed
            context.close(promise: nil)
            return
        }
        self.clientAddress = Array((context.remoteAddress?.ipAddress ?? "").utf8)
        self.expectHead()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.loop.readClock()
        let buffer = Self.unwrapInboundIn(data)
        switch self.phase {
        case .reading:
            if self.inbound == nil {
                self.readRequests(buffer)
            } else {
                self.readRequests(self.appendedInbound(buffer))
            }
        case .waiting, .connecting:
            // Reading is paused: this is what the kernel had when the client closed its direction.
            self.inbound = self.appendedInbound(buffer)
        case .exchanging(let upstream):
            self.readBody(buffer, to: upstream)
        case .tunnelling(let upstream):
            self.moved()
            upstream.tunnel(buffer)
            if !upstream.isWritable { self.pauseReading() }
        case .discarding:
            self.discardedBytes += buffer.readableBytes
            if self.discardedBytes > 1 << 20 { self.abort() }
        case .closed:
            break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        self.loop.readClock()
        self.isInputClosed = true
        switch self.phase {
        case .reading, .discarding:
            self.close()
        case .waiting, .connecting, .exchanging:
            // Who closes one direction may well wait for the answer in the other, unless the request is cut short.
            if !self.request.canBeWhole(bytesAhead: self.inbound?.readableBytes ?? 0) { self.clientGone() }
        case .tunnelling(let upstream):
            upstream.closeOutput()
        case .closed:
            break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.loop.readClock()
        switch self.phase {
        case .exchanging(let upstream), .tunnelling(let upstream):
            if context.channel.isWritable { upstream.resumeReading() } else { upstream.pauseReading() }
            self.moved()
        default:
            break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.loop.readClock()
        self.clientGone()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.loop.readClock()
        self.clientGone()
    }

    // MARK: Reading requests

    /// Reads heads out of `buffer` until one is under way that must be waited for, or the bytes run out.
    func readRequests(_ bytes: ByteBuffer) {
        var buffer = bytes
        self.inbound = nil
        while case .reading = self.phase, buffer.readableBytes > 0 {
            let box = self.pieces ?? self.loop.requestHead
            switch buffer.withUnsafeReadableBytes({ box.head.parse($0) }) {
            case .needsMore:
                return self.keepPartialHead(buffer)
            case .complete(let length):
                self.pieces = nil
                self.startRequest(&buffer, head: box, headLength: length)
            case .invalid(let fault):
                self.pieces = nil
                self.request = ClientRequest()
                self.request.since = self.loop.now
                self.request.keepsAlive = false
                self.answer(.refused(fault))
                return
            }
        }
        if buffer.readableBytes > 0 { self.keepAhead(buffer) }
    }

    private func keepPartialHead(_ buffer: ByteBuffer) {
        self.inbound = buffer
        if self.pieces == nil {
            self.loop.requestHead.head.reset()
            let own = RequestHeadBox(limits: self.loop.headLimits)
            _ = buffer.withUnsafeReadableBytes { own.head.parse($0) }
            self.pieces = own
        }
        // A head that trickles in is bounded by its first byte, not by its last one.
        guard !self.request.isHeadBegun else { return }
        self.request.isHeadBegun = true
        self.setDeadline(afterSeconds: self.loop.settings.headTimeoutSeconds)
    }

    /// Keeps what a client sent ahead of its turn, and stops reading once that is more than a little.
    func keepAhead(_ buffer: ByteBuffer) {
        self.inbound = self.appendedInbound(buffer)
        if let inbound, inbound.readableBytes > self.loop.settings.writeBufferBytes { self.pauseReading() }
    }

    private func appendedInbound(_ buffer: ByteBuffer) -> ByteBuffer {
        guard var inbound = self.inbound else { return buffer }
        self.inbound = nil
        inbound.writeImmutableBuffer(buffer)
        return inbound
    }

    /// A whole head lies at the front of `buffer`, and its parts are in `box`.
    private func startRequest(_ buffer: inout ByteBuffer, head box: RequestHeadBox, headLength: Int) {
        self.requestCount += 1
        self.request = ClientRequest(head: box.head, headLength: headLength, now: self.loop.now)
        if self.loop.isDraining || self.isInputClosed { self.request.keepsAlive = false }
        let found = buffer.withUnsafeReadableBytes { bytes in
            self.loop.route(host: box.head.hostName.bytes(in: bytes), path: box.head.path.bytes(in: bytes))
        }
        guard let (target, strippedPrefix) = found, box.head.method != .connect else {
            return self.refuseUnrouted(&buffer, head: box)
        }
        self.request.target = target
        self.request.strippedPrefix = strippedPrefix
        switch target.runtime.requestArrived(self, now: self.request.since) {
        case .proceed(let endpoint):
            self.proceed(to: endpoint, &buffer, head: box)
        case .wait(let ticket):
            self.wait(with: ticket, &buffer)
        case .rejectQueueFull(let waiting):
            self.skipRequest(&buffer)
            self.answer(.queueFull(waiting: waiting, revision: target.runtime.id.description))
        }
    }

    private func refuseUnrouted(_ buffer: inout ByteBuffer, head box: RequestHeadBox) {
        let host = buffer.withUnsafeReadableBytes { box.head.hostName.string(in: $0) }
        self.skipRequest(&buffer)
        guard box.head.method != .connect else {
            self.request.keepsAlive = false
            return self.answer(.refusedConnect)
        }
        self.answer(.noRoute(host: host))
    }

    /// Passes over the head, and over what has arrived of a body that nobody will read.
    private func skipRequest(_ buffer: inout ByteBuffer) {
        buffer.moveReaderIndex(forwardBy: min(self.request.headLength, buffer.readableBytes))
        self.request.headLength = 0
        let consumed = buffer.withUnsafeReadableBytes { self.request.body.consume($0) }
        buffer.moveReaderIndex(forwardBy: consumed)
    }

    // MARK: Waiting

    private func wait(with ticket: Ticket, _ buffer: inout ByteBuffer) {
        self.phase = .waiting(ticket)
        self.request.hasWaited = true
        self.keepRightSized(&buffer)
        self.pauseReading()
        self.setDeadline(afterNanoseconds: self.request.target?.timeouts.coldStart ?? 0, since: self.request.since)
    }

    /// A waiting request keeps its head and the bytes that came with it, in no more memory than they need.
    private func keepRightSized(_ buffer: inout ByteBuffer) {
        var copy = ByteBufferAllocator().buffer(capacity: buffer.readableBytes)
        copy.writeBuffer(&buffer)
        self.inbound = copy
    }

    /// The dispatcher has a replica for the request that waited with `ticket`.
    func granted(_ ticket: Ticket, _ endpoint: ReplicaEndpoint) {
        guard case .waiting(let own) = self.phase, own == ticket, var buffer = self.inbound else {
            // The client left while the grant was on its way here.
            self.request.target?.runtime.requestFinished(on: endpoint, now: self.loop.now)
            return
        }
        self.inbound = nil
        let now = self.loop.now
        self.request.target?.meters.values.wait.record(now.seconds(since: self.request.since))
        self.request.noteGrant(by: endpoint, now: now)
        self.proceed(to: endpoint, &buffer, head: nil)
    }

    // MARK: Finding a connection

    /// - Parameter box: The parsed head; `nil` when it has to be parsed once more.
    private func proceed(to endpoint: ReplicaEndpoint, _ buffer: inout ByteBuffer, head box: RequestHeadBox?) {
        if let upstream = self.loop.takeIdleUpstream(to: endpoint) {
            self.forward(to: upstream, &buffer, head: box)
            return
        }
        self.keepRightSized(&buffer)
        self.connect(to: endpoint)
    }

    func connect(to endpoint: ReplicaEndpoint) {
        self.phase = .connecting(endpoint)
        self.request.attempts += 1
        self.pauseReading()
        self.loop.wheel.suspend(self)
        self.loop.connect(to: endpoint).assumeIsolated().whenComplete { result in
            self.loop.readClock()
            switch result {
            case .success(let upstream): self.connected(upstream, to: endpoint)
            case .failure: self.failedToConnect(to: endpoint)
            }
        }
    }

    private func connected(_ upstream: UpstreamConnection, to endpoint: ReplicaEndpoint) {
        guard case .connecting(let expected) = self.phase, expected === endpoint, var buffer = self.inbound else {
            // The client left meanwhile; its place was released then, the connection may serve another.
            upstream.becomeIdle()
            return
        }
        self.inbound = nil
        self.forward(to: upstream, &buffer, head: nil)
    }

    func failedToConnect(to endpoint: ReplicaEndpoint) {
        guard case .connecting(let expected) = self.phase, expected === endpoint, let target = self.request.target
        else {
            return
        }
        target.meters.values.retries &+= 1
        let now = self.loop.now
        guard self.request.attempts < self.loop.settings.maximumConnectAttempts else {
            target.runtime.replicaSuspected(endpoint)
            target.runtime.requestFinished(on: endpoint, now: now)
            self.phase = .reading
            self.skipInboundRequest()
            self.answer(.replicaUnreachable(revision: target.runtime.id.description))
            return
        }
        let admission = target.runtime.requestFailedToConnect(self, to: endpoint, since: self.request.since, now: now)
        switch admission {
        case .proceed(let other):
            self.phase = .reading
            guard var buffer = self.inbound else { return }
            self.inbound = nil
            self.proceed(to: other, &buffer, head: nil)
        case .wait(let ticket):
            self.phase = .waiting(ticket)
            self.setDeadline(afterNanoseconds: target.timeouts.coldStart, since: self.request.since)
        case .rejectQueueFull(let waiting):
            self.phase = .reading
            self.skipInboundRequest()
            self.answer(.queueFull(waiting: waiting, revision: target.runtime.id.description))
        }
    }

    /// Takes the request that waits off the front of `inbound`.
    func skipInboundRequest() {
        guard var buffer = self.inbound else { return }
        self.skipRequest(&buffer)
        self.inbound = buffer.readableBytes > 0 ? buffer : nil
    }

    // MARK: Reading control

    func pauseReading() {
        guard !self.isReadingPaused else { return }
        self.isReadingPaused = true
        try? self.context?.channel.syncOptions?.setOption(.autoRead, value: false)
    }

    func resumeReading() {
        guard self.isReadingPaused else { return }
        self.isReadingPaused = false
        try? self.context?.channel.syncOptions?.setOption(.autoRead, value: true)
    }

    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    // MARK: Writing

    func write(_ buffer: ByteBuffer) {
        self.context?.write(Self.wrapOutboundOut(buffer), promise: nil)
    }

    func writeAndFlush(_ buffer: ByteBuffer) {
        self.context?.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
    }

    func flush() {
        self.context?.flush()
    }

    // MARK: Closing

    /// Closes once what was written is out, giving the client a moment to read it.
    func closeAfterAnswer() {
        // Before anything else: the connection to the replica may belong to another request already.
        self.phase = .discarding
        self.inbound = nil
        guard !self.isInputClosed else { return self.close() }
        self.resumeReading()
        self.setDeadline(afterSeconds: 2)
        self.context?.close(mode: .output, promise: nil)
    }

    /// Passes on that the other end of a tunnel has said its last.
    func closeOutput() {
        self.context?.close(mode: .output, promise: nil)
    }

    func closeIfIdle() {
        guard case .reading = self.phase, self.inbound == nil, self.requestCount > 0 || !self.request.isHeadBegun else {
            self.request.keepsAlive = false
            return
        }
        self.close()
    }

    func close() {
        self.context?.close(promise: nil)
    }

    /// Closes in a way that cannot be taken for the end of an answer: with a reset.
    func abort() {
        guard let channel = self.context?.channel else { return }
        let reset = linger(l_onoff: 1, l_linger: 0)
        _ = (channel as? any SocketOptionProvider)?.setSoLinger(reset)
        channel.close(promise: nil)
    }

    /// The client is gone, or as good as gone.
    func clientGone() {
        let phase = self.phase
        if case .closed = phase { return }
        self.phase = .closed
        self.loop.wheel.remove(self)
        self.loop.clientDisconnected(self)
        let now = self.loop.now
        switch phase {
        case .waiting(let ticket):
            // Where a grant is on its way here already, `granted` releases the place.
            self.request.target?.meters.values.clientsGone &+= 1
            if self.request.target?.runtime.waiterLeft(ticket, now: now) == true { self.request.target = nil }
        case .connecting(let endpoint):
            self.request.target?.meters.values.clientsGone &+= 1
            self.request.target?.runtime.requestFinished(on: endpoint, now: now)
        case .exchanging(let upstream):
            self.request.target?.meters.values.clientsGone &+= 1
            upstream.clientGone(self, isRequestComplete: self.request.body.isComplete)
        case .tunnelling(let upstream):
            upstream.clientGone(self, isRequestComplete: false)
        case .reading, .discarding, .closed:
            break
        }
        self.inbound = nil
        self.context?.close(promise: nil)
        self.context = nil
    }

    override func deadlinePassed(now: MonotonicInstant) {
        self.handleDeadline(now: now)
    }
}
