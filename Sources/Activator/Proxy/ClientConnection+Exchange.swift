import HTTPWire
import NIOCore
import ServingAPI
import Telemetry
import Timekeeping

/// The part of a client's connection in which its request is with a replica.
extension ClientConnection {
    // MARK: The request

    /// Sends head and the bytes of the body that are here, and starts the flow of the rest.
    func forward(to upstream: UpstreamConnection, _ buffer: inout ByteBuffer, head box: RequestHeadBox?) {
        let loop = self.loop
        let box = box ?? self.parseAgain(buffer)
        self.phase = .exchanging(upstream)
        upstream.begin(for: self)
        self.renderRequestHead(buffer, from: box, into: &loop.scratch)
        self.request.replay =
            self.request.isReplayable ? buffer.getSlice(at: buffer.readerIndex, length: self.request.headLength) : nil
        buffer.moveReaderIndex(forwardBy: self.request.headLength)
        self.request.headLength = 0
        let following = buffer
        // Whatever is not of this request is kept aside from here on.
        buffer.moveReaderIndex(to: buffer.writerIndex)
        self.sendWithBody(following, upstream: upstream)
        if self.request.expectsContinue, !self.request.body.isComplete, !self.request.body.hasBegun {
            // The replica is there and connected: the body is wanted.
            loop.scratch.clear()
            loop.scratch.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
            self.writeAndFlush(loop.scratch)
        }
        if case .exchanging = self.phase { self.resumeReading() }
        self.moved()
    }

    /// Small bodies go out in one piece with the head, large ones as they are.
    private func sendWithBody(_ buffer: ByteBuffer, upstream: UpstreamConnection) {
        let consumed = buffer.withUnsafeReadableBytes { self.request.body.consume($0) }
        if let fault = self.request.body.fault { return self.badBody(fault, upstream: upstream) }
        if consumed > 0 { upstream.noteBodySent() }
        if consumed <= 8192 {
            buffer.withUnsafeReadableBytes { view in
                _ = self.loop.scratch.writeBytes(UnsafeRawBufferPointer(rebasing: view[..<consumed]))
            }
            upstream.writeAndFlush(self.loop.scratch)
        } else {
            upstream.write(self.loop.scratch)
            upstream.writeAndFlush(buffer.getSlice(at: buffer.readerIndex, length: consumed) ?? buffer)
        }
        if consumed < buffer.readableBytes,
            let rest = buffer.getSlice(
                at: buffer.readerIndex + consumed,
                length: buffer.readableBytes - consumed
            )
        {
            self.keepAhead(rest)
        }
    }

    /// More bytes while the request is with a replica: of its body, or sent ahead.
    func readBody(_ buffer: ByteBuffer, to upstream: UpstreamConnection) {
        guard !self.request.body.isComplete else { return self.keepAhead(buffer) }
        let consumed = buffer.withUnsafeReadableBytes { self.request.body.consume($0) }
        if let fault = self.request.body.fault { return self.badBody(fault, upstream: upstream) }
        if consumed > 0 {
            upstream.noteBodySent()
            upstream.writeAndFlush(
                consumed == buffer.readableBytes
                    ? buffer : buffer.getSlice(at: buffer.readerIndex, length: consumed) ?? buffer
            )
        }
        if consumed < buffer.readableBytes,
            let rest = buffer.getSlice(
                at: buffer.readerIndex + consumed,
                length: buffer.readableBytes - consumed
            )
        {
            self.keepAhead(rest)
        }
        if !upstream.isWritable, !self.request.body.isComplete { self.pauseReading() }
        self.moved()
    }

    /// The body breaks its own framing: the replica must not take what it got for all, nor what follows for a request.
    private func badBody(_ fault: WireFault, upstream: UpstreamConnection) {
        upstream.clientGone(self, isRequestComplete: false)
        self.request.keepsAlive = false
        if self.request.answeredStatus == 0 { self.answer(.refused(fault)) } else { self.abort() }
    }

    func upstreamBecameWritable() {
        self.resumeReading()
        self.moved()
    }

    /// Parses the head at the front of `buffer` into the loop's scratch once more; it was found whole before.
    private func parseAgain(_ buffer: ByteBuffer) -> RequestHeadBox {
        let box = self.loop.requestHead
        box.head.reset()
        let progress = buffer.withUnsafeReadableBytes { box.head.parse($0) }
        guard case .complete(self.request.headLength) = progress else {
            preconditionFailure("a head that was whole is now \(progress)")
        }
        return box
    }

    // MARK: The response

    func responseBegins(status: Int) {
        self.request.answeredStatus = status
        // An answer before the request's end: what is left of the body is not worth waiting for.
        if !self.request.body.isComplete, self.request.upgrade == .none { self.request.keepsAlive = false }
        if self.isInputClosed || self.loop.isDraining { self.request.keepsAlive = false }
    }

    func becomeTunnel(to upstream: UpstreamConnection) {
        self.phase = .tunnelling(upstream)
        if let ahead = self.inbound {
            self.inbound = nil
            upstream.tunnel(ahead)
        }
        self.resumeReading()
        self.moved()
    }

    /// The whole answer is written.
    func responseEnded() {
        self.finishMetering(status: self.request.answeredStatus)
        guard self.request.keepsAlive, self.request.body.isComplete, !self.isInputClosed else {
            return self.closeAfterAnswer()
        }
        self.phase = .reading
        self.request = ClientRequest()
        self.resumeReading()
        if let ahead = self.inbound {
            self.inbound = nil
            self.setDeadline(afterSeconds: self.loop.settings.headTimeoutSeconds)
            self.readRequests(ahead)
        } else {
            self.expectHead()
        }
    }

    /// The tunnel has ended at the replica's side.
    func responseEndedByClose() {
        self.finishMetering(status: self.request.answeredStatus)
        self.phase = .discarding
        self.close()
    }

    /// The replica broke off in the middle of its answer: the client must not take what it has for all.
    func responseBroken() {
        self.finishMetering(status: self.request.answeredStatus)
        self.phase = .discarding
        self.abort()
    }

    /// The replica is gone and not one byte of its answer has come.
    ///
    /// Its place is still taken.
    func upstreamDied(on endpoint: ReplicaEndpoint, target: LoopTarget, isRetryable: Bool) {
        guard isRetryable, let head = self.request.replay,
            self.request.attempts < self.loop.settings.maximumConnectAttempts
        else {
            target.runtime.requestFinished(on: endpoint, now: self.loop.now)
            self.request.keepsAlive = self.request.keepsAlive && self.request.body.isComplete
            self.answer(.replicaDied(revision: target.runtime.id.description))
            return
        }
        // A new connection to the same replica first: an idle one may just have been closed at the other end. Should the
        // replica be gone, connecting fails, and the request goes elsewhere.
        target.meters.values.retries &+= 1
        var buffer = head
        self.request.headLength = head.readableBytes
        if let ahead = self.inbound { buffer.writeImmutableBuffer(ahead) }
        self.inbound = buffer
        self.connect(to: endpoint)
    }

    func upstreamFailed(_ answer: LocalAnswer) {
        self.request.keepsAlive = self.request.keepsAlive && self.request.body.isComplete
        self.answer(answer)
    }

    private func finishMetering(status: Int) {
        guard let target = self.request.target else { return }
        let seconds = self.loop.now.seconds(since: self.request.since)
        target.meters.answered(status: status, seconds: seconds)
        guard let coldStart = self.request.coldStart else { return }
        target.meters.coldStarted(coldStart, firstAnswer: seconds)
        if coldStart.isAnnounced { target.runtime.coldStarted(coldStart, answeredAfter: seconds) }
    }

    // MARK: Answers of our own

    /// Answers in place of a replica and goes on to the next request, if there can be one.
    func answer(_ answer: LocalAnswer) {
        let meters = self.request.target?.meters ?? self.loop.unrouted
        meters.values.localAnswers[answer.reason, default: 0] &+= 1
        meters.answered(status: answer.status, seconds: self.loop.now.seconds(since: self.request.since))
        let keepsAlive = self.request.keepsAlive && self.request.body.isComplete && !self.isInputClosed
        var buffer = ByteBufferAllocator().buffer(capacity: 512)
        buffer.writeBytes(answer.rendered(keepAlive: keepsAlive, isHead: self.request.isHead))
        self.writeAndFlush(buffer)
        guard keepsAlive else { return self.closeAfterAnswer() }
        let ahead = self.inbound
        self.inbound = nil
        self.phase = .reading
        self.request = ClientRequest()
        self.resumeReading()
        self.expectHead()
        // Never from within `readRequests`, which goes on by itself and left nothing in `inbound`.
        if let ahead { self.readRequests(ahead) }
    }

    // MARK: Deadlines

    func expectHead() {
        self.setDeadline(afterSeconds: self.loop.settings.keepAliveTimeoutSeconds)
    }

    func setDeadline(afterSeconds seconds: Double) {
        self.setDeadline(afterNanoseconds: Int64(seconds * 1e9), since: self.loop.now)
    }

    /// - Parameter nanoseconds: Zero for no deadline.
    func setDeadline(afterNanoseconds nanoseconds: Int64, since start: MonotonicInstant) {
        guard nanoseconds > 0 else { return self.loop.wheel.suspend(self) }
        self.loop.wheel.set(self, at: start.advanced(byNanoseconds: nanoseconds))
    }

    /// Bytes have moved: whoever is expected to move next has its time from now on.
    func moved() {
        let now = self.loop.now
        let stall = Int64(self.loop.settings.clientStallTimeoutSeconds * 1e9)
        switch self.phase {
        case .exchanging:
            if !self.request.body.isComplete || !self.isWritable {
                self.setDeadline(afterNanoseconds: stall, since: now)
            } else if self.request.answeredStatus == 0 {
                self.setDeadline(afterNanoseconds: self.request.target?.timeouts.responseStart ?? 0, since: now)
            } else {
                self.setDeadline(afterNanoseconds: self.request.target?.timeouts.idle ?? 0, since: now)
            }
        case .tunnelling:
            self.setDeadline(afterNanoseconds: self.request.target?.timeouts.idle ?? 0, since: now)
        default:
            break
        }
    }

    func handleDeadline(now: MonotonicInstant) {
        switch self.phase {
        case .reading where self.request.isHeadBegun:
            self.request.keepsAlive = false
            self.request.since = now
            self.answer(.requestTimeout)
        case .reading, .discarding:
            self.close()
        case .waiting(let ticket):
            // A grant that is on its way here already wins.
            guard let target = self.request.target, target.runtime.waiterLeft(ticket, now: now) else { return }
            self.phase = .reading
            self.skipInboundRequest()
            let seconds = Double(target.timeouts.coldStart) / 1e9
            self.answer(.coldStartTimeout(seconds: seconds, revision: target.runtime.id.description))
        case .exchanging(let upstream):
            self.exchangeTimedOut(upstream)
        case .tunnelling:
            self.abort()
        case .connecting, .closed:
            break
        }
    }

    /// The service was deleted while this request waited for it.
    func revisionRemoved() {
        guard case .waiting = self.phase, let target = self.request.target else { return }
        self.phase = .reading
        self.skipInboundRequest()
        self.answer(.replicaUnreachable(revision: target.runtime.id.description))
    }

    private func exchangeTimedOut(_ upstream: UpstreamConnection) {
        guard self.request.answeredStatus == 0, let target = self.request.target else { return self.abort() }
        let isComplete = self.request.body.isComplete
        self.phase = .reading
        upstream.clientGone(self, isRequestComplete: isComplete)
        guard isComplete else {
            self.request.keepsAlive = false
            return self.answer(.requestTimeout)
        }
        let seconds = Double(target.timeouts.responseStart) / 1e9
        self.answer(.responseTimeout(seconds: seconds, revision: target.runtime.id.description))
    }
}
