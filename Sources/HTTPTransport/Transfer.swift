import Synchronization

/// One exchange, between the thread that runs it and the task that waits for it.
///
/// The thread reports what arrives; the task takes it. Whoever comes first leaves it here for the other.
final class Transfer: Sendable {
    struct Head: Sendable {
        let status: Int
        let headers: HTTPClientHeaders
    }

    typealias HeadResult = Result<Head, HTTPClientError>
    typealias BodyResult = Result<[UInt8]?, HTTPClientError>

    private struct State {
        var head: Head?
        var headWaiter: CheckedContinuation<HeadResult, Never>?
        var buffer: [UInt8] = []
        var bodyWaiter: CheckedContinuation<BodyResult, Never>?
        var isPaused = false
        /// Set once; nothing arrives afterwards.
        var outcome: Result<Void, HTTPClientError>?
    }

    /// Bytes that may wait for the reader before the connection has to.
    private static let bufferLimit = 256 * 1024

    let request: HTTPClientRequest
    private let loop: CurlLoopHandle
    private let state = Mutex(State())

    init(_ request: HTTPClientRequest, loop: CurlLoopHandle) {
        self.request = request
        self.loop = loop
    }

    var subject: String { self.request.subject }

    // MARK: The task's side

    /// Begins the exchange and waits for the head of the answer.
    func start() async throws(HTTPClientError) -> Head {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = self.state.withLock { state in
                    if state.outcome == nil { state.headWaiter = continuation }
                    return state.outcome
                }
                // A task that was cancelled before it came here has ended the exchange already.
                if case .failure(let error)? = outcome { return continuation.resume(returning: .failure(error)) }
                if !self.loop.post(.start(self)) {
                    self.finish(.failure(self.error(.closed, "the client was shut down")))
                }
            }
        } onCancel: {
            self.cancel()
        }
        return try result.get()
    }

    /// Whatever has arrived, waiting for the first byte; `nil` at the end.
    func nextBytes() async throws(HTTPClientError) -> [UInt8]? {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (ready, resumes) = self.state.withLock { state in
                    let ready = Self.takeReady(&state)
                    if ready == nil {
                        precondition(state.bodyWaiter == nil, "a body has one reader")
                        state.bodyWaiter = continuation
                    }
                    defer { state.isPaused = false }
                    return (ready, state.isPaused)
                }
                if resumes { _ = self.loop.post(.resume(self)) }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            self.cancel()
        }
        return try result.get()
    }

    /// Ends the exchange, unless it has ended.
    func cancel() {
        guard self.finish(.failure(self.error(.cancelled, "the exchange was cancelled"))) else { return }
        _ = self.loop.post(.cancel(self))
    }

    // MARK: The thread's side

    /// Whether somebody still waits for the exchange.
    var isWanted: Bool { self.state.withLock { $0.outcome == nil } }

    func received(_ head: Head) {
        let waiter = self.state.withLock { state in
            state.head = head
            defer { state.headWaiter = nil }
            return state.headWaiter
        }
        waiter?.resume(returning: .success(head))
    }

    /// - Returns: `false` when the reader is behind: nothing was taken, and the connection has to wait.
    func received(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (waiter, isTaken) = self.state.withLock { state in
            if let waiter = state.bodyWaiter {
                state.bodyWaiter = nil
                return (Optional(waiter), true)
            }
            guard state.buffer.count < Self.bufferLimit else {
                state.isPaused = true
                return (nil, false)
            }
            state.buffer += bytes
            return (nil, true)
        }
        waiter?.resume(returning: .success(Array(bytes)))
        return isTaken
    }

    /// - Returns: Whether this was the end; `false` when the exchange had ended before.
    @discardableResult
    func finish(_ outcome: Result<Void, HTTPClientError>) -> Bool {
        let (isFirst, head, body) = self.state.withLock { state in
            guard state.outcome == nil else { return (false, nil as HeadWaiter?, nil as BodyWaiter?) }
            state.outcome = outcome
            // A broken body is no shorter body: what still waits is worth nothing to a reader who is to see an error,
            // but what came before the break is true, so only cancelling throws it away.
            if case .failure(let error) = outcome, error.code == .cancelled { state.buffer = [] }
            defer {
                state.headWaiter = nil
                state.bodyWaiter = nil
            }
            return (true, state.headWaiter, state.bodyWaiter)
        }
        if let head {
            head.resume(returning: .failure(outcome.failure ?? self.error(.malformedReply, "the answer has no head")))
        }
        body?.resume(returning: outcome.map { nil })
        return isFirst
    }

    func error(_ code: HTTPClientError.Code, _ detail: String, hint: String? = nil) -> HTTPClientError {
        HTTPClientError(code, subject: self.subject, detail: detail, hint: hint)
    }

    private typealias HeadWaiter = CheckedContinuation<HeadResult, Never>
    private typealias BodyWaiter = CheckedContinuation<BodyResult, Never>

    private static func takeReady(_ state: inout State) -> BodyResult? {
        if !state.buffer.isEmpty {
            defer { state.buffer = [] }
            return .success(state.buffer)
        }
        return state.outcome?.map { nil }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        guard case .failure(let failure) = self else { return nil }
        return failure
    }
}
