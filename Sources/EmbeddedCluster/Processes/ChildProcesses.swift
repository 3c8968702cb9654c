import CChildProcess
import Glibc
import Synchronization

/// A process to start.
struct ChildRequest: Sendable {
    let plan: ContainerPlan
    /// Descriptors above 2 that become the child's output; they stay the caller's to close.
    let standardOutput: CInt
    let standardError: CInt
}

/// A process that was started; it leads a process group of the same number.
struct ChildProcess: Sendable, Hashable {
    let identity: ProcessIdentity

    var pid: pid_t { self.identity.pid }
}

/// Starts child processes and hears of their end.
///
/// All are started by one thread that lives as long as this object: the kernel kills a child when the thread that
/// started it ends.
final class ChildProcesses: Sendable {
    private struct Child {
        let descriptor: CInt
        /// `nil` until its end is waited for.
        var token: EventThread.Token?
    }

    private let thread: EventThread
    private let guardian: OrphanGuard
    private let nothing: CInt
    /// What runs; a process leaves the table before its number is free for another.
    private let children = Mutex<[pid_t: Child]>([:])

    /// - Parameter marker: See `OrphanGuard`.
    init(marker: String) throws(SystemError) {
        self.nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard self.nothing >= 0 else { throw SystemError("open /dev/null") }
        self.guardian = try OrphanGuard(marker: marker)
        self.thread = try EventThread(name: "replicas")
    }

    /// Starts a process and tells of its start and later of its end, both on the starting thread.
    ///
    /// - Parameter onStart: With the process, or with a sentence that says why there is none.
    func start(
        _ request: ChildRequest,
        onStart: @escaping @Sendable (Result<ChildProcess, ContainerProblem>) -> Void,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) {
        self.thread.submit {
            var descriptor: CInt = -1
            switch self.spawn(request, &descriptor) {
            case .failure(let problem): onStart(.failure(problem))
            case .success(let child):
                // Before anybody knows of it, so that no signal is lost.
                self.children.withLock { $0[child.pid] = Child(descriptor: descriptor) }
                onStart(.success(child))
                self.follow(child, descriptor, onExit)
            }
        }
    }

    /// Asks a process to end: it, and not what it has started, which is its own to look after.
    func terminate(_ child: ChildProcess) {
        self.children.withLock { children in
            if children[child.pid] != nil { Glibc.kill(child.pid, SIGTERM) }
        }
    }

    /// Kills the whole group of a process; nothing happens when it has ended.
    func kill(_ child: ChildProcess) {
        self.children.withLock { children in
            if children[child.pid] != nil { Glibc.kill(-child.pid, SIGKILL) }
        }
    }

    /// Kills what is left and ends the thread; not to be called on it.
    func stop() {
        self.thread.stop()
        self.guardian.stop()
        close(self.nothing)
    }

    private func spawn(_ request: ChildRequest, _ descriptor: inout CInt) -> Result<ChildProcess, ContainerProblem> {
        let plan = request.plan
        var failure = pl_spawn_failure()
        let environment = plan.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let pid = withStringPointers(plan.arguments) { arguments in
            withStringPointers(environment) { environment in
                plan.executable.withCString { path in
                    withOptionalCString(plan.directory) { directory in
                        var spawn = pl_spawn_request(
                            path: path,
                            arguments: arguments,
                            environment: environment,
                            directory: directory,
                            standard_input: self.nothing,
                            standard_output: request.standardOutput,
                            standard_error: request.standardError
                        )
                        return pl_spawn(&spawn, &descriptor, &failure)
                    }
                }
            }
        }
        guard pid > 0 else { return .failure(Self.problem(failure, plan)) }
        self.guardian.add(pid)
        // The process cannot be gone from the table: nobody has reaped it.
        let ticks = ProcessTable.startTicks(of: pid) ?? 0
        let identity = ProcessIdentity(bootID: ProcessTable.bootID, pid: pid, startTicks: ticks)
        return .success(ChildProcess(identity: identity))
    }

    private func follow(_ child: ChildProcess, _ descriptor: CInt, _ onExit: @escaping @Sendable (ProcessExit) -> Void)
    {
        do {
            let token = try self.thread.watch(descriptor) { self.ended(child, onExit) }
            self.children.withLock { $0[child.pid]?.token = token }
        } catch {
            // A process whose end cannot be heard of must not be.
            self.children.withLock { $0[child.pid] = nil }
            Glibc.kill(-child.pid, SIGKILL)
            onExit(self.reap(child, descriptor))
        }
    }

    private func ended(_ child: ChildProcess, _ onExit: (ProcessExit) -> Void) {
        let entry = self.children.withLock { $0.removeValue(forKey: child.pid) }
        guard let entry else { return }
        if let token = entry.token { self.thread.ignore(entry.descriptor, token) }
        // As in a container, the end of the first process is the end of all. It is not reaped yet, so the number of the
        // group is still its own.
        Glibc.kill(-child.pid, SIGKILL)
        onExit(self.reap(child, entry.descriptor))
    }

    private func reap(_ child: ChildProcess, _ descriptor: CInt) -> ProcessExit {
        var outcome: CInt = 0
        let error = pl_reap(descriptor, &outcome)
        close(descriptor)
        self.guardian.remove(child.pid)
        if error != 0 { return .exited(255) }
        return outcome >= 0 ? .exited(outcome) : .killed(signal: -outcome)
    }

    private static func problem(_ failure: pl_spawn_failure, _ plan: ContainerPlan) -> ContainerProblem {
        let why = String(cString: strerror(failure.error_number))
        let message =
            switch failure.step {
            case PL_STEP_DIRECTORY: "cannot change to the working directory \(plan.directory ?? ""): \(why)"
            case PL_STEP_EXECUTE: "cannot execute \(plan.executable): \(why)"
            case PL_STEP_DESCRIPTORS: "cannot connect the output of \(plan.executable): \(why)"
            default: "cannot make a process for \(plan.executable): \(why)"
            }
        return ContainerProblem(reason: "RunContainerError", message: message)
    }
}

/// Calls `body` with a null-terminated list of null-terminated strings.
private func withStringPointers<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("a list with a terminator is not empty") }
        return body(base)
    }
}

private func withOptionalCString<Result>(_ string: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let string else { return body(nil) }
    return string.withCString { body($0) }
}
