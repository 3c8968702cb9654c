public import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization
import Telemetry

/// One model behind HTTP: listens while the model is loaded, and answers until it is asked to stop.
///
/// ```swift
/// let loading = ModelLoad(loader, phases: StartupPhases())
/// let server = InferenceServer(configuration: configuration, loading: loading, log: log)
/// try await server.run()  // returns after a graceful shutdown, throws when the model cannot be loaded
/// ```
public struct InferenceServer: Service {
    private let configuration: InferenceServerConfiguration
    private let loading: ModelLoad
    private let log: Logger
    private let listening: @Sendable (BoundAddress) -> Void

    /// - Parameter listening: Told once where the server listens; the model is usually not loaded yet.
    public init(
        configuration: InferenceServerConfiguration,
        loading: ModelLoad,
        log: Logger,
        listening: @escaping @Sendable (BoundAddress) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.loading = loading
        self.log = log
        self.listening = listening
    }

    public func run() async throws {
        let meters = InferenceMeters()
        let pool = InferencePool(
            workerCount: self.configuration.workers,
            queueCapacity: self.configuration.queueCapacity,
            runner: BatchRunner(options: self.configuration.batching, meters: meters, log: self.log)
        )
        let service = InferenceService(
            modelName: self.configuration.modelName,
            phases: self.loading.phases,
            meters: meters,
            pool: pool
        )
        let server = try await self.listen(service)
        self.listening(BoundAddress(server.address))
        let stop = StopSignal()
        let outcome: Result<Void, any Error>
        do {
            try await withTaskCancellationOrGracefulShutdownHandler {
                try await self.serve(service, server, until: stop)
            } onCancelOrGracefulShutdown: {
                stop.give()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try? await server.shutdown()
        await pool.shutdown()
        try outcome.get()
    }

    private func listen(_ service: InferenceService) async throws -> HTTPServer {
        let start = MonotonicClock.now()
        do {
            let server = try await HTTPServer.listen(
                host: self.configuration.host,
                port: self.configuration.port,
                service: service,
                limits: self.configuration.http
            )
            self.loading.phases.record(.listen, from: start, to: MonotonicClock.now())
            return server
        } catch {
            throw ListenError(host: self.configuration.host, port: self.configuration.port, cause: "\(error)")
        }
    }

    private func serve(
        _ service: InferenceService,
        _ server: HTTPServer,
        until stop: StopSignal
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let model = try await self.loading.model()
                service.serve(model)
                self.logReady(model, server)
                try await self.consume(service, model)
            }
            group.addTask {
                await stop.wait()
                try await self.drain(service, server, isFailure: stop.isFailure)
                throw CancellationError()
            }
            // The load ends the server only when it fails; the drain always does.
            do {
                while try await group.next() != nil {}
            } catch is CancellationError {
                group.cancelAll()
            } catch {
                // A load that is given up because the server stops is no failure.
                guard !stop.isGiven else { return }
                stop.give(isFailure: true)
                throw error
            }
        }
    }

    /// Takes messages until the server drains; only now, so that nobody holds partitions who cannot predict yet.
    private func consume(_ service: InferenceService, _ model: ServedModel) async throws {
        guard let settings = self.configuration.queue else { return }
        let consumer = QueueConsumer(settings: settings, model: model, pool: service.pool, log: self.log)
        guard service.adopt(consumer) else { return }
        try await consumer.run()
    }

    /// Answers the requests that are in the server, and the messages.
    private func drain(_ service: InferenceService, _ server: HTTPServer, isFailure: Bool) async throws {
        let seconds = Int64(self.configuration.drainSeconds)
        service.drain()
        if !isFailure { self.log.info("draining", metadata: [LogKey.count: "\(service.inFlight)"]) }
        async let messages: Void = service.consumer?.finished(within: .seconds(seconds)) ?? ()
        let isComplete = try await server.drain(limit: .seconds(seconds))
        await messages
        if !isComplete {
            self.log.warning(
                "stopped before every request was answered",
                metadata: [LogKey.seconds: "\(seconds)"]
            )
        }
    }

    private func logReady(_ model: ServedModel, _ server: HTTPServer) {
        var metadata: Logger.Metadata = [
            "model": "\(model.name)", "version": "\(model.version)", LogKey.address: "\(BoundAddress(server.address))",
        ]
        for (phase, seconds) in self.loading.phases.recorded {
            metadata["\(phase)_ms"] = "\(StartupPhases.milliseconds(seconds))"
        }
        self.log.info("ready", metadata: metadata)
    }
}
