import Dispatch
import Foundation
import Glibc
import Synchronization

/// Runs an actor on a thread of its own, so that the actor may make blocking calls.
///
/// The pool that runs tasks has no thread to spare: a broker that does not answer must hold nobody but the actor that
/// asked it. The thread lives until `stop`, which the actor calls when it goes.
final class ThreadExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
        /// Ends the blocking call that the thread is in; `nil` while it is in none.
        var interrupt: (@Sendable () -> Void)?
        var onIdle: (@Sendable () -> Void)?
        /// `nil` until the thread runs.
        var thread: pthread_t?
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let idleInterval: DispatchTimeInterval?

    /// - Parameters:
    ///   - name: Shown by the kernel's tools; the first 15 bytes.
    ///   - idleInterval: How often `onIdle` is called while there is nothing to do; `nil` for never.
    init(name: String, idleInterval: Duration? = nil) {
        self.idleInterval = idleInterval.map { .milliseconds(Int($0.milliseconds())) }
        let thread = Thread { [self] in self.run() }
        thread.name = name
        thread.stackSize = 512 * 1024
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.state.withLock { state in
            state.jobs.append(job)
            state.interrupt?()
        }
        self.work.signal()
    }

    /// Sets what the thread does now and then while the actor has nothing to do; it counts as the actor's own work.
    func onIdle(_ body: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.onIdle = body }
    }

    func checkIsolated() {
        let isHere = self.state.withLock { state in state.thread.map { pthread_equal($0, pthread_self()) != 0 } }
        precondition(isHere == true, "work of an actor with a thread of its own runs on another thread")
    }

    /// Lets the thread go once it has done what is queued.
    func stop() {
        self.state.withLock { $0.isStopped = true }
        self.work.signal()
    }

    /// Makes a blocking call that ends early when something else is to be done.
    ///
    /// - Parameter interrupt: Makes the call return; may be called at any time during it, from any thread.
    /// - Returns: `nil` without making the call when something waits already. The caller should then `await
    ///   Task.yield()`, and call again.
    func blocking<Result>(interrupt: @escaping @Sendable () -> Void, _ call: () -> Result) -> Result? {
        let isFree = self.state.withLock { state in
            guard state.jobs.isEmpty else { return false }
            state.interrupt = interrupt
            return true
        }
        guard isFree else { return nil }
        defer { self.state.withLock { $0.interrupt = nil } }
        return call()
    }

    /// Whether jobs wait for the thread.
    var isWanted: Bool { self.state.withLock { !$0.jobs.isEmpty } }

    private func run() {
        self.state.withLock { $0.thread = pthread_self() }
        while true {
            guard self.wait() == .success else {
                self.state.withLock { $0.onIdle }?()
                continue
            }
            let (job, isDone) = self.state.withLock { state -> (UnownedJob?, Bool) in
                state.jobs.isEmpty ? (nil, state.isStopped) : (state.jobs.removeFirst(), false)
            }
            if isDone { return }
            job?.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }

    private func wait() -> DispatchTimeoutResult {
        guard let idleInterval else {
            self.work.wait()
            return .success
        }
        return self.work.wait(timeout: .now() + idleInterval)
    }
}
