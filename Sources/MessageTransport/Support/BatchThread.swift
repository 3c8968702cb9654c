import Dispatch
import Foundation
import Glibc
import Synchronization
import Timekeeping

/// Answers questions in batches, on a thread of its own.
///
/// Questions that come while it works, or within a moment of one another, are answered together: that is how a thousand
/// askers make a few requests.
final class BatchThread<Question: Sendable, Value: Sendable>: Sendable {
    struct Entry: Sendable {
        let question: Question
        let answer: Answer<Value>
    }

    private struct State {
        var entries: [Entry] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - name: Shown by the kernel's tools; the first 15 bytes.
    ///   - gathering: How long the first question waits for company.
    ///   - pause: How long after one batch the next begins at the earliest; bounds their number however many ask.
    ///   - body: Delivers an answer to every entry. Blocks as long as it must.
    init(
        name: String,
        gathering: Duration,
        pause: Duration = .zero,
        _ body: @escaping @Sendable ([Entry]) -> Void
    ) {
        let thread = Thread { [self] in
            var earliest = Deadline(after: .zero)
            while let entries = self.next(after: max(gathering, earliest.remaining)) {
                earliest = Deadline(after: pause)
                body(entries)
            }
        }
        thread.name = name
        thread.stackSize = 512 * 1024
        thread.start()
    }

    func ask(_ question: Question) async throws(MessagingError) -> Value {
        let answer = Answer<Value>()
        let isStopped = self.state.withLock { state in
            if !state.isStopped { state.entries.append(Entry(question: question, answer: answer)) }
            return state.isStopped
        }
        guard !isStopped else { throw MessagingError(.closed, "the client was closed") }
        self.work.signal()
        return try await answer.value()
    }

    /// Lets the thread go; questions that wait are answered with `closed`.
    func stop() {
        let left = self.state.withLock { state in
            state.isStopped = true
            defer { state.entries = [] }
            return state.entries
        }
        for entry in left { entry.answer.deliver(.failure(MessagingError(.closed, "the client was closed"))) }
        self.work.signal()
    }

    /// - Returns: `nil` at the end.
    private func next(after wait: @autoclosure () -> Duration) -> [Entry]? {
        while true {
            self.work.wait()
            if self.state.withLock({ !$0.entries.isEmpty && !$0.isStopped }) {
                usleep(UInt32(clamping: wait().nanoseconds / 1000))
            }
            let (entries, isStopped) = self.state.withLock { state in
                defer { state.entries = [] }
                return (state.entries, state.isStopped)
            }
            if isStopped { return nil }
            if !entries.isEmpty { return entries }
        }
    }
}
