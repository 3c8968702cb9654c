import HTTPWire
import NIOCore
import Telemetry
import Timekeeping

/// The part of a connection to a replica that follows when the client is gone before its answer.
extension UpstreamConnection {
    /// The client is gone, or has been told that its answer will not come.
    ///
    /// Without a concurrency limit the replica is simply hung up on. With one, its place stays taken until the replica
    /// has finished what it was given, or has hung up: it might still be at it.
    func clientGone(_ client: ClientConnection, isRequestComplete: Bool) {
        guard self.client === client else { return }
        self.client = nil
        guard let target, target.runtime.hasConcurrencyLimit else {
            self.phase = .closed
            self.releasePlace()
            self.close()
            return
        }
        self.resumeReading()
        if isRequestComplete, self.isHTTPResponsePending {
            self.phase = .abandoned
        } else {
            self.phase = .hangingUp
            self.hangUp()
        }
        let patience = Int64(self.loop.settings.abandonedRequestTimeoutSeconds * 1e9)
        self.loop.wheel.set(self, at: self.loop.now.advanced(byNanoseconds: patience))
    }

    private var isHTTPResponsePending: Bool {
        switch self.phase {
        case .awaitingHead, .relayingBody: true
        default: false
        }
    }

    func hangUp() {
        self.context?.close(mode: .output, promise: nil)
        self.loop.wheel.set(self, at: self.loop.now.advanced(by: .seconds(5)))
    }

    /// Reads the response that nobody waits for to its end.
    func discardResponse(_ buffer: ByteBuffer) {
        var bytes = buffer
        if self.response.status == 0 {
            if var partial = self.partial {
                partial.writeImmutableBuffer(buffer)
                bytes = partial
                self.partial = nil
            }
            guard self.discardHead(&bytes) else { return }
        }
        guard self.consume(bytes) != nil else { return self.close() }
        guard self.response.body.isComplete else { return }
        if case .probing = self.phase { self.probeAnswered() } else { self.close() }
    }

    /// - Returns: Whether a final head was found.
    private func discardHead(_ bytes: inout ByteBuffer) -> Bool {
        let box = self.loop.responseHead
        while true {
            box.head.reset()
            let method = self.response.method
            let progress = bytes.withUnsafeReadableBytes { box.head.parse($0, answering: method) }
            switch progress {
            case .needsMore:
                self.partial = bytes
                return false
            case .invalid:
                self.close()
                return false
            case .complete(let length):
                if case .probing = self.phase, let timing = box.head.fields.value(of: .serverTiming) {
                    self.probeTiming = bytes.withUnsafeReadableBytes { timing.string(in: $0) }
                }
                bytes.moveReaderIndex(forwardBy: length)
                guard !box.head.isInterim else { continue }
                self.response.begin(box.head, clientVersion: .http11)
                return true
            }
        }
    }
}
