import HTTPWire
import NIOCore

/// What happens to clients that take too long.
extension ConnectionHandler {
    func setDeadline(after amount: TimeAmount) {
        guard let loop = self.context?.eventLoop else { return }
        self.deadline.set(.now() + amount, on: loop, expired: self.expiry(loop))
    }

    /// The time for a body in either direction grows with the bytes that have moved, so that a slow line is tolerated
    /// and a client that sends a byte a minute is not.
    func setTransferDeadline(byteCount: Int) {
        guard let loop = self.context?.eventLoop else { return }
        let amount = self.limits.transferTimeout + .seconds(Int64(byteCount / 1024))
        self.deadline.set(self.transferStart + amount, on: loop, expired: self.expiry(loop))
    }

    private func expiry(_ loop: any EventLoop) -> @Sendable () -> Void {
        let handler = NIOLoopBound(self, eventLoop: loop)
        return { handler.value.deadlineFired() }
    }

    private func deadlineFired() {
        guard let context = self.context else { return }
        guard self.deadline.isOver(now: .now()) else {
            return self.deadline.resume(on: context.eventLoop, expired: self.expiry(context.eventLoop))
        }
        switch self.phase {
        case .head where self.pending.readableBytes == 0: context.close(promise: nil)
        case .head, .body:
            self.answerAndClose(
                ErrorAnswer(status: 408, message: "The request took too long to arrive.", isKeepAlive: false)
            )
        case .answering: self.deadline.clear()
        case .lingering: context.close(promise: nil)
        }
    }
}
