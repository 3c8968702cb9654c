import HTTPWire
import NIOCore

/// Speaks HTTP/1.1 on one connection: one request after another, each read whole, handed to the service, answered.
///
/// Requests that a client sends ahead wait in `pending`; once that holds enough, nothing more is read from the socket
/// until there is room again.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Between requests, or with a part of a head.
        case head
        case body(Exchange)
        /// The request is whole and the answer on its way.
        case answering(Exchange, RequestTicket)
        /// The last answer is given; what still comes is thrown away until the client closes too.
        case lingering
    }

    /// Bytes sent ahead that are kept while a request is being answered.
    private static let pendingLimit = 64 << 10

    let service: InferenceService
    let routes: RouteTable
    let limits: HTTPLimits
    let registry: ConnectionRegistry

    var phase = Phase.head
    var pending = ByteBuffer()
    var deadline = ConnectionDeadline()
    /// When the body, or the answer, that is moving began to.
    var transferStart = NIODeadline.now()
    private(set) var context: ChannelHandlerContext?
    private var head: RequestHead
    /// Apart from the phase: as a part of it, every piece that comes would copy what came before.
    private var body = RequestBody(.none, limit: 0, isDiscarded: true)
    var date = HTTPDate()
    private var isBusy = false
    private var hasHeadDeadline = false
    private(set) var inputIsClosed = false
    private var readIsHeldBack = false
    var needsFlush = false

    init(service: InferenceService, routes: RouteTable, limits: HTTPLimits, registry: ConnectionRegistry) {
        self.service = service
        self.routes = routes
        self.limits = limits
        self.registry = registry
        self.head = RequestHead(limits: limits.head)
    }

    // MARK: Channel events

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        self.registry.opened(self)
        self.setDeadline(after: self.limits.idleTimeout)
        if self.registry.count > self.limits.connections {
            self.answerAndClose(
                ErrorAnswer(status: 503, message: "The server has too many connections.", isKeepAlive: false)
            )
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline.cancel()
        if case .answering(_, let ticket) = self.phase { ticket.abandon() }
        self.phase = .lingering
        self.context = nil
        self.registry.closed(self, wasBusy: self.isBusy)
        self.isBusy = false
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        if case .lingering = self.phase { return }
        if self.pending.readableBytes == 0 { self.pending = bytes } else { self.pending.writeBuffer(&bytes) }
        self.advance()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.flushIfNeeded()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { self.advance() }
        self.flushIfNeeded()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            self.inputIsClosed = true
            switch self.phase {
            // Nobody will complete what is incomplete.
            case .head, .body, .lingering: context.close(promise: nil)
            // An answer that is on its way is still wanted by clients that close their side behind the request. Nearly
            // all others that do so have given up, and while requests queue, those come first that are waited for.
            case .answering(_, let ticket): if self.service.waiting > 0 { ticket.abandon() }
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if case .answering = self.phase, self.pending.readableBytes >= Self.pendingLimit {
            self.readIsHeldBack = true
        } else {
            context.read()
        }
    }

    // MARK: Reading

    /// Goes as far as the bytes at hand allow.
    func advance() {
        while let context = self.context {
            switch self.phase {
            case .head:
                // A client that takes no answers gets no further ones.
                guard context.channel.isWritable, self.readHead() else { return self.updateBusiness() }
            case .body(let exchange):
                guard self.readBody(exchange) else { return self.updateBusiness() }
            case .answering, .lingering: return self.updateBusiness()
            }
        }
    }

    /// - Returns: Whether there may be more to do.
    private func readHead() -> Bool {
        guard self.pending.readableBytes > 0 else {
            self.pending.clear()
            return false
        }
        let progress = self.pending.withUnsafeReadableBytes { self.head.parse($0) }
        switch progress {
        case .needsMore:
            if !self.hasHeadDeadline { self.setDeadline(after: self.limits.headTimeout) }
            self.hasHeadDeadline = true
            return false
        case .invalid(let fault):
            self.answerAndClose(ErrorAnswer(fault))
            return false
        case .complete(let length):
            let exchange = self.pending.withUnsafeReadableBytes { bytes in
                Exchange(self.head, bytes, routes: self.routes, limits: self.limits)
            }
            self.pending.moveReaderIndex(forwardBy: length)
            self.hasHeadDeadline = false
            self.begin(exchange)
            return true
        }
    }

    private func begin(_ exchange: Exchange) {
        if let refusal = exchange.refusal, exchange.expectsContinue || refusal.code == .tooLarge {
            // The body will not be read, so nothing behind it can be found.
            return self.write(Answer(refusal), exchange, isLast: true)
        }
        if exchange.expectsContinue, self.pending.readableBytes == 0 { self.writeContinue() }
        self.body = RequestBody(
            exchange.framing,
            limit: self.limits.bodyBytes,
            isDiscarded: exchange.refusal != nil || exchange.route?.isInference != true
        )
        self.transferStart = .now()
        self.phase = .body(exchange)
    }

    /// - Returns: Whether there may be more to do.
    private func readBody(_ exchange: Exchange) -> Bool {
        switch self.body.take(from: &self.pending) {
        case .needsMore:
            self.pending.clear()
            self.setTransferDeadline(byteCount: self.body.count)
            return false
        case .tooLarge:
            self.write(Answer(Exchange.tooLarge(self.limits)), exchange, isLast: true)
            return false
        case .invalid(let fault):
            self.answerAndClose(ErrorAnswer(fault))
            return false
        case .complete:
            let bytes = self.body.bytes
            self.body = RequestBody(.none, limit: 0, isDiscarded: true)
            self.answer(exchange, bytes)
            return true
        }
    }

    // MARK: Answering

    private func answer(_ exchange: Exchange, _ body: ByteBuffer) {
        do throws(InferenceError) {
            if let refusal = exchange.refusal { throw refusal }
            switch exchange.route {
            case .predict(let name):
                try self.infer(.v1, ModelReference(name: name), exchange, body)
            case .infer(let reference):
                try self.infer(.v2(headerLength: exchange.headerLength), reference, exchange, body)
            case .ready where exchange.readinessWait > 0:
                self.awaitReadiness(exchange)
            case .some(let route):
                self.write(try self.service.answer(route), exchange)
            case nil:
                preconditionFailure("a request without a route is refused")
            }
        } catch {
            self.write(Answer(error), exchange)
        }
    }

    private func infer(
        _ form: PredictionRequest.Form,
        _ reference: ModelReference,
        _ exchange: Exchange,
        _ body: ByteBuffer
    ) throws(InferenceError) {
        guard let loop = self.context?.eventLoop else { return }
        let ticket = RequestTicket()
        let request = PredictionRequest(form: form, body: body)
        let handler = NIOLoopBound(self, eventLoop: loop)
        try self.service.infer(request, of: reference, ticket: ticket) { answer in
            loop.execute { handler.value.complete(answer, ticket) }
        }
        self.deadline.clear()
        self.phase = .answering(exchange, ticket)
    }

    private func awaitReadiness(_ exchange: Exchange) {
        guard let loop = self.context?.eventLoop else { return }
        let ticket = RequestTicket()
        let handler = NIOLoopBound(self, eventLoop: loop)
        let finish: @Sendable () -> Void = { handler.value.completeReadiness(ticket) }
        self.deadline.clear()
        self.phase = .answering(exchange, ticket)
        loop.scheduleTask(in: .seconds(Int64(exchange.readinessWait)), finish)
        self.service.onceSettled { loop.execute(finish) }
    }

    private func completeReadiness(_ ticket: RequestTicket) {
        guard let answer = try? self.service.answer(.ready) else { return }
        self.complete(answer, ticket)
    }

    /// Takes the answer to the request that is being worked on; one that comes later is dropped.
    private func complete(_ answer: Answer, _ ticket: RequestTicket) {
        guard case .answering(let exchange, let current) = self.phase, current === ticket else { return }
        self.write(answer, exchange)
        self.advance()
        self.flushIfNeeded()
        if self.readIsHeldBack {
            self.readIsHeldBack = false
            self.context?.read()
        }
    }

    /// Keeps the registry's count of connections that are in the middle of something.
    private func updateBusiness() {
        guard self.context != nil else { return }
        let isBusy =
            switch self.phase {
            case .head: self.pending.readableBytes > 0
            case .body, .answering: true
            case .lingering: false
            }
        guard isBusy != self.isBusy else { return }
        self.isBusy = isBusy
        if isBusy { self.registry.becameBusy() } else { self.registry.becameIdle() }
    }
}
