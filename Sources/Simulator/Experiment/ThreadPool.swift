import Foundation
import Synchronization

/// Does pieces of work on threads of its own.
///
/// The order of the outcomes is that of the pieces, so that what is made of them does not depend on the number of
/// threads. Threads rather than tasks: the work never waits, and would keep everything else from running.
public struct ThreadPool: Sendable {
    public let jobs: Int

    public init(jobs: Int) { self.jobs = max(jobs, 1) }

    private struct State<Outcome: Sendable>: Sendable {
        var next = 0
        var outcomes: [Outcome?]
        var finished = 0
    }

    /// Does all pieces, the earlier ones first.
    ///
    /// - Parameters:
    ///   - isCancelled: Asked before each piece; once it answers `true`, no further piece begins.
    ///   - finished: Told after each piece how many are done, one call at a time.
    /// - Returns: The outcomes in the order of the pieces; `nil` for pieces that were not done, or said so themselves.
    public func outcomes<Piece: Sendable, Outcome: Sendable>(
        of pieces: [Piece],
        isCancelled: @escaping @Sendable () -> Bool = { false },
        finished: @escaping @Sendable (Int) -> Void = { _ in },
        _ work: @escaping @Sendable (Piece) -> Outcome?
    ) -> [Outcome?] {
        let state = Shared(State<Outcome>(outcomes: Array(repeating: nil, count: pieces.count)))
        let done = DispatchGroup()
        for _ in 0..<min(self.jobs, pieces.count) {
            done.enter()
            let thread = Thread {
                while let index = state.take(below: pieces.count), !isCancelled() {
                    let outcome = work(pieces[index])
                    state.put(outcome, at: index, finished)
                }
                done.leave()
            }
            // A policy may recurse, and forecasts keep arrays: what the main thread has.
            thread.stackSize = 8 << 20
            thread.start()
        }
        done.wait()
        return state.outcomes
    }

    private final class Shared<Outcome: Sendable>: Sendable {
        private let state: Mutex<State<Outcome>>

        init(_ state: State<Outcome>) { self.state = Mutex(state) }

        var outcomes: [Outcome?] { self.state.withLock { $0.outcomes } }

        func take(below count: Int) -> Int? {
            self.state.withLock { state in
                guard state.next < count else { return nil }
                state.next += 1
                return state.next - 1
            }
        }

        func put(_ outcome: Outcome?, at index: Int, _ finished: (Int) -> Void) {
            self.state.withLock { state in
                state.outcomes[index] = outcome
                state.finished += 1
                finished(state.finished)
            }
        }
    }
}
