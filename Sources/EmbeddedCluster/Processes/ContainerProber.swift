import Glibc
import HTTPTransport
import KubernetesClient
import ServingAPI

/// Asks containers how they are.
final class ContainerProber: Sendable {
    private let client: HTTPClient
    private let children: ChildProcesses
    private let thread: EventThread
    private let nothing: CInt

    init(children: ChildProcesses) throws(SystemError) {
        var configuration = HTTPClient.Configuration()
        configuration.maximumConnections = 256
        configuration.userAgent = "pilotlight-probe"
        // As the kubelet: a container's certificate need not be anybody's.
        configuration.tls.verifiesServer = false
        self.client = HTTPClient(configuration)
        self.children = children
        self.thread = try EventThread(name: "probes")
        self.nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard self.nothing >= 0 else { throw SystemError("open /dev/null") }
    }

    deinit {
        close(self.nothing)
    }

    /// Makes one attempt; it takes no longer than the probe's timeout.
    ///
    /// - Parameter plan: The container's, whose environment a command shares.
    func probe(
        _ spec: ProbeSpec,
        of container: Container,
        address: String,
        port: Int,
        plan: ContainerPlan
    ) async -> ProbeOutcome {
        func target(_ wanted: ProbePort) -> Int? { wanted.resolved(for: container, replicaPort: port) }
        switch spec.handler {
        case .http(let http):
            guard let port = target(http.port) else { return Self.noPort(http.port) }
            return await self.get(http, host: http.host ?? address, port: port, timeout: spec.timeout)
        case .tcp(let host, let wanted):
            guard let port = target(wanted) else { return Self.noPort(wanted) }
            return await self.connect(host ?? address, port, timeout: spec.timeout)
        case .execute(let command):
            return await self.execute(command, plan: plan, timeout: spec.timeout)
        case .unsupported(let kind):
            return .failure("probes of the kind \(kind) cannot be carried out here")
        }
    }

    func stop() {
        self.client.shutdown()
        self.thread.stop()
    }

    private static func noPort(_ port: ProbePort) -> ProbeOutcome {
        .failure("the container has no port '\(port)'")
    }

    // MARK: HTTP

    private func get(_ probe: HTTPProbe, host: String, port: Int, timeout: Duration) async -> ProbeOutcome {
        var headers: HTTPClientHeaders = ["connection": "close"]
        for header in probe.headers { headers.add(header.name, header.value) }
        let request = HTTPClientRequest(
            method: "GET",
            url: "\(probe.scheme)://\(host):\(port)\(probe.path)",
            headers: headers,
            timeouts: HTTPClientRequest.Timeouts(connect: timeout, total: timeout)
        )
        do {
            let status = try await self.client.send(request).status
            return (200..<400).contains(status)
                ? .success : .failure("HTTP probe failed with statuscode: \(status)")
        } catch {
            return .failure(error.detail)
        }
    }

    // MARK: TCP

    private func connect(_ host: String, _ port: Int, timeout: Duration) async -> ProbeOutcome {
        guard let address = sockaddr_in(host: host, port: port) else {
            return .failure("'\(host)' is no IPv4 address")
        }
        return await withCheckedContinuation { continuation in
            // A connection on one machine is made or refused at once; what is not is waited for on a thread of its own.
            self.thread.submit { continuation.resume(returning: Self.connect(address, timeout: timeout)) }
        }
    }

    private static func connect(_ address: sockaddr_in, timeout: Duration) -> ProbeOutcome {
        let flags = Int32(SOCK_STREAM.rawValue) | closeOnExec | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, flags, 0)
        guard descriptor >= 0 else { return .failure(SystemError("socket").description) }
        defer { close(descriptor) }
        var address = address
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if outcome == 0 { return .success }
        guard errno == EINPROGRESS else { return .failure(SystemError("connect").description) }
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&wanted, 1, Int32(clamping: timeout.components.seconds * 1000)) > 0 else {
            return .failure("connect: no answer within \(timeout)")
        }
        var error: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
        return error == 0 ? .success : .failure(SystemError("connect", error).description)
    }

    // MARK: Commands

    private func execute(_ command: [String], plan: ContainerPlan, timeout: Duration) async -> ProbeOutcome {
        guard let program = command.first else { return .failure("the command is empty") }
        var plan = plan
        plan.executable = ContainerPlanner.path(of: program, variables: plan.environment) ?? program
        plan.arguments = command
        let request = ChildRequest(plan: plan, standardOutput: self.nothing, standardError: self.nothing)
        let (outcomes, feed) = AsyncStream.makeStream(of: ProbeOutcome.self)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await Task.sleep(for: timeout)
                feed.yield(.failure("the command did not end within \(timeout)"))
            }
            let children = self.children
            let started = StartedChild()
            children.start(request) { outcome in
                switch outcome {
                case .success(let child): started.set(child)
                case .failure(let problem): feed.yield(.failure(problem.message))
                }
            } onExit: { status in
                feed.yield(status.isSuccess ? .success : .failure("the command \(status.sentence)"))
            }
            var iterator = outcomes.makeAsyncIterator()
            let outcome = await iterator.next() ?? .failure("the probe was cancelled")
            group.cancelAll()
            // Nothing happens when it has ended by itself.
            if let child = started.child { children.kill(child) }
            return outcome
        }
    }
}
