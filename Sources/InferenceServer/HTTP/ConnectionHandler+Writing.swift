import HTTPWire
import NIOCore

/// What goes out on a connection, and how it ends.
extension ConnectionHandler {
    func write(_ answer: Answer, _ exchange: Exchange, isLast: Bool = false) {
        guard let context = self.context else { return }
        let isKeepAlive = exchange.isKeepAlive && !isLast && !self.registry.isDraining && !self.inputIsClosed
        self.date.refresh()
        let allocator = context.channel.allocator
        let head = answer.head(
            version: exchange.version,
            isKeepAlive: isKeepAlive,
            date: self.date,
            allocator: allocator
        )
        let isWithoutBody = exchange.omitsBody || answer.body.readableBytes == 0
        context.write(self.wrapOutboundOut(head), promise: nil)
        if !isWithoutBody { context.write(self.wrapOutboundOut(answer.body), promise: nil) }
        self.needsFlush = true
        if isKeepAlive {
            self.phase = .head
            self.setDeadline(after: self.limits.idleTimeout)
        } else {
            self.end(after: answer.body.readableBytes, isRequestWhole: !isLast)
        }
    }

    /// Answers what is no request, or not in time.
    func answerAndClose(_ answer: ErrorAnswer) {
        guard let context = self.context else { return }
        var buffer = context.channel.allocator.buffer(capacity: answer.capacity)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: answer.capacity) { answer.write(into: $0) }
        context.write(self.wrapOutboundOut(buffer), promise: nil)
        self.needsFlush = true
        self.end(after: buffer.readableBytes, isRequestWhole: false)
    }

    func writeContinue() {
        guard let context = self.context else { return }
        context.write(self.wrapOutboundOut(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        self.needsFlush = true
    }

    func flushIfNeeded() {
        guard self.needsFlush else { return }
        self.needsFlush = false
        self.context?.flush()
    }

    /// Closes after the last answer.
    ///
    /// A client that may still be sending is told that nothing follows, and then waited for: to close at once would
    /// reset the connection and could take the answer with it.
    private func end(after byteCount: Int, isRequestWhole: Bool) {
        let mayBeSending = !self.inputIsClosed && (!isRequestWhole || self.pending.readableBytes > 0)
        self.phase = .lingering
        self.pending = ByteBuffer()
        guard mayBeSending else { return self.closeBehindWrites() }
        self.flushIfNeeded()
        self.transferStart = .now()
        self.setTransferDeadline(byteCount: byteCount)
        // It waits for the writes before it.
        self.context?.close(mode: .output, promise: nil)
    }

    /// Closes once everything that was written has gone out.
    func closeBehindWrites() {
        guard let context = self.context else { return }
        let channel = context.channel
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer()), promise: written)
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }
}
