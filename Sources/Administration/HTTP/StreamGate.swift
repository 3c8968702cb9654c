import HTTPTypes
import Hummingbird
import Synchronization

/// Bounds the answers that go on for long, events, logs and watches, and ends them when the server shuts down.
final class StreamGate: Sendable {
    private struct State {
        var open: [ObjectIdentifier: ByteChannel] = [:]
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// An answer that goes on until `produce` returns, the client leaves or the gate is closed.
    ///
    /// With the limit reached it is 503 instead.
    func stream(
        _ contentType: String,
        for request: Request,
        _ produce: @escaping @Sendable (ByteChannel) async -> Void
    ) -> Response {
        let channel = ByteChannel()
        guard self.enter(channel) else { return self.refusal }
        let place = Place(self, channel)
        let body = ResponseBody { writer in
            defer { place.leave() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await produce(channel)
                    channel.finish()
                }
                // A client that leaves is seen by its side of the connection closing, not only by the next write
                // failing, which may be far away.
                try await request.body.consumeWithInboundCloseHandler { _ in
                    while let bytes = await channel.next() { try await writer.write(ByteBuffer(bytes: bytes)) }
                } onInboundClosed: {
                    channel.finish()
                }
                group.cancelAll()
            }
            try await writer.finish(nil)
        }
        var answer = Response(status: .ok, headers: [.contentType: contentType], body: body)
        // For nginx, which would otherwise collect the stream before it passes it on.
        answer.headers.set("x-accel-buffering", "no")
        return answer
    }

    /// Ends every stream and refuses new ones.
    func close() {
        let open = self.state.withLock { state in
            state.isClosed = true
            return state.open.values
        }
        for channel in open { channel.finish() }
    }

    private var refusal: Response {
        var answer = Response.text(
            "All \(self.limit) streams are taken, or the server is shutting down; try again later.\n",
            status: .serviceUnavailable
        )
        answer.headers[.retryAfter] = "5"
        return answer
    }

    private func enter(_ channel: ByteChannel) -> Bool {
        self.state.withLock { state in
            guard !state.isClosed, state.open.count < self.limit else { return false }
            state.open[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    /// A place at the gate, given back at the latest when nobody holds it: an answer may be dropped unwritten.
    private final class Place: Sendable {
        private let gate: StreamGate
        private let channel: ByteChannel

        init(_ gate: StreamGate, _ channel: ByteChannel) {
            self.gate = gate
            self.channel = channel
        }

        func leave() {
            _ = self.gate.state.withLock { $0.open.removeValue(forKey: ObjectIdentifier(self.channel)) }
        }

        deinit {
            self.leave()
        }
    }
}
