import HTTPWire
import NIOCore
import ServingAPI
import Telemetry
import Timekeeping

/// A connection to a replica: carries one request at a time and brings its response back to the client.
final class UpstreamConnection: DeadlineHolder, ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case idle
        /// The request is on its way or there, and no final response head came yet.
        case awaitingHead
        case relayingBody
        case tunnelling
        /// No request, but the question whether the replica serves.
        case probing
        /// The client is gone; the replica may finish, because its place is taken until it does.
        case abandoned
        /// The client is gone in the middle of its request; the place is taken until the replica hangs up.
        case hangingUp
        case closed
    }

    let endpoint: ReplicaEndpoint
    let loop: ProxyLoop
    var context: ChannelHandlerContext?
    var phase = Phase.idle
    var client: ClientConnection?
    var target: LoopTarget?
    /// Part of a response head.
    var partial: ByteBuffer?
    /// The parser of a head that comes in pieces; `nil` while heads come whole.
    var pieces: ResponseHeadBox?
    var response = UpstreamResponse(method: .other)
    private var isReadingPaused = false
    private var isInputClosed = false
    var onProbed: ((String?) -> Void)?
    var probeTiming = ""
    /// Bytes of the present request's body were written.
    private var hasSentBody = false

    init(endpoint: ReplicaEndpoint, loop: ProxyLoop) {
        self.endpoint = endpoint
        self.loop = loop
    }

    // MARK: Requests

    /// Takes on a request: everything that follows belongs to `client` until the response has ended.
    func begin(for client: ClientConnection) {
        self.client = client
        self.target = client.request.target
        self.response = UpstreamResponse(method: client.request.method)
        self.phase = .awaitingHead
        self.partial = nil
        self.pieces = nil
        self.hasSentBody = false
        self.loop.wheel.suspend(self)
    }

    func noteBodySent() { self.hasSentBody = true }

    /// Whether the request may be given to another replica: nothing of its body has left.
    var isRetryable: Bool { !self.hasSentBody && self.response.status == 0 }

    /// Whether the connection is open and waits for a request.
    var isUsable: Bool {
        guard case .idle = self.phase else { return false }
        return self.context != nil && !self.isInputClosed
    }

    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    func write(_ buffer: ByteBuffer) {
        self.context?.write(Self.wrapOutboundOut(buffer), promise: nil)
    }

    func writeAndFlush(_ buffer: ByteBuffer) {
        self.context?.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
    }

    func tunnel(_ buffer: ByteBuffer) {
        self.writeAndFlush(buffer)
    }

    func closeOutput() {
        self.context?.close(mode: .output, promise: nil)
    }

    func becomeIdle() {
        guard self.context != nil, !self.isInputClosed else { return self.close() }
        self.client = nil
        self.target = nil
        self.phase = .idle
        self.resumeReading()
        self.loop.keepIdle(self)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.loop.readClock()
        let buffer = Self.unwrapInboundIn(data)
        switch self.phase {
        case .awaitingHead:
            self.readHead(buffer)
        case .relayingBody:
            self.relayBody(buffer)
        case .abandoned, .probing:
            self.discardResponse(buffer)
        case .tunnelling:
            self.client?.moved()
            self.client?.writeAndFlush(buffer)
            if self.client?.isWritable == false { self.pauseReading() }
        case .idle:
            // A response to nothing: whatever it is, the next request must not get it.
            self.loop.forgetIdle(self)
            self.close()
        case .hangingUp, .closed:
            break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        self.loop.readClock()
        self.isInputClosed = true
        switch self.phase {
        case .tunnelling: self.client?.closeOutput()
        case .relayingBody where self.response.body.endsWithConnection: self.endOfResponse()
        default: self.close()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        self.loop.readClock()
        self.client?.upstreamBecameWritable()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.close()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.loop.readClock()
        let phase = self.phase
        self.phase = .closed
        self.context = nil
        self.loop.wheel.remove(self)
        switch phase {
        case .idle: self.loop.forgetIdle(self)
        case .awaitingHead: self.diedBeforeResponse()
        case .relayingBody: self.diedInResponse()
        case .tunnelling: self.tunnelEnded()
        case .abandoned, .hangingUp: self.releasePlace()
        case .probing: self.finishProbe(with: nil)
        case .closed: break
        }
        self.client = nil
    }

    // MARK: The response's head

    private func readHead(_ buffer: ByteBuffer) {
        var bytes = buffer
        if var partial = self.partial {
            self.partial = nil
            partial.writeImmutableBuffer(buffer)
            bytes = partial
        }
        while true {
            let box = self.pieces ?? self.loop.responseHead
            if self.pieces == nil { box.head.reset() }
            let method = self.response.method
            let progress = bytes.withUnsafeReadableBytes { box.head.parse($0, answering: method) }
            switch progress {
            case .needsMore:
                if bytes.readableBytes > 0 { self.keepPartialHead(bytes) }
                return
            case .invalid(let fault):
                return self.badResponse("\(fault.sentence)")
            case .complete(let length):
                // After a final head this connection may be busy with the next request already.
                self.pieces = nil
                guard box.head.isInterim else { return self.relayFinalHead(&bytes, box, length: length) }
                self.relayInterimHead(&bytes, box, length: length)
            }
        }
    }

    /// Goes on later where the parser stopped, in a parser of its own: the loop's is for heads that come whole.
    private func keepPartialHead(_ bytes: ByteBuffer) {
        self.partial = bytes
        guard self.pieces == nil else { return }
        let own = ResponseHeadBox(limits: self.loop.responseHead.head.limits)
        let method = self.response.method
        _ = bytes.withUnsafeReadableBytes { own.head.parse($0, answering: method) }
        self.pieces = own
    }

    /// Hands on what a client may need; the activator has given its own 100, and HTTP/1.0 knows no interim responses.
    private func relayInterimHead(_ bytes: inout ByteBuffer, _ box: ResponseHeadBox, length: Int) {
        if let client = self.client, box.head.status != 100, client.request.version == .http11 {
            client.renderResponseHead(bytes, from: box, into: &self.loop.scratch, conversion: .none)
            client.writeAndFlush(self.loop.scratch)
        }
        bytes.moveReaderIndex(forwardBy: length)
    }

    private func relayFinalHead(_ bytes: inout ByteBuffer, _ box: ResponseHeadBox, length: Int) {
        guard let client = self.client else { return }
        let status = box.head.status
        guard status != 101 || client.request.upgrade != .none else {
            return self.badResponse("it switches protocols unasked")
        }
        self.response.begin(box.head, clientVersion: client.request.version)
        client.responseBegins(status: status)
        client.request.keepsAlive = client.request.keepsAlive && self.response.keepsClientAlive
        self.writeHead(&bytes, box, length: length, client: client)
    }

    /// Writes the rewritten head, together with a body that came along and is small, in one piece.
    private func writeHead(_ bytes: inout ByteBuffer, _ box: ResponseHeadBox, length: Int, client: ClientConnection) {
        let loop = self.loop
        client.renderResponseHead(
            bytes,
            from: box,
            into: &loop.scratch,
            conversion: self.response.conversion
        )
        bytes.moveReaderIndex(forwardBy: length)
        if self.response.status == 101 { return self.becomeTunnel(bytes, client: client) }
        self.phase = .relayingBody
        let isSmall = bytes.readableBytes <= 8192 && self.response.conversion == .none
        guard isSmall, let consumed = self.consume(bytes) else {
            client.write(loop.scratch)
            return self.relayBody(bytes)
        }
        if consumed > 0 {
            bytes.withUnsafeReadableBytes { view in
                _ = loop.scratch.writeBytes(UnsafeRawBufferPointer(rebasing: view[..<consumed]))
            }
        }
        client.writeAndFlush(loop.scratch)
        self.bodyRelayed(leftOver: bytes.readableBytes - consumed, client: client)
    }

    private func becomeTunnel(_ rest: ByteBuffer, client: ClientConnection) {
        self.phase = .tunnelling
        client.writeAndFlush(self.loop.scratch)
        client.becomeTunnel(to: self)
        if rest.readableBytes > 0 { client.writeAndFlush(rest) }
    }

    // MARK: The response's body

    /// How many of these bytes belong to the body; `nil` when they are malformed.
    func consume(_ bytes: ByteBuffer) -> Int? {
        let consumed = bytes.withUnsafeReadableBytes { self.response.body.consume($0) }
        return self.response.body.fault == nil ? consumed : nil
    }

    private func relayBody(_ bytes: ByteBuffer) {
        guard let client = self.client else { return }
        if self.response.conversion != .none { return self.relayConverted(bytes, client: client) }
        guard let consumed = self.consume(bytes) else { return self.brokenBody() }
        if consumed > 0 {
            client.write(
                consumed == bytes.readableBytes
                    ? bytes : bytes.getSlice(at: bytes.readerIndex, length: consumed) ?? bytes
            )
        }
        client.flush()
        self.bodyRelayed(leftOver: bytes.readableBytes - consumed, client: client)
    }

    private func relayConverted(_ bytes: ByteBuffer, client: ClientConnection) {
        let loop = self.loop
        loop.scratch.clear()
        guard let consumed = self.response.convert(bytes, into: &loop.scratch) else { return self.brokenBody() }
        client.writeAndFlush(loop.scratch)
        self.bodyRelayed(leftOver: bytes.readableBytes - consumed, client: client)
    }

    private func bodyRelayed(leftOver: Int, client: ClientConnection) {
        client.moved()
        if self.response.body.isComplete {
            // Bytes behind a response belong to nothing: the connection is not to be trusted on.
            if leftOver > 0 { self.response.keepsAlive = false }
            self.endOfResponse()
        } else if !client.isWritable {
            self.pauseReading()
        }
    }

    /// The whole response is with the client: gives the connection back first, then the place, so that whoever is
    /// granted the place finds the connection.
    private func endOfResponse() {
        guard let client = self.client, let target = self.target else { return }
        if case .chunk = self.response.conversion {
            self.loop.scratch.clear()
            self.loop.scratch.writeStaticString("0\r\n\r\n")
            client.writeAndFlush(self.loop.scratch)
        }
        self.client = nil
        self.target = nil
        let isReusable = self.response.keepsAlive && client.request.body.isComplete && !self.isInputClosed
        if isReusable {
            self.becomeIdle()
        } else {
            self.phase = .closed
            self.close()
        }
        target.runtime.requestFinished(on: self.endpoint, now: self.loop.now)
        client.responseEnded()
    }

    // MARK: Failures

    private func badResponse(_ detail: String) {
        guard let client = self.client else { return }
        self.detach()
        client.upstreamFailed(.badResponse(detail, revision: client.request.target?.runtime.id.description ?? ""))
    }

    private func brokenBody() {
        self.close()
    }

    private func diedBeforeResponse() {
        guard let client = self.client, let target = self.target else { return }
        self.client = nil
        self.target = nil
        self.loop.dropIdle(to: self.endpoint)
        client.upstreamDied(on: self.endpoint, target: target, isRetryable: self.isRetryable)
    }

    private func diedInResponse() {
        guard let client = self.client else { return self.releasePlace() }
        if self.response.body.endsWithConnection, self.isInputClosed { return self.endOfResponse() }
        self.client = nil
        self.target?.meters.values.aborted &+= 1
        self.releasePlace()
        client.responseBroken()
    }

    private func tunnelEnded() {
        let client = self.client
        self.client = nil
        self.releasePlace()
        client?.responseEndedByClose()
    }

    func releasePlace() {
        guard let target = self.target else { return }
        self.target = nil
        target.runtime.requestFinished(on: self.endpoint, now: self.loop.now)
    }

    /// Lets the client go and closes; the place is given back when the replica's end is closed as well.
    func detach() {
        self.client = nil
        self.phase = .hangingUp
        self.hangUp()
    }

    // MARK: Reading control and closing

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

    func close() {
        self.context?.close(promise: nil)
    }

    override func deadlinePassed(now: MonotonicInstant) {
        if case .idle = self.phase { self.loop.forgetIdle(self) }
        self.close()
    }
}
