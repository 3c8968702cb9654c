import ScalingCore
import Synchronization
import Telemetry
import Timekeeping

/// A trigger at work: made from one declaration, asked by one at a time, within a time limit.
final class BuiltTrigger: Sendable {
    private struct State {
        /// When the look began that has not come back.
        var readingSince: MonotonicInstant?
        var isTroubled = false
    }

    let declaration: TriggerDeclaration
    private let trigger: any Trigger
    private let state = Mutex(State())

    init(_ trigger: any Trigger, of declaration: TriggerDeclaration) {
        self.trigger = trigger
        self.declaration = declaration
    }

    /// Whether the last look failed.
    var isTroubled: Bool { self.state.withLock { $0.isTroubled } }

    func activations() -> AsyncStream<Bool>? { self.trigger.activations() }
    func close() async { await self.trigger.close() }

    /// Asks the source, for so long at most.
    ///
    /// A source that does not come back although its look was cancelled is not asked again before it does.
    func read(within limit: Duration) async -> Result<TriggerReading, TriggerFailure> {
        let now = MonotonicClock.now()
        let since = self.state.withLock { state -> MonotonicInstant? in
            defer { if state.readingSince == nil { state.readingSince = now } }
            return state.readingSince
        }
        if let since {
            let seconds = Int(now.seconds(since: since))
            return .failure(TriggerFailure(.unavailable, "The source has not answered for \(seconds) s."))
        }
        let result = await self.race(limit)
        self.state.withLock { $0.isTroubled = result.isFailure }
        return result
    }

    /// The answer, or a failure at the end of the time, whichever comes first.
    private func race(_ limit: Duration) async -> Result<TriggerReading, TriggerFailure> {
        let finish = FirstAnswer()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                finish.await(continuation)
                // Not structured, because a structured child that ignores its cancellation would hold us.
                let reading = Task {
                    let result: Result<TriggerReading, TriggerFailure>
                    do throws(TriggerFailure) {
                        result = .success(try await self.trigger.read())
                    } catch {
                        result = .failure(error)
                    }
                    self.state.withLock { $0.readingSince = nil }
                    finish.resume(result)
                }
                let timer = Task {
                    guard (try? await Task.sleep(for: limit)) != nil else { return }
                    reading.cancel()
                    let failure = TriggerFailure(
                        .unavailable,
                        "The source did not answer within \(Int(limit.inSeconds.rounded(.up))) s."
                    )
                    finish.resume(.failure(failure))
                }
                finish.onResume {
                    timer.cancel()
                    reading.cancel()
                }
            }
        } onCancel: {
            finish.resume(.failure(TriggerFailure(.unavailable, "The autoscaler is ending.")))
        }
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}

/// Resumes a continuation with the first answer that comes; later ones are dropped.
private final class FirstAnswer: Sendable {
    typealias Answer = Result<TriggerReading, TriggerFailure>

    private struct State {
        var answer: Answer?
        var continuation: CheckedContinuation<Answer, Never>?
        var cleanUp: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func await(_ continuation: CheckedContinuation<Answer, Never>) {
        let answer = self.state.withLock { state -> Answer? in
            if state.answer == nil { state.continuation = continuation }
            return state.answer
        }
        if let answer { continuation.resume(returning: answer) }
    }

    /// - Parameter body: What is to be ended with the race; called at once when it is over.
    func onResume(_ body: @escaping @Sendable () -> Void) {
        let isOver = self.state.withLock { state in
            if state.answer == nil { state.cleanUp = body }
            return state.answer != nil
        }
        if isOver { body() }
    }

    func resume(_ answer: Answer) {
        let (continuation, cleanUp) = self.state.withLock { state in
            guard state.answer == nil else {
                return (nil, nil) as (CheckedContinuation<Answer, Never>?, (@Sendable () -> Void)?)
            }
            state.answer = answer
            defer {
                state.continuation = nil
                state.cleanUp = nil
            }
            return (state.continuation, state.cleanUp)
        }
        continuation?.resume(returning: answer)
        cleanUp?()
    }
}
