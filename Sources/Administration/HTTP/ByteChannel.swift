import Synchronization

/// A short queue of bytes between the tasks that make a stream and the connection that carries it.
///
/// Who sends waits while the queue is full, so a slow client slows its stream down instead of filling memory.
final class ByteChannel: Sendable {
    private struct State {
        var queue: [[UInt8]] = []
        var senders: [(bytes: [UInt8], continuation: CheckedContinuation<Bool, Never>)] = []
        var reader: CheckedContinuation<[UInt8]?, Never>?
        var isFinished = false
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int = 16) {
        self.capacity = capacity
    }

    @discardableResult
    func send(_ text: String) async -> Bool { await self.send(Array(text.utf8)) }

    /// - Returns: `false` once nobody reads any more.
    @discardableResult
    func send(_ bytes: [UInt8]) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (outcome, reader) = self.state.withLock { state -> (Bool?, CheckedContinuation<[UInt8]?, Never>?) in
                    if state.isFinished { return (false, nil) }
                    if let reader = state.reader {
                        state.reader = nil
                        return (true, reader)
                    }
                    if state.queue.count < self.capacity {
                        state.queue.append(bytes)
                        return (true, nil)
                    }
                    state.senders.append((bytes, continuation))
                    return (nil, nil)
                }
                reader?.resume(returning: bytes)
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            self.finish()
        }
    }

    /// What was sent next, or `nil` at the end.
    func next() async -> [UInt8]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (bytes, sender) = self.state.withLock { state -> ([UInt8]??, CheckedContinuation<Bool, Never>?) in
                    guard !state.queue.isEmpty else {
                        if state.isFinished { return (.some(nil), nil) }
                        state.reader = continuation
                        return (nil, nil)
                    }
                    let first = state.queue.removeFirst()
                    guard !state.senders.isEmpty else { return (first, nil) }
                    let waiting = state.senders.removeFirst()
                    state.queue.append(waiting.bytes)
                    return (first, waiting.continuation)
                }
                sender?.resume(returning: true)
                if let bytes { continuation.resume(returning: bytes) }
            }
        } onCancel: {
            self.finish()
        }
    }

    /// Nothing more is taken; what lies in the queue can still be read.
    func finish() {
        let (reader, senders) = self.state.withLock { state in
            state.isFinished = true
            defer {
                state.reader = nil
                state.senders = []
            }
            return (state.reader, state.senders)
        }
        reader?.resume(returning: nil)
        for sender in senders { sender.continuation.resume(returning: false) }
    }
}
